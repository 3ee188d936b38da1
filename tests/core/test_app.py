"""App and Stack: providers, backends, tags, and everything of a stack as one plan."""

from typing import Any

import pytest

from aicost_iac import (
    App,
    CostTags,
    InvalidBlueprint,
    KubeObject,
    LocalBackend,
    Output,
    Plan,
    ProviderAlias,
    Ref,
    Resource,
    S3Backend,
    Stack,
    Suppress,
)
from aicost_iac.errors import DuplicateAddress, UnresolvedReference
from aicost_iac.terraform.document import render
from tests.core.declared import SETTINGS, TAGS, Queue, stack

QUEUE = "aws_sqs_queue.jobs_queue"
ROLE = "arn:aws:iam::123456789012:role/deploy"


def written(declared: Stack) -> dict[str, Any]:
    return render(declared.plan(), declared.settings())


def refusal(**fields: Any) -> str:
    with pytest.raises(InvalidBlueprint) as caught:
        stack(**fields)
    return str(caught.value)


def test_the_provider_is_pinned_and_tags_reach_what_no_blueprint_made() -> None:
    settings = stack().settings()
    assert settings["terraform"]["required_providers"] == {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100, < 7"}
    }
    assert settings["provider"] == {
        "aws": [{"region": "us-east-1", "default_tags": [{"tags": TAGS.keys()}]}],
    }


def test_the_provider_version_is_the_stacks_to_choose() -> None:
    declared = stack(provider_version="~> 6.25")
    assert declared.settings()["terraform"]["required_providers"]["aws"]["version"] == "~> 6.25"
    assert declared.context.provider_version == "~> 6.25"
    assert "is not a version constraint" in refusal(provider_version="latest")


def test_aliases_and_assumed_roles_are_provider_configurations() -> None:
    aliases = {
        "west": ProviderAlias(region="us-west-2", assume_role_arn=ROLE),
        "east": ProviderAlias(region="us-east-2"),
    }
    default, west, east = stack(assume_role_arn=ROLE, aliases=aliases).settings()["provider"]["aws"]
    assert default["assume_role"] == west["assume_role"] == [{"role_arn": ROLE}]
    assert (west["alias"], west["region"]) == ("west", "us-west-2")
    assert "assume_role" not in east
    assert "alias" not in default


def test_a_blueprint_is_bound_to_the_alias_it_names() -> None:
    declared = stack(items=[Queue(name="jobs", provider="west")], aliases={"west": ProviderAlias(region="us-west-2")})
    assert written(declared)["resource"]["aws_sqs_queue"]["jobs_queue"]["provider"] == "aws.west"


def test_an_alias_that_is_not_there_is_refused_with_those_that_are() -> None:
    west = {"west": ProviderAlias(region="us-west-2")}
    wrong = [Queue(name="jobs", provider="wst")]
    assert "items.jobs.provider: is no alias of this stack (got 'wst'); this stack has ['west']" in refusal(
        items=wrong, aliases=west
    )
    assert "this stack has no aliases" in refusal(items=wrong)


@pytest.mark.parametrize(
    ("backend", "block"),
    [
        (None, {"local": {"path": "../../../terraform.main.tfstate"}}),
        (LocalBackend(path="state"), {"local": {"path": "state"}}),
        (
            S3Backend(bucket="states", region="eu-west-1"),
            {
                "s3": {
                    "bucket": "states",
                    "encrypt": True,
                    "key": "aicost/main/terraform.tfstate",
                    "region": "eu-west-1",
                    "use_lockfile": True,
                }
            },
        ),
    ],
)
def test_state_lies_where_the_stack_says(backend: Any, block: dict[str, Any]) -> None:
    assert stack(backend=backend).settings()["terraform"]["backend"] == block


def test_an_s3_backend_may_name_its_key_and_a_customer_key() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/x"
    backend = S3Backend(bucket="states", region="eu-west-1", key="a/b", kms_key_id=key)
    block = backend.block("main")["s3"]
    assert (block["key"], block["kms_key_id"]) == ("a/b", key)


def test_an_absolute_state_path_is_right_on_one_machine_only() -> None:
    with pytest.raises(InvalidBlueprint, match="absolute"):
        LocalBackend(path="/var/state")


def test_spend_without_an_owner_is_refused() -> None:
    message = refusal(tags=CostTags(model_name="x"))
    for tag in ("workload_type", "cost_center", "team"):
        assert f"tags.{tag}: is required on a stack; spend without it has no owner" in message


def test_a_blueprints_tags_complete_the_stacks() -> None:
    declared = stack(items=[Queue(name="jobs", tags=CostTags(team="other", project="p"))])
    tags = written(declared)["resource"]["aws_sqs_queue"]["jobs_queue"]["tags"]
    assert tags == {"workload-type": "training", "cost-center": "tests", "team": "other", "project": "p"}


def test_outputs_of_a_blueprint_carry_its_name_and_those_of_the_stack_their_own() -> None:
    declared = stack(outputs={"url": Ref(QUEUE, "url"), "motto": "${literal}"})
    assert written(declared)["output"] == {
        "jobs_url": {"value": "${aws_sqs_queue.jobs_queue.url}"},
        "url": {"value": "${aws_sqs_queue.jobs_queue.url}"},
        "motto": {"value": "$${literal}"},
    }


def test_a_stack_output_named_like_a_blueprints_is_refused() -> None:
    with pytest.raises(DuplicateAddress, match="output 'jobs_url' is declared twice"):
        stack(outputs={"jobs_url": "x"}).plan()


def test_an_output_of_nothing_is_refused() -> None:
    with pytest.raises(UnresolvedReference, match=r"output 'url' .*did you mean 'aws_sqs_queue.jobs_queue'"):
        stack(outputs={"url": Ref("aws_sqs_queue.job_queue", "url")}).plan()


def test_what_others_declare_in_the_same_root_is_external() -> None:
    items = [Resource("aws_sqs_queue_policy", "p", {"queue_url": Ref("aws_sqs_queue.theirs", "id")})]
    with pytest.raises(UnresolvedReference):
        stack(items=items).plan()
    declared = stack(items=items, external=["aws_sqs_queue.theirs"])
    assert written(declared)["//"] == {"aicost": {"external": ["aws_sqs_queue.theirs"]}}


def test_a_plan_as_an_item_brings_what_it_declares_external() -> None:
    reader = Resource("aws_sqs_queue_policy", "p", {"queue_url": Ref("aws_sqs_queue.theirs", "id")})
    item = Plan((reader,), outputs={"x": Output("y")}, external=frozenset({"aws_sqs_queue.theirs"}))
    plan = stack(items=[item]).plan()
    assert plan.external == {"aws_sqs_queue.theirs"}
    assert plan.outputs == {"x": Output("y")}


def test_items_may_be_plain_resources_objects_and_plans_that_read_each_other() -> None:
    reader = Resource("aws_sqs_queue_policy", "p", {"queue_url": Ref(QUEUE, "id")})
    plan = stack(items=[reader, SETTINGS, Plan((Resource("aws_vpc", "v"),)), Queue(name="jobs")]).plan()
    assert [node.address for node in plan.nodes] == [
        QUEUE,
        "aws_sqs_queue_policy.p",
        "aws_vpc.v",
        "v1/ConfigMap/apps/jobs",
        "v1/ConfigMap/apps/settings",
    ]
    assert [node.origin for node in plan.nodes] == ["Queue/jobs", "", "", "Queue/jobs", ""]


def test_an_item_of_another_kind_is_refused() -> None:
    assert "items.0: is neither a blueprint nor a Plan, Resource or KubeObject" in refusal(items=["jobs"])


def test_suppressions_of_stack_and_blueprint_reach_the_nodes() -> None:
    ours, own = Suppress(rule="SPOT001", reason="all of us"), Suppress(rule="SPOT002", reason="this one only")
    declared = stack(items=[Queue(name="jobs", suppress=[own]), Queue(name="more")], suppress=[ours])
    jobs, more = declared.plan().resources
    assert jobs.suppress == (ours, own)
    assert more.suppress == (ours,)


def test_blueprints_and_stacks_of_one_name_are_refused() -> None:
    assert "items: hold 2 blueprints of one name (got 'jobs'); give each its own" in refusal(
        items=[Queue(name="jobs"), Queue(name="jobs")]
    )
    with pytest.raises(InvalidBlueprint, match=r"stacks: hold 2 stacks of one name \(got 'main'\)"):
        App(stacks=[stack(), stack()])


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_the_partition_follows_the_region(region: str, partition: str) -> None:
    assert stack(region=region).context.partition == partition


def test_an_object_twice_in_a_stack_is_refused() -> None:
    with pytest.raises(DuplicateAddress, match="v1/ConfigMap/apps/jobs"):
        stack(items=[Queue(name="jobs"), KubeObject("v1", "ConfigMap", "jobs", "apps")]).plan()
