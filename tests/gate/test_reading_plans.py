"""Plans: resolved values, and what is known only after apply. One of them is terraform's own."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from aicost_iac.expr import Raw, Ref
from aicost_iac.gate import Loaded, load
from aicost_iac.gate.judging import judge
from aicost_iac.plan import Resource
from tests.aws.terraform import Terraform
from tests.aws.toolchain import ToolchainMissing, find_toolchain
from tests.gate.files import TODAY, only, read, rules

PLANTED = Path(__file__).parent / "planted" / "spot" / "bad"


def plan(values: Any, unknown: Any = None, expressions: Any = None, **resource: Any) -> dict[str, Any]:
    """A plan of one resource."""
    shared = {"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y", **resource}
    configured = {"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y", "expressions": expressions}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**shared, "values": values}]}},
        "resource_changes": [{**shared, "change": {"actions": ["create"], "after_unknown": unknown or {}}}],
        "configuration": {"root_module": {"resources": [] if expressions is None else [configured]}},
    }


def loaded(document: Any) -> Loaded:
    return read(json.dumps(document, indent=1), "plan.json")


def body(*arguments: Any) -> Any:
    node = only(loaded(plan(*arguments))).node
    assert isinstance(node, Resource)
    return node.body


def test_values_stand_where_the_plan_has_them() -> None:
    each = only(loaded(plan({"a": 1, "b": [{"c": "d"}], "e": None, "f": []})))
    assert isinstance(each.node, Resource)
    assert (each.node.address, each.node.body) == ("aws_x.y", {"a": 1, "b": [{"c": "d"}]})
    line, column = each.locate(("b", 0, "c"))
    assert (
        json.dumps(plan({"a": 1, "b": [{"c": "d"}], "e": None, "f": []}), indent=1)
        .splitlines()[line - 1][column - 1 :]
        .startswith('"c": "d"')
    )


@pytest.mark.parametrize(
    ("unknown", "expressions", "read_as"),
    [
        ({"arn": True}, None, {"a": 1, "arn": Raw("known after apply")}),
        ({"arn": True}, {"a": {"constant_value": 1}}, {"a": 1}),
        ({"b": True}, {"b": {"references": ["aws_z.z.id", "aws_z.z"]}}, {"a": 1, "b": Ref("aws_z.z", "id")}),
        (
            {"b": True},
            {"b": {"references": ["var.x", "aws_z.z.id", "aws_z.z"]}},
            {"a": 1, "b": Raw("var.x, aws_z.z.id, aws_z.z")},
        ),
        ({"b": [True, {}]}, {"b": {"references": ["var.x"]}}, {"a": 1, "b": [Raw("known after apply")]}),
    ],
)
def test_what_is_known_after_apply_is_unknown_if_the_author_wrote_it(
    unknown: Any, expressions: Any, read_as: Any
) -> None:
    assert body({"a": 1}, unknown, expressions) == read_as


def test_unknowns_inside_blocks() -> None:
    expressions = {"b": [{"c": {"references": ["aws_z.z.id", "aws_z.z"]}, "d": {"constant_value": 2}}]}
    assert body({"b": [{"d": 2}]}, {"b": [{"c": True, "e": True}]}, expressions) == {
        "b": [{"c": Ref("aws_z.z", "id"), "d": 2}]
    }


def test_modules_and_instances_keep_terraforms_addresses() -> None:
    inner = {"address": 'module.a["k"].aws_x.y[0]', "mode": "managed", "type": "aws_x", "name": "y", "values": {"b": 1}}
    document = plan({})
    document["planned_values"]["root_module"] = {"child_modules": [{"address": 'module.a["k"]', "resources": [inner]}]}
    each = only(loaded(document))
    assert (each.address, each.node.address) == ('module.a["k"].aws_x.y[0]', "aws_x.y[0]")


def test_data_sources_and_states_are_read() -> None:
    source = {"address": "data.aws_x.y", "mode": "data", "type": "aws_x", "name": "y", "values": {"id": "a"}}
    document = plan({})
    document["prior_state"] = {"values": {"root_module": {"resources": [source, {**source, "mode": "managed"}]}}}
    assert [each.address for each in loaded(document).found] == ["aws_x.y", "data.aws_x.y"]
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [{**source, "mode": "data"}]}}}
    assert [each.address for each in loaded(state).found] == ["data.aws_x.y"]


def test_default_tags_and_the_region_of_the_provider_are_read() -> None:
    document = plan({})
    tags = {"constant_value": {"Team": "a"}}
    document["configuration"]["provider_config"] = {
        "aws": {
            "name": "aws",
            "expressions": {"region": {"constant_value": "us-east-1"}, "default_tags": [{"tags": tags}]},
        },
        "module.a:aws": {"name": "aws"},
    }
    provider = loaded(document).found[0].node
    assert isinstance(provider, Resource)
    assert provider.body == {"region": "us-east-1", "default_tags": [{"tags": {"Team": "a"}}]}


@pytest.mark.parametrize("broken", [[], 7, {"resources": [{}]}, {"resources": 7}, {"child_modules": [7]}])
def test_what_terraform_did_not_write_is_told(broken: Any) -> None:
    document = plan({})
    document["planned_values"]["root_module"] = broken
    result = loaded(document)
    assert result.found == () or result.broken == ()
    assert all("no plan as `terraform show -json` writes it" in each.reason for each in result.broken)


@pytest.fixture(scope="module")
def real_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Terraform's plan of the planted traps."""
    try:
        terraform = Terraform(find_toolchain())
    except ToolchainMissing as reason:
        pytest.skip(f"no plan is made: {reason}")
    folder = tmp_path_factory.mktemp("planned")
    for file in PLANTED.glob("*.tf"):
        shutil.copy(file, folder)
    (folder / "terraform.tfvars").write_text('subnet_ids = ["subnet-0a1b2c3d"]\n')
    root = terraform.root(folder)
    root.init()
    document = root.plan().document
    terraform.close()
    path = folder / "plan.json"
    path.write_text(json.dumps(document))
    return path


def test_terraforms_own_plan_is_judged_as_its_files_are(real_plan: Path) -> None:
    files, planned = load([str(PLANTED)]), load([str(real_plan)])
    addresses = {each.address for each in files.found if not each.address.startswith("provider.")}
    assert addresses == {each.address for each in planned.found if not each.address.startswith("provider.")}
    # The plan knows the subnets, and so that they are one zone.
    assert rules(judge(planned, TODAY)) - rules(judge(files, TODAY)) == {"SPOT010"}
    assert rules(judge(files, TODAY)) <= rules(judge(planned, TODAY))


def test_empty_text_that_nobody_wrote_is_absent() -> None:
    written = {"b": [{"c": {"constant_value": ""}}]}
    assert body({"a": "", "b": [{"c": "", "d": ""}]}, None, written) == {"b": [{"c": ""}]}
