"""Endpoints: what each becomes, and what it refuses."""

import json
from typing import Any

import pytest

from aicost_iac import (
    AsyncEndpoint,
    Blueprint,
    Container,
    DataCapture,
    InvalidBlueprint,
    MultiModelEndpoint,
    Plan,
    Ref,
    ServerlessEndpoint,
    Vpc,
)
from tests.sagemaker.described import IMAGE, NEWEST, component, only, planned, requests_in, resolved
from tests.sagemaker.shapes import problems

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ARCHIVE = Container(image=IMAGE, model_data_s3_uri="s3://example-models/a.tar.gz")
VPC = Vpc(subnet_ids=["subnet-0a1b2c3d"], security_group_ids=["sg-0a1b2c3d"])
CONFIG, MODEL = "aws_sagemaker_endpoint_configuration", "aws_sagemaker_model"


def multi(**fields: Any) -> MultiModelEndpoint:
    container = Container(image=IMAGE, model_data_s3_uri="s3://example-models/all/")
    return MultiModelEndpoint(**{"name": "many", "container": container, "instance_type": "ml.m5.xlarge", **fields})


def serverless(**fields: Any) -> ServerlessEndpoint:
    return ServerlessEndpoint(**{"name": "small", "container": ARCHIVE, **fields})


def queued(**fields: Any) -> AsyncEndpoint:
    given = {
        "name": "later",
        "container": ARCHIVE,
        "instance_type": "ml.g5.xlarge",
        "input_s3_uri": "s3://example-later/in/",
        "output_s3_uri": "s3://example-later/out/",
        **fields,
    }
    return AsyncEndpoint(**given)


ALL: list[Blueprint] = [multi(), serverless(), queued(), component()]


def variant(plan: Plan) -> dict[str, Any]:
    [found] = only(plan, CONFIG).body["production_variants"]
    return dict(found)


def granted(plan: Plan) -> set[str]:
    [policy] = plan.of_type("aws_iam_role_policy")
    statements = json.loads(resolved(policy.body["policy"]))["Statement"]
    return {action for statement in statements for action in statement["Action"]}


@pytest.mark.parametrize("item", ALL)
def test_nothing_is_captured_and_no_log_is_kept_for_ever_unless_asked(item: Blueprint) -> None:
    plan = planned(item, NEWEST)
    assert "data_capture_config" not in only(plan, CONFIG).body
    assert only(plan, "aws_cloudwatch_log_group").body["retention_in_days"] == 30


@pytest.mark.parametrize("item", [multi(), serverless(), queued()])
def test_a_change_makes_another_model_before_the_old_one_goes(item: Blueprint) -> None:
    plan = planned(item)
    for kind in (CONFIG, MODEL):
        made = only(plan, kind).body
        assert made["lifecycle"] == {"create_before_destroy": True}
        assert "name" not in made


@pytest.mark.parametrize("item", [multi(), serverless(), queued()])
def test_an_endpoint_waits_for_the_rights_of_its_container(item: Blueprint) -> None:
    plan = planned(item)
    [policy] = plan.of_type("aws_iam_role_policy")
    assert policy.address in only(plan, "aws_sagemaker_endpoint").body["depends_on"]


def test_capture_is_what_was_asked_for_and_may_be_written() -> None:
    plan = planned(multi(data_capture=DataCapture(s3_uri="s3://example-captured/", percent=5)))
    [block] = only(plan, CONFIG).body["data_capture_config"]
    assert block["initial_sampling_percentage"] == 5
    assert "s3:PutObject" in granted(plan)
    assert "s3:PutObject" not in granted(planned(multi()))


def test_many_models_share_a_fleet_that_scales_by_invocations() -> None:
    plan = planned(multi(max_instances=4, invocations_per_instance=70, keep_models_loaded=False))
    [block] = only(plan, MODEL).body["primary_container"]
    assert (block["mode"], block["model_data_url"]) == ("MultiModel", "s3://example-models/all/")
    assert block["multi_model_config"] == [{"model_cache_setting": "Disabled"}]
    target = only(plan, "aws_appautoscaling_target").body
    assert (target["min_capacity"], target["max_capacity"]) == (1, 4)
    [tracking] = only(plan, "aws_appautoscaling_policy").body["target_tracking_scaling_policy_configuration"]
    assert tracking["target_value"] == 70
    assert not list(planned(multi()).of_type("aws_appautoscaling_target"))


def test_a_serverless_endpoint_names_no_instance() -> None:
    made = variant(planned(serverless(memory_mb=4096, max_concurrency=20, provisioned_concurrency=2)))
    assert made["serverless_config"] == [
        {"max_concurrency": 20, "memory_size_in_mb": 4096, "provisioned_concurrency": 2}
    ]
    assert "instance_type" not in made


def test_a_queue_comes_down_to_nothing_and_its_first_request_wakes_it() -> None:
    plan = planned(queued(max_instances=3, error_topic_arn=KEY.replace("kms", "sns")))
    assert variant(plan)["initial_instance_count"] == 1
    assert only(plan, "aws_appautoscaling_target").body["min_capacity"] == 0
    alarm = only(plan, "aws_cloudwatch_metric_alarm").body
    assert alarm["metric_name"] == "HasBacklogWithoutCapacity"
    assert alarm["alarm_actions"] == [Ref("aws_appautoscaling_policy.later_wake", "arn")]
    assert "sns:Publish" in granted(plan)


def test_a_queue_that_always_has_an_instance_needs_no_waking() -> None:
    plan = planned(queued(min_instances=1))
    assert not list(plan.of_type("aws_cloudwatch_metric_alarm"))


@pytest.mark.parametrize("item", [component(), component(min_copies=1, copy_cpus=2.5), component(vpc=VPC)])
@pytest.mark.parametrize("version", [">= 5.100, < 7", "~> 6.21", NEWEST])
def test_what_a_provider_lacks_is_a_request_that_the_api_takes_and_says_why(item: Blueprint, version: str) -> None:
    for made in requests_in(planned(item, version)).values():
        assert problems(made.service, made.operation, made.parameters) == []
        assert len(made.reason) > 20


def operations(plan: Plan) -> list[str]:
    return [made.operation for made in requests_in(plan).values()]


SCALING = ["RegisterScalableTarget", "PutScalingPolicy", "PutScalingPolicy", "PutMetricAlarm"]


def test_the_provider_version_decides_what_is_a_resource() -> None:
    before, since = planned(component()), planned(component(), "~> 6.21")
    assert operations(before) == ["CreateEndpointConfig", "CreateEndpoint", "CreateInferenceComponent", *SCALING]
    assert operations(since) == ["CreateInferenceComponent", *SCALING]
    made = variant(since)
    assert "model_name" not in made
    assert made["managed_instance_scaling"] == [{"max_instance_count": 3, "min_instance_count": 0, "status": "ENABLED"}]
    assert only(since, CONFIG).body["execution_role_arn"] == Ref("aws_iam_role.chat_role", "arn")


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"vpc": VPC}, {"VpcConfig": {"SecurityGroupIds": ["sg-0a1b2c3d"], "Subnets": ["subnet-0a1b2c3d"]}}),
        ({"network_isolation": True}, {"EnableNetworkIsolation": True}),
    ],
)
def test_the_network_of_an_endpoint_without_a_model_is_in_its_configuration(
    fields: dict[str, Any], wanted: dict[str, Any]
) -> None:
    plan = planned(component(**fields), "~> 6.39")
    assert not list(plan.of_type(CONFIG))
    configuration = next(iter(requests_in(plan).values()))
    assert configuration.operation == "CreateEndpointConfig"
    assert wanted.items() <= configuration.parameters.items()
    assert "neither a VPC nor network isolation" in configuration.reason


def test_scaling_becomes_resources_when_the_component_is_there() -> None:
    plan = planned(component(component_exists=True))
    assert operations(plan) == ["CreateEndpointConfig", "CreateEndpoint", "CreateInferenceComponent"]
    assert only(plan, "aws_appautoscaling_target").body["resource_id"] == "inference-component/chat-model"
    kinds = [policy.body["policy_type"] for policy in plan.of_type("aws_appautoscaling_policy")]
    assert kinds == ["TargetTrackingScaling", "StepScaling"]
    alarm = only(plan, "aws_cloudwatch_metric_alarm").body
    assert alarm["metric_name"] == "NoCapacityInvocationFailures"
    assert alarm["alarm_actions"] == [Ref("aws_appautoscaling_policy.chat_wake", "arn")]


def test_requests_and_resources_of_scaling_say_the_same() -> None:
    asked = {(made.operation, made.parameters.get("PolicyName")): made.parameters for made in scaling_requests()}
    plan = planned(component(component_exists=True))
    [tracking] = plan.by_address["aws_appautoscaling_policy.chat_scaling"].body[  # type: ignore[attr-defined]
        "target_tracking_scaling_policy_configuration"
    ]
    wanted = asked["PutScalingPolicy", "chat-requests"]["TargetTrackingScalingPolicyConfiguration"]
    assert wanted["TargetValue"] == tracking["target_value"]
    assert wanted["ScaleInCooldown"] == tracking["scale_in_cooldown"]
    [metric] = tracking["predefined_metric_specification"]
    assert wanted["PredefinedMetricSpecification"]["PredefinedMetricType"] == metric["predefined_metric_type"]
    alarm, body = asked["PutMetricAlarm", None], only(plan, "aws_cloudwatch_metric_alarm").body
    same = {"AlarmName": "alarm_name", "Period": "period", "Threshold": "threshold", "MetricName": "metric_name"}
    assert {name: alarm[name] for name in same} == {name: body[key] for name, key in same.items()}


def scaling_requests() -> list[Any]:
    return [made for made in requests_in(planned(component())).values() if made.operation in SCALING]


@pytest.mark.parametrize(
    ("make", "fields", "words"),
    [
        (serverless, {"needs_gpu": True}, ["needs_gpu: can not be met", "AsyncEndpoint", "ScaleToZeroEndpoint"]),
        (serverless, {"memory_mb": 8192}, ["memory_mb: is more than the 6144 MB", "AsyncEndpoint"]),
        (serverless, {"memory_mb": 1500}, ["memory_mb: is no step of 1024", "use 2048"]),
        (serverless, {"max_concurrency": 201}, ["max_concurrency"]),
        (serverless, {"provisioned_concurrency": 6}, ["is above max_concurrency 5"]),
        (serverless, {"vpc": VPC}, ["vpc: is not a field here"]),
        (multi, {"container": ARCHIVE}, ["container.model_data_s3_uri: must be the prefix"]),
        (multi, {"max_instances": 3}, ["invocations_per_instance: and max_instances above min_instances"]),
        (multi, {"min_instances": 2}, ["max_instances: is below min_instances 2"]),
        (
            multi,
            {"instance_type": "ml.g5.xlarge", "kms_key": KEY},
            ["kms_key: is refused for instance_type ml.g5.xlarge"],
        ),
        (multi, {"instance_type": "ml.m5.xlrge"}, ["instance_type: unknown", "did you mean"]),
        (multi, {"instance_type": "ml.c5n.xlarge"}, ["not offered for endpoints", "training jobs"]),
        (multi, {"container": {"image": "ubuntu:22.04"}}, ["container.image: is not an image in Amazon ECR"]),
        (queued, {"min_instances": 2}, ["max_instances: is below min_instances 2"]),
        (queued, {"input_s3_uri": "later/in"}, ["input_s3_uri: is not an S3 URI"]),
        (component, {"copy_accelerators": 2}, ["copy_accelerators: are more than the 1 of ml.g6e.2xlarge"]),
        (component, {"copy_memory_mb": 999_999}, ["copy_memory_mb: is more than the 64 GiB"]),
        (
            component,
            {"max_copies": 9},
            ["max_copies: do not fit: max_instances 3 x ml.g6e.2xlarge hold 3", "lower it to 3"],
        ),
        (component, {"instance_type": "ml.m5.xlarge"}, ["copy_accelerators: are not in ml.m5.xlarge"]),
        (component, {"min_copies": 4, "max_copies": 2}, ["max_copies: is below min_copies 4"]),
        (component, {"idle_seconds": 5}, ["idle_seconds"]),
    ],
)
def test_what_can_not_work_is_refused_with_the_way_out(make: Any, fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        make(**fields)
    for word in words:
        assert word in str(refused.value)
