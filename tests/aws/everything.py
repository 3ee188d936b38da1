"""One stack that uses every part of every blueprint, with a network of its own, to be applied for real."""

from decimal import Decimal

from aicost_iac import (
    Checkpoints,
    CostTags,
    IdleGuard,
    OnDemandFallback,
    Ref,
    Resource,
    SpotPrice,
    SpotTrainingFleet,
    Stack,
    Subnet,
)

TAGS = CostTags(workload_type="training", model_name="everything", cost_center="tests", team="tests")


def everything() -> Stack:
    """A plain fleet, a coupled one with every guard, one of mixed sizes, and a legacy spot fleet."""
    return Stack(name="everything", region="us-east-1", tags=TAGS, items=[*network(), *fleets()])


def network() -> list[Resource]:
    """A VPC with two subnets."""
    vpc = Resource("aws_vpc", "main", {"cidr_block": "10.0.0.0/16"})
    subnets = [
        Resource(
            "aws_subnet",
            f"zone_{zone}",
            {"vpc_id": vpc.ref("id"), "cidr_block": f"10.0.{index}.0/24", "availability_zone": f"us-east-1{zone}"},
        )
        for index, zone in enumerate("ab")
    ]
    return [vpc, *subnets]


def fleets() -> list[SpotTrainingFleet]:
    first, second = Ref("aws_subnet.zone_a", "id"), Ref("aws_subnet.zone_b", "id")
    vpc = Ref("aws_vpc.main", "id")
    return [
        SpotTrainingFleet(
            name="plain",
            instances=2,
            instance_types=["g6e.xlarge", "g6e.2xlarge"],
            subnet_ids=[first, Subnet(id=second, zone="us-east-1b")],
            vpc_id=vpc,
        ),
        SpotTrainingFleet(
            name="coupled",
            coupling="coupled",
            instances=2,
            instance_types=["p4d.24xlarge"],
            subnet_ids=[first],
            vpc_id=vpc,
            command=["python3", "train.py", "a b", "${not an expression}", "it's"],
            environment={"GREETING": 'say "hi" %{ to } $HOME'},
            source_s3_uri="s3://example-source/train.tar.gz",
            checkpoints=Checkpoints(run="r1", keep_days=14),
            on_demand_fallback=OnDemandFallback(wait_minutes=20),
            idle_guard=IdleGuard(minutes=60),
            deadline_hours=48,
            notify_emails=["oncall@example.com"],
            interruption_queue=True,
            quota_check=True,
        ),
        SpotTrainingFleet(
            name="sizes",
            gpus=16,
            instance_types=["g6.xlarge", "g6.12xlarge"],
            subnet_ids=[first, second],
            vpc_id=vpc,
            on_demand_base=4,
            command=["python3", "work.py"],
            checkpoints=Checkpoints(run="r1", bucket="example-checkpoints"),
            on_demand_fallback=OnDemandFallback(instance_types=["g6.xlarge"], max_capacity=8),
            spot_prices={"g6.xlarge": SpotPrice(usd_hour=Decimal("0.32"), as_of="2026-11-20")},
        ),
        SpotTrainingFleet(
            name="legacy",
            engine="spot-fleet",
            valid_until="2030-01-31T18:00:00Z",
            instances=1,
            instance_types=["g5.xlarge"],
            subnet_ids=[first],
            vpc_id=vpc,
            command=["python3", "train.py"],
        ),
    ]
