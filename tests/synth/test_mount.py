"""A blueprint in the user's own cdktf program keeps every cdktf habit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdktf
import jsii
import pytest

from aicost_iac import Blueprint, Context, CostTags, InvalidBlueprint, Plan, Ref, Resource, SpotTrainingFleet
from aicost_iac.errors import DuplicateAddress, SynthError
from aicost_iac.synth import mount
from examples.inside_cdktf import AwsProvider, Given

Synth = Callable[[], dict[str, Any]]


@pytest.fixture
def app(tmp_path: Path) -> cdktf.App:
    return cdktf.App(outdir=str(tmp_path / "out"))


@pytest.fixture
def stack(app: cdktf.App) -> cdktf.TerraformStack:
    return new_stack(app, "main")


def new_stack(app: cdktf.App, name: str) -> cdktf.TerraformStack:
    stack = cdktf.TerraformStack(app, name)
    AwsProvider(stack, "us-east-1")
    return stack


def synthesized(app: cdktf.App, name: str = "main") -> dict[str, Any]:
    app.synth()
    document: dict[str, Any] = json.loads((Path(app.outdir) / "stacks" / name / "cdk.tf.json").read_text())
    return document


def fleet(name: str = "sweep", **fields: Any) -> SpotTrainingFleet:
    given = {"instances": 2, "instance_types": ["g6e.xlarge"], "subnet_ids": ["subnet-0a1b2c3d"], **fields}
    return SpotTrainingFleet(name=name, **given)


GROUP = "aws_autoscaling_group.sweep_group"


class Everything(Blueprint):
    """A blueprint with every meta-argument."""

    def expand(self, context: Context) -> Plan:
        first = Resource("aws_sqs_queue", "first", {"name": "first"})
        second = {
            "name": "second",
            "depends_on": [first.address],
            "lifecycle": {"prevent_destroy": True, "ignore_changes": ["tags"], "replace_triggered_by": [first.address]},
            "for_each": {"a": "1"},
        }
        third = {"name": "third", "count": 2, "provider": "aws.west"}
        return Plan((first, Resource("aws_sqs_queue", "second", second), Resource("aws_sqs_queue", "third", third)))


def test_ids_and_addresses_are_those_of_the_plan(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    assert mounted.node.path == "main/sweep"
    assert mounted[GROUP].node.path == "main/sweep/sweep_group"
    assert set(synthesized(app)["resource"]["aws_autoscaling_group"]) == {"sweep_group"}


class Namesakes(Blueprint):
    """Two resources of one name, as Terraform allows it for two types; one refers to the other."""

    def expand(self, context: Context) -> Plan:
        topic = Resource("aws_sns_topic", "alarms", {"name": "alarms"})
        policy = Resource("aws_sns_topic_policy", "alarms", {"arn": topic.ref("arn"), "policy": "{}"})
        return Plan((topic, policy))


def test_resources_of_two_types_may_have_one_name(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, Namesakes(name="both"))
    assert mounted["aws_sns_topic.alarms"].node.path == "main/both/alarms"
    assert mounted["aws_sns_topic_policy.alarms"].node.path == "main/both/aws_sns_topic_policy_alarms"
    resources = synthesized(app)["resource"]
    assert set(resources["aws_sns_topic"]) == set(resources["aws_sns_topic_policy"]) == {"alarms"}
    assert resources["aws_sns_topic_policy"]["alarms"]["arn"] == "${aws_sns_topic.alarms.arn}"


def test_tokens_go_in_and_outputs_come_out(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    subnet = Given(stack, "subnet", "aws_subnet", {"cidr_block": "10.0.0.0/24"})
    mounted = mount(stack, fleet(subnet_ids=[subnet.get_string_attribute("id")]))
    cdktf.TerraformOutput(stack, "group", value=mounted.outputs.group_name)
    document = synthesized(app)
    group = document["resource"]["aws_autoscaling_group"]["sweep_group"]
    assert group["vpc_zone_identifier"] == ["${aws_subnet.subnet.id}"]
    assert document["output"]["group"]["value"] == "${aws_autoscaling_group.sweep_group.name}"


def test_list_tokens_pass_typed_fields(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    given = Given(stack, "vpc", "aws_vpc", {"cidr_block": "10.0.0.0/16"})
    mount(stack, fleet(subnet_ids=given.get_list_attribute("private_subnets"), vpc_id=given.get_string_attribute("id")))
    group = synthesized(app)["resource"]["aws_autoscaling_group"]["sweep_group"]
    assert group["vpc_zone_identifier"] == "${aws_vpc.vpc.private_subnets}"


def test_an_output_that_is_not_there_is_named(stack: cdktf.TerraformStack) -> None:
    outputs = mount(stack, fleet()).outputs
    with pytest.raises(AttributeError, match="no output 'group_nam'; did you mean 'group_name'"):
        _ = outputs.group_nam
    assert dir(outputs) == ["group_name", "launch_template_id", "role_arn", "start"]


def test_an_output_crosses_stacks(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    other = new_stack(app, "other")
    cdktf.TerraformOutput(other, "group", value=mounted.outputs.group_name)
    document = synthesized(app, "other")
    assert "terraform_remote_state" in document["data"]
    assert document["output"]["group"]["value"].startswith("${data.terraform_remote_state.")


def test_a_token_of_another_stack_comes_out_right(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    network = new_stack(app, "network")
    subnet = Given(network, "subnet", "aws_subnet", {"cidr_block": "10.0.0.0/24"})
    mount(stack, fleet(subnet_ids=[subnet.get_string_attribute("id")], vpc_id="vpc-0a1b2c3d"))
    document = synthesized(app)
    [read] = document["resource"]["aws_autoscaling_group"]["sweep_group"]["vpc_zone_identifier"]
    assert read.startswith("${data.terraform_remote_state.")
    [state] = document["data"]["terraform_remote_state"]
    assert f"data.terraform_remote_state.{state}.outputs" in read


def test_meta_arguments_survive(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mount(stack, Everything(name="everything"))
    queues = synthesized(app)["resource"]["aws_sqs_queue"]
    assert queues["second"]["depends_on"] == ["aws_sqs_queue.first"]
    assert queues["second"]["for_each"] == {"a": "1"}
    assert queues["second"]["lifecycle"] == {
        "ignore_changes": ["tags"],
        "prevent_destroy": True,
        "replace_triggered_by": ["aws_sqs_queue.first"],
    }
    assert (queues["third"]["count"], queues["third"]["provider"]) == (2, "aws.west")


def test_aspects_visit_and_may_change_the_children(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    @jsii.implements(cdktf.IAspect)
    class Owner:
        def visit(self, node: Any) -> None:
            if getattr(node, "terraform_resource_type", "") == "aws_iam_role":
                node.add_override("tags.Owner", "me")

    mounted = mount(stack, fleet(), tags=CostTags(team="x"))
    cdktf.Aspects.of(stack).add(Owner())
    role = synthesized(app)["resource"]["aws_iam_role"]["sweep_role"]
    assert role["tags"] == {"Owner": "me", "team": "x"}
    assert mounted is not None


def test_overrides_set_and_delete(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    mounted[GROUP].add_override("max_size", 9)
    mounted[GROUP].add_override("capacity_rebalance", None)
    group = synthesized(app)["resource"]["aws_autoscaling_group"]["sweep_group"]
    assert group["max_size"] == 9
    assert "capacity_rebalance" not in group


def test_renaming_a_child_renames_what_refers_to_it(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    mounted["aws_launch_template.sweep_template"].override_logical_id("renamed")
    document = synthesized(app)
    [policy] = document["resource"]["aws_autoscaling_group"]["sweep_group"]["mixed_instances_policy"]
    [specification] = policy["launch_template"][0]["launch_template_specification"]
    assert specification["launch_template_id"] == "${aws_launch_template.renamed.id}"
    assert set(document["resource"]["aws_launch_template"]) == {"renamed"}


def test_a_dependency_on_a_fleet_waits_for_all_of_it(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    after = Given(stack, "after", "aws_sqs_queue", {"name": "after"})
    after.node.add_dependency(mounted)
    waits = synthesized(app)["resource"]["aws_sqs_queue"]["after"]["depends_on"]
    assert GROUP in waits
    assert len(waits) == len(mounted.resources)


def test_a_fleet_waits_for_what_it_depends_on(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    before = Given(stack, "before", "aws_sqs_queue", {"name": "before"})
    mount(stack, fleet()).node.add_dependency(before)
    group = synthesized(app)["resource"]["aws_autoscaling_group"]["sweep_group"]
    assert group["depends_on"] == ["aws_sqs_queue.before"]


def test_a_child_is_named_as_any_construct_is(app: cdktf.App, stack: cdktf.TerraformStack) -> None:
    mounted = mount(stack, fleet())
    cdktf.TerraformOutput(stack, "group", value=mounted[GROUP].fqn)
    assert synthesized(app)["output"]["group"]["value"] == "${aws_autoscaling_group.sweep_group}"


def test_one_name_twice_in_a_scope_is_refused(stack: cdktf.TerraformStack) -> None:
    mount(stack, fleet())
    with pytest.raises(SynthError, match=r"main already holds 'sweep': give one of the two another name"):
        mount(stack, fleet())


def test_one_address_twice_in_a_stack_is_refused(stack: cdktf.TerraformStack) -> None:
    import constructs

    mount(stack, fleet())
    with pytest.raises(DuplicateAddress, match="is made by SpotTrainingFleet/sweep elsewhere in this stack"):
        mount(constructs.Construct(stack, "inner"), fleet())


def test_a_scope_outside_any_stack_is_refused(app: cdktf.App) -> None:
    with pytest.raises(SynthError, match="mount into a TerraformStack"):
        mount(app, fleet())


def test_a_reference_to_nothing_is_refused_when_mounted(stack: cdktf.TerraformStack) -> None:
    with pytest.raises(InvalidBlueprint, match="is not a subnet id"):
        mount(stack, fleet(subnet_ids=["subnet-?"]))
    mounted = mount(stack, fleet(subnet_ids=[Ref("aws_subnet.theirs", "id")]))
    assert mounted[GROUP] is not None
