"""What stands around: each by its own measure; what is free; what nobody can price."""

from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Resource
from aicost_iac.cost.free import without_price
from aicost_iac.plan import KubeObject
from tests.cost.plans import assumed, item, of, reasons, template


@pytest.mark.parametrize(
    ("kind", "body", "assume", "month"),
    [
        ("aws_kms_key", {}, {}, "1.00"),
        ("aws_secretsmanager_secret", {}, {}, "0.40"),
        ("aws_cloudwatch_metric_alarm", {"metric_name": "m", "period": 60}, {}, "0.10"),
        ("aws_cloudwatch_metric_alarm", {"metric_name": "m", "period": 10}, {}, "0.30"),
        ("aws_nat_gateway", {}, {"processed_gib_month": "100"}, "37.35"),
        ("aws_lb", {"load_balancer_type": "network"}, {"capacity_units": "0"}, "16.43"),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]},
         {"processed_gib_month": "10"}, "14.70"),
        ("aws_s3_bucket", {}, {"storage_gib": "500"}, "11.50"),
        ("aws_elasticache_cluster", {"engine": "valkey", "node_type": "cache.m7g.large", "num_cache_nodes": 1}, {},
         "92.27"),
        ("aws_elasticache_replication_group",
         {"node_type": "cache.r7g.large", "num_node_groups": 2, "replicas_per_node_group": 1}, {}, "639.48"),
        ("aws_ebs_volume", {"size": 100, "type": "io2", "iops": 1000}, {}, "77.50"),
        ("aws_ebs_volume", {"size": 100}, {}, "10.00"),
    ],
)  # fmt: skip
def test_a_month_of_each(kind: str, body: dict[str, Any], assume: dict[str, str], month: str) -> None:
    made = of(Resource(kind, "x", body, assume=tuple(assumed(*pair) for pair in assume.items())))
    assert (made.month.floor, made.month.expected, made.month.ceiling) == (Decimal(month),) * 3
    assert made.unpriced == ()


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("aws_s3_bucket", {}, "'storage_gib'"),
        ("aws_nat_gateway", {}, "'processed_gib_month'"),
        ("aws_lb", {}, "'capacity_units'"),
        ("aws_ebs_volume", {}, "volume_size"),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}, "known only to Terraform"),
        ("aws_elasticache_cluster", {}, "node_type is known only to Terraform"),
        ("aws_lb", {"load_balancer_type": "gateway"}, "gateway load balancer"),
        ("aws_elasticache_cluster", {"node_type": "cache.x9.huge"}, "no source states a price"),
    ],
)
def test_what_is_missing_is_said_with_the_word_that_would_price_it(kind: str, body: dict[str, Any], word: str) -> None:
    [told] = reasons(of(Resource(kind, "x", body)), f"{kind}.x")
    assert word in told


def test_a_gateway_endpoint_and_a_member_of_a_replication_group_cost_nothing() -> None:
    member = Resource("aws_elasticache_cluster", "c", {"replication_group_id": "g", "node_type": "cache.m7g.large"})
    made = of(Resource("aws_vpc_endpoint", "e", {"vpc_endpoint_type": "Gateway"}), member)
    assert (made.items, made.unpriced) == ((), ())


@pytest.mark.parametrize(
    "kind",
    [
        "aws_iam_role", "aws_launch_template", "aws_autoscaling_policy", "aws_security_group", "aws_subnet",
        "aws_s3_bucket_policy", "aws_sqs_queue_policy", "aws_cloudwatch_event_rule", "aws_appautoscaling_target",
        "aws_lb_target_group", "aws_budgets_budget", "aws_ce_anomaly_monitor", "aws_sagemaker_model", "data.aws_subnet",
        "random_id", "null_resource", "terraform_data", "provider", "ConfigMap", "ScaledObject", "EC2NodeClass",
    ],
)  # fmt: skip
def test_what_governs_others_is_free(kind: str) -> None:
    assert without_price(kind) is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("aws_sqs_queue", "billed by the request; nothing is assumed of its use"),
        ("aws_lambda_function", "billed by the request and GB-second; nothing is assumed of its use"),
        ("aws_db_instance", "no price is known for aws_db_instance"),
        ("aws_launch_templates", "no price is known for aws_launch_templates"),
        ("google_container_cluster", "google_container_cluster: only AWS and Kubernetes are estimated"),
        ("InferenceService", "no price is known for InferenceService"),
        ("helm_release", "what a chart installs is not read"),
        ("module", "what the module makes is not here: estimate the plan of its root"),
    ],
)
def test_everything_else_is_told_never_passed_over(kind: str, reason: str) -> None:
    told = without_price(kind)
    assert told is not None
    assert told.reason == reason


def test_every_node_of_a_plan_is_priced_free_or_told() -> None:
    nodes: list[Resource | KubeObject] = [
        template(),
        Resource("aws_kms_key", "k"),
        Resource("aws_sqs_queue", "q"),
        Resource("aws_neptune_cluster", "n"),
        KubeObject("example.com/v1", "Widget", "w", "ml"),
    ]
    made = of(*nodes)
    priced, told = {each.address for each in made.items}, {each.address for each in made.unpriced}
    assert priced == {"aws_kms_key.k"}
    assert told == {"aws_sqs_queue.q", "aws_neptune_cluster.n", "example.com/v1/Widget/ml/w"}


def test_an_item_knows_its_blueprint_and_totals_are_grouped_by_it() -> None:
    made = of(
        Resource("aws_kms_key", "a", origin="Ladder/one"),
        Resource("aws_kms_key", "b", origin="Ladder/one"),
        Resource("aws_kms_key", "c"),
    )
    assert item(made, "aws_kms_key.a").origin == "Ladder/one"
    months = {origin: hour.month.expected for origin, hour in made.by_origin.items()}
    assert months == {"": Decimal("1.00"), "Ladder/one": Decimal("2.00")}
    assert made.prices_as_of == "2026-11-24"
