"""SageMaker: endpoints by their variants and what scales them, jobs by their runs, on the real `ml.` type."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Resource
from aicost_iac.cost.metrics import metrics
from aicost_iac.expr import Ref, template
from aicost_iac.terraform.requests import Request, resource
from tests.cost.plans import assumed, item, notes, of, reasons, spot

ENDPOINT = "aws_sagemaker_endpoint.e"


def configuration(**variant: Any) -> Resource:
    held = {"variant_name": "all", "instance_type": "ml.g5.2xlarge", "initial_instance_count": 2, **variant}
    return Resource("aws_sagemaker_endpoint_configuration", "c", {"production_variants": [held]})


def endpoint(name: Any = "chat", **more: Any) -> Resource:
    body = {"name": name, "endpoint_config_name": configuration().ref("name")}
    return Resource("aws_sagemaker_endpoint", "e", body, **more)


def target(resource_id: Any, least: int = 1, most: int = 4) -> Resource:
    body = {
        "resource_id": resource_id,
        "scalable_dimension": "sagemaker:variant:DesiredInstanceCount",
        "min_capacity": least,
        "max_capacity": most,
    }
    return Resource("aws_appautoscaling_target", "t", body)


def counts(*nodes: Resource) -> list[Decimal]:
    return [line.count for line in item(of(*nodes), ENDPOINT).parts[0].lines]


def test_an_endpoint_runs_its_variants_all_the_time_at_sagemaker_s_price() -> None:
    made = of(configuration(), endpoint())
    assert item(made, ENDPOINT).hour.expected == 2 * Decimal("1.515")
    assert [each.address for each in made.items] == [ENDPOINT]


def test_a_configuration_alone_is_priced_as_one_endpoint() -> None:
    assert of(configuration()).hour.expected == 2 * Decimal("1.515")


@pytest.mark.parametrize(
    "written",
    ["endpoint/chat/variant/all", template("endpoint/", Ref(ENDPOINT, "name"), "/variant/all")],
)
def test_a_scaling_target_gives_the_bounds(written: Any) -> None:
    assert counts(configuration(), endpoint(), target(written)) == [1, 2, 4]
    assert counts(configuration(), endpoint(assume=(assumed("replicas", "3.2"),)), target(written)) == [
        1,
        Decimal("3.2"),
        4,
    ]


@pytest.mark.parametrize("other", ["endpoint/other/variant/all", "endpoint/chat/variant/canary"])
def test_a_target_of_something_else_does_not(other: str) -> None:
    assert counts(configuration(), endpoint(), target(other)) == [2, 2, 2]


def test_managed_scaling_gives_them_too() -> None:
    managed = [{"status": "ENABLED", "min_instance_count": 0, "max_instance_count": 3}]
    assert counts(configuration(managed_instance_scaling=managed), endpoint()) == [0, 2, 3]


def test_what_is_billed_by_the_millisecond_is_told() -> None:
    serverless = {"instance_type": None, "initial_instance_count": None}
    held = configuration(serverless_config=[{"memory_size_in_mb": 4096, "max_concurrency": 5}], **serverless)
    made = of(held, endpoint())
    assert made.items == ()
    assert "a serverless endpoint of 4096 MB is billed by the millisecond" in reasons(made, ENDPOINT)[0]


def test_a_type_without_a_list_price_is_derived_and_marked() -> None:
    made = item(of(configuration(instance_type="ml.g6e.xlarge"), endpoint()), ENDPOINT)
    quote = made.parts[0].expected.quote
    assert (quote.basis, quote.usd_hour) == ("derived", Decimal("1.861") * Decimal("1.4"))
    assert quote.source == "EC2's 1.861 times 1.4"


def job(**more: Any) -> dict[str, Any]:
    return {
        "ResourceConfig": {"InstanceType": "ml.g5.12xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **more,
    }


def machine(states: dict[str, Any], *assume: Any) -> Resource:
    definition = json.dumps({"StartAt": "Train", "States": states})
    return Resource("aws_sfn_state_machine", "m", {"definition": definition}, assume=assume)


def train(**more: Any) -> dict[str, Any]:
    action = "arn:aws:states:::sagemaker:createTrainingJob.sync"
    return {"Type": "Task", "Resource": action, "Parameters": job(**more), "End": True}


def test_a_job_of_the_provider_runs_once_at_most_as_long_as_it_may() -> None:
    body = {
        "resource_config": [{"instance_type": "ml.g5.12xlarge", "instance_count": 2}],
        "stopping_condition": [{"max_runtime_in_seconds": 7200}],
    }
    made = of(Resource("aws_sagemaker_training_job", "j", body, assume=(assumed("run_hours", "1.5"),)))
    assert made.month.expected == Decimal("21.27")
    assert made.month.ceiling == Decimal("28.36")
    assert made.month.floor == 0


def test_a_job_that_is_repeated_needs_to_know_how_often() -> None:
    made = of(machine({"Train": train()}))
    assert made.month.expected == 0
    assert any("'runs_per_month' would say it" in told for told in reasons(made, "aws_sfn_state_machine.m"))
    known = of(machine({"Train": train()}, assumed("runs_per_month", "10")))
    assert known.month.expected == Decimal("141.80")


def test_an_on_demand_job_beside_one_on_spot_is_its_fallback() -> None:
    states = {"Train": train(EnableManagedSpotTraining=True), "Fallback": train()}
    price = spot("ml.g5.12xlarge", "2.50")
    made = of(machine(states, assumed("runs_per_month", "1"), price))
    first, second = item(made, "aws_sfn_state_machine.m").parts
    assert (first.what, first.hour.month.expected) == ("instances of Train", Decimal("5.00"))
    assert (second.what, second.hour.month.expected) == ("instances of Fallback", Decimal("0.00"))
    assert second.hour.month.ceiling == Decimal("14.18")
    assert any("only when the job on spot does not end in time" in note for note in notes(made))
    per_run = {each.per: each.usd for each in metrics(item(made, "aws_sfn_state_machine.m"))}
    assert per_run["run"] == Decimal("5.00")


def test_a_warm_pool_is_paid_while_it_waits() -> None:
    resources = {"InstanceType": "ml.g5.12xlarge", "InstanceCount": 1, "KeepAlivePeriodInSeconds": 3600}
    request = Request("sagemaker", "CreateTrainingJob", job(ResourceConfig=resources), "r")
    made = of(resource("x", request, (assumed("runs_per_month", "1"), assumed("run_hours", "1"))))
    assert (made.month.expected, made.month.ceiling) == (Decimal("7.09"), Decimal("14.18"))


def test_transform_and_load_tests_are_jobs_too() -> None:
    parameters = {"TransformResources": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 3}}
    transform = resource("x", Request("sagemaker", "CreateTransformJob", parameters, "r"),
                         (assumed("runs_per_month", "4"), assumed("run_hours", "0.5")))  # fmt: skip
    assert of(transform).month.expected == Decimal("8.45")
    tests = [{"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.g6.xlarge"}]
    inputs = {"InputConfig": {"JobDurationInSeconds": 7200, "EndpointConfigurations": tests}}
    load = resource("x", Request("sagemaker", "CreateInferenceRecommendationsJob", inputs, "r"))
    assert of(load).month.expected == Decimal("5.07")
    assert of(resource("x", Request("sagemaker", "CreateInferenceComponent", {}, "r"))).items == ()


def test_a_configuration_that_is_a_request_is_priced_as_one_endpoint() -> None:
    scaling = {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 3}
    variant = {"VariantName": "all", "InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1}
    parameters = {"ProductionVariants": [{**variant, "ManagedInstanceScaling": scaling}]}
    made = of(resource("x", Request("sagemaker", "CreateEndpointConfig", parameters, "r")))
    assert (made.hour.floor, made.hour.expected, made.hour.ceiling) == (
        Decimal(0),
        Decimal("1.515"),
        3 * Decimal("1.515"),
    )


def test_a_request_in_a_script_is_priced_like_one_in_a_plan() -> None:
    from aicost_iac.cost import Root, estimate_roots
    from aicost_iac.rules.requests import AwsRequest

    parameters = {
        "transform-resources": {"x": 1},
        "TransformResources": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    }
    nodes = (
        AwsRequest("sagemaker", "create-transform-job", parameters),
        AwsRequest("sagemaker", "create-training-job", job()),
        AwsRequest("ec2", "run-instances", {}),
        AwsRequest("ce", "get-cost-and-usage", {}),
    )
    made = estimate_roots([Root("", nodes)])
    assert made.hour.ceiling == Decimal("1.4084") + 2 * Decimal("7.09")
    told = {each.address: each.reason for each in made.unpriced}
    assert told["aws ec2 run-instances"] == "what the request starts is not read"
    assert "aws ce get-cost-and-usage" not in told


def test_a_price_the_plan_states_stands_over_the_list() -> None:
    body = {"resource_config": [{"instance_type": "ml.p5e.48xlarge", "instance_count": 1}]}
    alone = of(Resource("aws_sagemaker_training_job", "j", body, assume=(assumed("run_hours", "1"),)))
    assert alone.items == ()
    from aicost_iac import Assumption

    price = Assumption("on_demand_price_usd_hour", "70", "ml.p5e.48xlarge", "our contract", "2026-11-01")
    made = of(Resource("aws_sagemaker_training_job", "j", body, assume=(assumed("run_hours", "1"), price)))
    assert made.month.expected == Decimal("70.00")
