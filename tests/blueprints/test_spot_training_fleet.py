"""What a fleet becomes: the invariants that keep it from losing money."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Checkpoints, CostTags, IdleGuard, OnDemandFallback, SpotPrice
from aicost_iac.cost import estimate
from tests.blueprints.fleets import CONTEXT, fleet, plan, resource

WORK = {"command": ["python3", "train.py"]}
FALLBACK = OnDemandFallback(wait_minutes=20)


def test_tags_reach_what_instances_bring_with_them() -> None:
    template = resource(plan(tags=CostTags(project="x")), "aws_launch_template")
    kinds = {entry["resource_type"]: entry["tags"] for entry in template.body["tag_specifications"]}
    assert set(kinds) == {"instance", "network-interface", "volume"}
    for tags in kinds.values():
        assert tags == {"cost-center": "tests", "team": "tests", "project": "x", "Name": "sweep"}


def test_instances_are_private_encrypted_and_without_inbound_rules() -> None:
    made = plan()
    template = resource(made, "aws_launch_template").body
    assert template["metadata_options"][0]["http_tokens"] == "required"
    assert template["block_device_mappings"][0]["ebs"][0]["encrypted"] is True
    assert "key_name" not in template
    assert not list(made.of_type("aws_vpc_security_group_ingress_rule"))


def test_an_apply_neither_waits_for_capacity_nor_restarts_what_has_finished() -> None:
    group = resource(plan(), "aws_autoscaling_group").body
    assert group["wait_for_capacity_timeout"] == "0"
    assert group["min_size"] == 0
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity"]}


def test_types_of_one_size_count_instances_and_mixed_sizes_count_gpus() -> None:
    same = resource(plan(instances=None, gpus=8), "aws_autoscaling_group").body
    assert same["desired_capacity"] == 8
    mixed = plan(instances=None, gpus=8, instance_types=["g6.xlarge", "g6.12xlarge"])
    launch = resource(mixed, "aws_autoscaling_group").body["mixed_instances_policy"][0]["launch_template"][0]
    assert [entry["weighted_capacity"] for entry in launch["override"]] == ["1", "4"]


def test_the_fallback_starts_at_zero_buys_on_demand_only_and_is_left_to_its_alarms() -> None:
    group = resource(plan(**WORK, on_demand_fallback=FALLBACK), "aws_autoscaling_group", "fallback").body
    instances = group["mixed_instances_policy"][0]["instances_distribution"][0]
    assert (group["desired_capacity"], group["max_size"], group["default_instance_warmup"]) == (0, 4, 0)
    assert instances["on_demand_percentage_above_base_capacity"] == 100
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity"]}


def test_shortfall_is_wanted_minus_running_and_missing_data_changes_nothing() -> None:
    made = plan(**WORK, on_demand_fallback=FALLBACK)
    short = resource(made, "aws_cloudwatch_metric_alarm", "short").body
    recovered = resource(made, "aws_cloudwatch_metric_alarm", "recovered").body
    assert short["metric_query"][0]["expression"] == recovered["metric_query"][0]["expression"] == "desired - running"
    assert short["treat_missing_data"] == recovered["treat_missing_data"] == "ignore"
    assert (short["evaluation_periods"], recovered["evaluation_periods"]) == (20, 10)
    assert (short["comparison_operator"], recovered["comparison_operator"]) == (
        "GreaterThanThreshold",
        "LessThanThreshold",
    )
    assert short["metric_query"][2]["metric"][0]["metric_name"] == "GroupInServiceInstances"


def test_a_weighted_fleet_measures_capacity_not_instances() -> None:
    made = plan(
        **WORK,
        instances=None,
        gpus=16,
        instance_types=["g6.xlarge", "g6.12xlarge"],
        on_demand_fallback=OnDemandFallback(instance_types=["g6.12xlarge"]),
    )
    short = resource(made, "aws_cloudwatch_metric_alarm", "short").body
    assert short["metric_query"][2]["metric"][0]["metric_name"] == "GroupInServiceCapacity"
    buy = resource(made, "aws_autoscaling_policy", "buy").body
    assert [step["scaling_adjustment"] for step in buy["step_adjustment"]] == [4, 8, 12, 16]


def test_guards_stop_both_groups_and_warm_up_blocks_nothing() -> None:
    made = plan(**WORK, on_demand_fallback=FALLBACK, idle_guard=IdleGuard(minutes=60), deadline_hours=24)
    for name in ("idle", "deadline"):
        actions = [str(action) for action in resource(made, "aws_cloudwatch_metric_alarm", name).body["alarm_actions"]]
        assert actions == [
            "${aws_autoscaling_policy.sweep_group_stop.arn}",
            "${aws_autoscaling_policy.sweep_fallback_stop.arn}",
        ]
    for item in made.of_type("aws_autoscaling_policy"):
        assert item.body["estimated_instance_warmup"] == 0


def test_the_idle_guard_does_not_mistake_silence_for_idleness() -> None:
    made = plan(**WORK, idle_guard=IdleGuard(minutes=30))
    assert resource(made, "aws_cloudwatch_metric_alarm", "idle").body["treat_missing_data"] == "notBreaching"
    [result, *_] = resource(made, "aws_cloudwatch_metric_alarm", "silent").body["metric_query"]
    assert "FILL(gpu, -1)" in result["expression"]


@pytest.mark.parametrize(("hours", "period"), [(1, 60), (24, 60), (25, 3600), (168, 3600)])
def test_a_deadline_fits_what_an_alarm_may_look_back(hours: int, period: int) -> None:
    alarm = resource(plan(**WORK, deadline_hours=hours), "aws_cloudwatch_metric_alarm", "deadline").body
    [_, metric] = alarm["metric_query"]
    assert metric["metric"][0]["period"] == period
    assert alarm["evaluation_periods"] * period == hours * 3600


def test_alarm_descriptions_carry_a_runbook_and_fit() -> None:
    made = plan(**WORK, on_demand_fallback=FALLBACK, idle_guard=IdleGuard(minutes=60), deadline_hours=24)
    for alarm in made.of_type("aws_cloudwatch_metric_alarm"):
        text = alarm.body["alarm_description"]
        assert len(text) <= 1024
        assert "Runbook: " in text


def coupled(**fields: Any) -> dict[str, Any]:
    settings = {"coupling": "coupled", "instance_types": ["p4d.24xlarge"], "checkpoints": Checkpoints(run="a")}
    return {**WORK, **settings, **fields}


def test_coupled_nodes_have_an_efa_per_card_and_a_group_that_lets_itself_in() -> None:
    made = plan(**coupled())
    template = resource(made, "aws_launch_template").body
    cards = template["network_interfaces"]
    assert [card["network_card_index"] for card in cards] == [0, 1, 2, 3]
    assert [card["device_index"] for card in cards] == [0, 1, 1, 1]
    assert [card["interface_type"] for card in cards] == ["efa", "efa-only", "efa-only", "efa-only"]
    assert "vpc_security_group_ids" not in template
    for way in ("ingress", "egress"):
        rule = resource(made, f"aws_vpc_security_group_{way}_rule", f"nodes_{way}").body
        assert rule["ip_protocol"] == "-1"
        assert rule["referenced_security_group_id"] == rule["security_group_id"]


def test_coupled_groups_share_a_placement_group() -> None:
    made = plan(**coupled(on_demand_fallback=FALLBACK))
    assert resource(made, "aws_placement_group").body["strategy"] == "cluster"
    places = {str(group.body["placement_group"]) for group in made.of_type("aws_autoscaling_group")}
    assert places == {"${aws_placement_group.sweep_placement.name}"}


def test_the_own_bucket_is_private_encrypted_versioned_and_forgets() -> None:
    made = plan(**WORK, checkpoints=Checkpoints(run="a", keep_days=14))
    closed = resource(made, "aws_s3_bucket_public_access_block").body
    assert [value for key, value in closed.items() if key != "bucket"] == [True] * 4
    [encryption] = resource(made, "aws_s3_bucket_server_side_encryption_configuration").body["rule"]
    assert encryption["apply_server_side_encryption_by_default"] == [{"sse_algorithm": "AES256"}]
    versioning = resource(made, "aws_s3_bucket_versioning").body["versioning_configuration"]
    assert versioning == [{"status": "Enabled"}]
    [rule] = resource(made, "aws_s3_bucket_lifecycle_configuration").body["rule"]
    assert rule["expiration"] == [{"days": 14}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 2}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 7}]
    [statement] = json.loads(str(resource(made, "aws_s3_bucket_policy").body["policy"]))["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


def test_an_existing_bucket_is_left_alone() -> None:
    made = plan(**WORK, checkpoints=Checkpoints(run="a", bucket="team-checkpoints"))
    assert not [item for item in made.resources if "s3" in item.type]


def test_events_are_narrow_and_only_their_rules_may_send_them() -> None:
    made = plan(**WORK, interruption_queue=True, on_demand_fallback=FALLBACK)
    patterns = {
        rule.name.removeprefix("sweep_"): json.loads(str(rule.body["event_pattern"]))
        for rule in made.of_type("aws_cloudwatch_event_rule")
    }
    assert patterns.keys() == {"spot_warning", "rebalance", "state_change", "health"}
    for pattern in patterns.values():
        assert len(pattern["source"]) == 1
        assert pattern["detail-type"]
    assert patterns["state_change"]["detail"] == {
        "AutoScalingGroupName": [
            "${aws_autoscaling_group.sweep_group.name}",
            "${aws_autoscaling_group.sweep_fallback.name}",
        ]
    }
    [statement] = json.loads(str(resource(made, "aws_sqs_queue_policy").body["policy"]))["Statement"]
    assert len(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == len(patterns)
    queue = resource(made, "aws_sqs_queue", "interruptions").body
    assert queue["sqs_managed_sse_enabled"] is True
    assert "sweep_interruptions_dead.arn" in str(queue["redrive_policy"])


def test_a_topic_of_the_fleets_own_is_one_that_cloudwatch_may_publish_to() -> None:
    made = plan(**WORK, deadline_hours=4, notify_emails=["a@b.example"])
    assert "aws_kms_key" in str(resource(made, "aws_sns_topic").body["kms_master_key_id"])
    publish = json.loads(str(resource(made, "aws_kms_key").body["policy"]))["Statement"][1]
    assert publish["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]}
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} == set(publish["Action"])
    actions = resource(made, "aws_cloudwatch_metric_alarm", "deadline").body["alarm_actions"]
    assert "${aws_sns_topic.sweep_alarms.arn}" in map(str, actions)


def test_the_agent_may_report_gpus_and_nothing_else() -> None:
    made = plan(**WORK, idle_guard=IdleGuard(minutes=30))
    statements = json.loads(str(resource(made, "aws_iam_role_policy").body["policy"]))["Statement"]
    [reports] = [each for each in statements if each["Action"] == ["cloudwatch:PutMetricData"]]
    assert reports["Condition"] == {"StringEquals": {"cloudwatch:namespace": "AICost/Fleet"}}


def test_quotas_are_asked_for_what_each_market_may_have_to_give() -> None:
    made = plan(
        **coupled(instances=4, on_demand_base=1, quota_check=True, on_demand_fallback=OnDemandFallback(max_capacity=2))
    )
    wanted = {
        str(item.body["quota_code"]): str(item.body["lifecycle"]["postcondition"][0]["condition"])
        for item in made.resources
        if item.type == "aws_servicequotas_service_quota"
    }
    # p4d.24xlarge has 96 vCPUs: three on spot, one and at most two more on demand.
    assert wanted == {"L-7212CCBC": "${self.value >= 288}", "L-417A185B": "${self.value >= 288}"}


def test_outputs_name_everything_a_reader_needs() -> None:
    whole = coupled(on_demand_fallback=FALLBACK, interruption_queue=True, notify_emails=["a@b.example"])
    assert set(plan(**whole).outputs) == {
        "alarm_topic_arn",
        "checkpoint_bucket",
        "fallback_group_name",
        "group_name",
        "interruption_queue_url",
        "launch_template_id",
        "role_arn",
        "start",
    }
    legacy = plan(**WORK, engine="spot-fleet", valid_until="2027-01-31T18:00:00Z")
    assert set(legacy.outputs) == {"fleet_id", "launch_template_id", "role_arn"}


def test_floor_expected_and_ceiling_follow_from_the_plan() -> None:
    """The ceiling holds both groups: while a hand-over lasts, both run."""
    price = SpotPrice(usd_hour=Decimal("9.5"), as_of="2026-11-20")
    made = plan(
        **coupled(instances=4, on_demand_fallback=OnDemandFallback(max_capacity=2), spot_prices={"p4d.24xlarge": price})
    )
    items = {item.address.rpartition(".")[2]: item for item in estimate(made).items}
    spot, bought = items["sweep_group"].accelerators, items["sweep_fallback"].accelerators
    assert [spot.floor, spot.expected, spot.ceiling] == [Decimal(count) for count in (0, 32, 32)]
    assert [bought.floor, bought.expected, bought.ceiling] == [Decimal(count) for count in (0, 0, 16)]
    paid = {part.what: part.hour for part in items["sweep_group"].parts}
    assert any(hour.expected == 4 * Decimal("9.5") for hour in paid.values()), paid


def test_instances_may_touch_their_own_run_only() -> None:
    made = plan(**WORK, checkpoints=Checkpoints(run="r7", bucket="team-checkpoints"))
    text = str(resource(made, "aws_iam_role_policy").body["policy"])
    assert "arn:aws:s3:::team-checkpoints/sweep/r7/*" in text
    assert '"s3:*"' not in text
    assert "autoScalingGroupName/sweep" in text


def test_a_legacy_fleet_ends_and_leaves_nothing_behind() -> None:
    made = plan(**WORK, engine="spot-fleet", valid_until="2027-01-31T18:00:00Z")
    request = resource(made, "aws_spot_fleet_request").body
    assert request["terminate_instances_on_delete"] == "true"
    assert request["terminate_instances_with_expiration"] is True
    assert request["fleet_type"] == "request"
    assert "launch_specification" not in request
    assert not list(made.of_type("aws_autoscaling_group"))


def test_the_plan_refers_to_nothing_it_does_not_hold() -> None:
    made = plan(**coupled(on_demand_fallback=FALLBACK, interruption_queue=True, notify_emails=["a@b.example"]))
    assert made.external == frozenset()


def test_the_partition_follows_the_region() -> None:
    from dataclasses import replace

    made = fleet(**WORK).expand(replace(CONTEXT, partition="aws-cn"))
    attachment = resource(made, "aws_iam_role_policy_attachment")
    assert attachment.body["policy_arn"].startswith("arn:aws-cn:iam::aws:policy/")
