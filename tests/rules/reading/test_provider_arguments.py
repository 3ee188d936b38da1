"""The names the AWS provider has, held against the provider itself."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aicost_iac.rules.reading.provider_arguments import KNOWN, VERSION, arguments, strangers
from tests.aws.command import run_terraform
from tests.aws.environment import clean_environment
from tests.aws.terraform import Root
from tests.aws.toolchain import PROVIDER, ToolchainMissing, find_toolchain
from tests.rules.documents import world
from tests.rules.reading.manifests import only_subject, resource


def test_every_type_that_rules_ask_for_is_listed() -> None:
    assert {path.partition(".")[0] for path in arguments()} == set(KNOWN)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"launch_template_configs": [{"x": 1}]}, {("launch_template_configs",)}),
        ({"launch_template_config": [{"override": [{"x": 1}]}]}, {("launch_template_config", 0, "override")}),
        ({"count": 2, "//": {}, "dynamic": {"launch_specification": []}, "tags": {"any": "x"}}, set()),
        ({"launch_template_config": "${var.config}"}, set()),
    ],
)
def test_names_the_provider_does_not_have(body: dict[str, Any], found: set[tuple[str | int, ...]]) -> None:
    subject = only_subject(world([resource("aws_spot_fleet_request", **body)]))
    assert {path for path, _, _ in strangers(subject)} == found


@pytest.mark.heavy
def test_the_names_are_those_of_the_provider(tmp_path: Path) -> None:
    schemas = _schema(tmp_path)["provider_schemas"][PROVIDER]["resource_schemas"]
    assert dict(arguments()) == {path: names for kind in KNOWN for path, names in _names(kind, schemas[kind]["block"])}


def _schema(directory: Path) -> Any:
    try:
        toolchain = find_toolchain()
    except ToolchainMissing as missing:
        pytest.skip(str(missing))
    if VERSION not in toolchain.provider.as_posix():
        pytest.skip(f"the AWS provider that is installed is not {VERSION}")
    required = {"aws": {"source": "hashicorp/aws", "version": VERSION}}
    (directory / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": required}}))
    Root(directory, toolchain).init()
    environment = clean_environment(TF_CLI_CONFIG_FILE=str(directory / "mirror.tfrc"))
    answer = run_terraform(toolchain.terraform, ["providers", "schema", "-json"], directory, environment)
    return json.loads(answer.stdout)


def _names(path: str, block: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    inner = block.get("block_types", {})
    yield path, frozenset({*block.get("attributes", {}), *inner})
    for name, held in inner.items():
        yield from _names(f"{path}.{name}", held["block"])
