"""Ten configurations priced by hand: the inputs, the arithmetic, the amounts. `docs/cost.md` shows them.

    python -m tests.cost.worked_examples docs/cost.md

The figures below are typed in, not computed: prices from AWS's lists as `aicost_iac/catalog/data` cites them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from aicost_iac import Plan, Resource
from aicost_iac.plan import KubeObject
from aicost_iac.terraform.requests import Request, resource
from tests.cost.plans import assumed, mixed, node_pool, scaled, spot, template, workload

BEGIN, END = "<!-- worked examples: begin -->", "<!-- worked examples: end -->"


@dataclass(frozen=True)
class Worked:
    """A configuration, the prices that go in, and per case the arithmetic of a month and its result in USD."""

    title: str
    plan: Plan
    inputs: Mapping[str, str]
    """What -> USD, as the price lists have it."""
    floor: tuple[str, str]
    expected: tuple[str, str]
    ceiling: tuple[str, str]

    @property
    def cases(self) -> Mapping[str, tuple[str, str]]:
        return {"floor": self.floor, "expected": self.expected, "ceiling": self.ceiling}


def examples() -> tuple[Worked, ...]:
    """The ten."""
    return (
        _sweep(),
        _fallback(),
        _weights(),
        _half_on_demand(),
        _node_group(),
        _stranded(),
        _slices(),
        _endpoint(),
        _training(),
        _around(),
    )


def computed(arithmetic: str) -> Decimal:
    """The value of sums, products and quotients of decimals, to the cent."""
    return _value(ast.parse(arithmetic.replace("x", "*"), mode="eval").body, arithmetic).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def _value(node: ast.expr, text: str) -> Decimal:
    if isinstance(node, ast.Constant):
        return Decimal(ast.get_source_segment(text.replace("x", "*"), node) or "")
    assert isinstance(node, ast.BinOp), text
    left, right = _value(node.left, text), _value(node.right, text)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    return left * right if isinstance(node.op, ast.Mult) else left / right


def table() -> str:
    """The examples as the documentation shows them."""
    return "\n".join(line for number, each in enumerate(examples(), 1) for line in _section(number, each))


def _section(number: int, each: Worked) -> Iterator[str]:
    yield f"**{number}. {each.title}**\n"
    yield f"{', '.join(f'{what} ${usd}' for what, usd in each.inputs.items())}.\n"
    yield "| a month | arithmetic | USD |"
    yield "|---|---|--:|"
    yield from (f"| {case} | {how} | {Decimal(usd):,.2f} |" for case, (how, usd) in each.cases.items())
    yield ""


def _sweep() -> Worked:
    types: dict[str, int | None] = dict.fromkeys(("g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"))
    return Worked(
        "Eight spot nodes of one L40S, three sizes allowed, no spot price given: no saving is claimed",
        Plan((template(), mixed(types, sizes=(0, 8, 8)))),
        {
            "g6e.xlarge": "1.861",
            "g6e.2xlarge (the middle one)": "2.24208",
            "g6e.4xlarge": "3.00424",
            "200 GiB gp3 a month": "0.08 per GiB",
        },
        ("0", "0.00"),
        ("8 x 2.24208 x 730 + 8 x 200 x 0.08", "13221.75"),
        ("8 x 3.00424 x 730 + 8 x 200 x 0.08", "17672.76"),
    )


def _fallback() -> Worked:
    on_spot = mixed({"p4d.24xlarge": None}, sizes=(0, 4, 4), assume=(spot("p4d.24xlarge", "9.25"),))
    shadow = mixed(
        {"p4d.24xlarge": None},
        sizes=(0, 0, 2),
        percent=100,
        name="fallback",
        assume=(assumed("fallback_for", on_spot.address),),
    )
    return Worked(
        "Four p4d.24xlarge on spot at a price that is assumed, two more on demand when spot falls short",
        Plan((template(), on_spot, shadow)),
        {"p4d.24xlarge on spot, assumed": "9.25", "on demand": "21.957642", "200 GiB gp3 a month": "0.08 per GiB"},
        ("0", "0.00"),
        ("4 x 9.25 x 730 + 4 x 200 x 0.08", "27074.00"),
        ("(4 + 2) x 21.957642 x 730 + (4 + 2) x 200 x 0.08", "96270.47"),
    )


def _weights() -> Worked:
    types: dict[str, int | None] = {"g6.xlarge": 1, "g6.12xlarge": 4, "g6.48xlarge": 8}
    prices = (spot("g6.xlarge", "0.32"), spot("g6.12xlarge", "2.0"), spot("g6.48xlarge", "5.6"))
    return Worked(
        "Sixteen L4 from machines of 1, 4 and 8, four of them kept; per GPU $0.32, $0.50 and $0.70 on spot",
        Plan((template(), mixed(types, sizes=(4, 16, 16), assume=prices))),
        {
            "g6.xlarge": "0.32",
            "g6.12xlarge (the middle one)": "2.00",
            "g6.48xlarge on demand": "13.3504",
            "200 GiB gp3 a month": "0.08 per GiB",
        },
        ("4 x 0.32 x 730 + 4 x 200 x 0.08", "998.40"),
        ("4 x 2.0 x 730 + 4 x 200 x 0.08", "5904.00"),
        ("2 x 13.3504 x 730 + 2 x 200 x 0.08", "19523.58"),
    )


def _half_on_demand() -> Worked:
    group = mixed({"g5.xlarge": None}, sizes=(3, 7, 9), base=2, percent=50, assume=(spot("g5.xlarge", "0.45"),))
    return Worked(
        "A base of two on demand, half of the rest too, rounded up: 3 of 3, then 5 of 7, then 6 of 9",
        Plan((template(), group)),
        {"g5.xlarge on demand": "1.006", "on spot, assumed": "0.45", "200 GiB gp3 a month": "0.08 per GiB"},
        ("3 x 1.006 x 730 + 3 x 200 x 0.08", "2251.14"),
        ("5 x 1.006 x 730 + 2 x 0.45 x 730 + 7 x 200 x 0.08", "4440.90"),
        ("6 x 1.006 x 730 + 3 x 1.006 x 730 + 9 x 200 x 0.08", "6753.42"),
    )


def _node_group() -> Worked:
    scaling = {"min_size": 1, "desired_size": 2, "max_size": 4}
    nodes = Resource(
        "aws_eks_node_group",
        "gpu",
        {"scaling_config": [scaling], "instance_types": ["g6e.12xlarge"], "disk_size": 100, "labels": {"pool": "gpu"}},
    )
    server = workload("Deployment", {"nvidia.com/gpu": 2}, spec={"replicas": 3}, nodeSelector={"pool": "gpu"})
    return Worked(
        "An EKS cluster, one to four nodes of four L40S, and three replicas of two GPUs that run on them",
        Plan((Resource("aws_eks_cluster", "c", {"name": "ml"}), nodes), (server,)),
        {"control plane": "0.10", "g6e.12xlarge": "10.49264", "100 GiB gp2 a month": "0.10 per GiB"},
        ("0.10 x 730 + 1 x 10.49264 x 730 + 1 x 100 x 0.10", "7742.63"),
        ("0.10 x 730 + 2 x 10.49264 x 730 + 2 x 100 x 0.10", "15412.25"),
        ("0.10 x 730 + 4 x 10.49264 x 730 + 4 x 100 x 0.10", "30751.51"),
    )


def _stranded() -> Worked:
    server = workload("Deployment", {"nvidia.com/gpu": 3, "cpu": "16"}, nodeSelector={"pool": "h100"}, name="large")
    pool = node_pool("h100", ["p5.48xlarge"], labels={"pool": "h100"}, limits={"nvidia.com/gpu": 16})
    return Worked(
        "Replicas of three H100 on machines of eight: two fit, two GPUs are stranded; 1 to 4 replicas, 2 assumed; "
        "the pool's limit of 16 GPUs adds nothing above them",
        Plan(objects=(server, pool, scaled("large", 1, 4, assumed("replicas", "2")))),
        {"p5.48xlarge": "55.04"},
        ("1 x 55.04 x 730 / 2", "20089.60"),
        ("2 x 55.04 x 730 / 2", "40179.20"),
        ("4 x 55.04 x 730 / 2", "80358.40"),
    )


def _slices() -> Worked:
    config = (
        "version: v1\nmig-configs:\n  chat:\n  - devices: all\n    mig-enabled: true\n"
        "    mig-devices: {1g.10gb: 2, 2g.20gb: 1, 3g.40gb: 1}\n"
    )
    cut = KubeObject("v1", "ConfigMap", "mig", "gpu-operator", body={"data": {"config.yaml": config}})
    pool = node_pool("mig", ["p5.4xlarge"], labels={"nvidia.com/mig.config": "chat"}, limits={"nvidia.com/gpu": 4})
    small = workload(
        "Deployment",
        {"nvidia.com/mig-1g.10gb": 1},
        spec={"replicas": 6},
        name="small",
        nodeSelector={"nvidia.com/mig.config": "chat"},
    )
    return Worked(
        "Six 1g.10gb of a cut H100: each pays 1 of the 8 memory slices that 2 x 1g.10gb, 2g.20gb and 3g.40gb hold; "
        "the pool may grow to four GPUs",
        Plan(objects=(cut, pool, small)),
        {"p5.4xlarge, one H100": "6.88"},
        ("6 x 6.88 x 730 / 8", "3766.80"),
        ("6 x 6.88 x 730 / 8", "3766.80"),
        ("6 x 6.88 x 730 / 8 + 4 x 6.88 x 730 - 6 x 6.88 x 730 / 8", "20089.60"),
    )


def _endpoint() -> Worked:
    variant = {
        "variant_name": "all",
        "instance_type": "ml.g5.2xlarge",
        "initial_instance_count": 2,
        "volume_size_in_gb": 50,
    }
    held = Resource("aws_sagemaker_endpoint_configuration", "c", {"production_variants": [variant]})
    served = Resource("aws_sagemaker_endpoint", "e", {"name": "chat", "endpoint_config_name": held.ref("name")})
    scaling = {
        "resource_id": "endpoint/chat/variant/all",
        "scalable_dimension": "sagemaker:variant:DesiredInstanceCount",
        "min_capacity": 1,
        "max_capacity": 4,
    }
    return Worked(
        "A SageMaker endpoint of ml.g5.2xlarge, one to four, with 50 GiB each",
        Plan((held, served, Resource("aws_appautoscaling_target", "t", scaling))),
        {"ml.g5.2xlarge": "1.515", "endpoint volume a month": "0.112 per GiB"},
        ("1 x 1.515 x 730 + 1 x 50 x 0.112", "1111.55"),
        ("2 x 1.515 x 730 + 2 x 50 x 0.112", "2223.10"),
        ("4 x 1.515 x 730 + 4 x 50 x 0.112", "4446.20"),
    )


def _training() -> Worked:
    parameters = {
        "ResourceConfig": {"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 4, "VolumeSizeInGB": 100},
        "StoppingCondition": {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 14400},
        "EnableManagedSpotTraining": True,
    }
    made = Request("sagemaker", "CreateTrainingJob", parameters, "started by a pipeline")
    notes = (assumed("runs_per_month", "20"), assumed("run_hours", "1"), spot("ml.p4d.24xlarge", "11.40"))
    return Worked(
        "Twenty SageMaker jobs a month of four ml.p4d.24xlarge, an hour each and two at most; on spot at a price that "
        "is assumed; the list has no price in us-east-1, so EC2's times the premium of P machines stands for it",
        Plan((resource("train", made, notes),)),
        {"ml.p4d.24xlarge on spot, assumed": "11.40", "on demand, derived": "21.957642 x 1.15"},
        ("0", "0.00"),
        ("20 x 1 x 4 x 11.40", "912.00"),
        ("20 x 2 x 4 x 21.957642 x 1.15", "4040.21"),
    )


def _around() -> Worked:
    metrics = [{"id": f"m{each}", "metric": [{"metric_name": "n", "period": 60}]} for each in range(2)]
    resources = (
        Resource("aws_nat_gateway", "n", {"subnet_id": "s"}, assume=(assumed("processed_gib_month", "1000"),)),
        Resource("aws_lb", "l", {"name": "l"}, assume=(assumed("capacity_units", "2.5"),)),
        Resource("aws_elasticache_replication_group", "r", {"node_type": "cache.r7g.large", "num_cache_clusters": 2}),
        Resource("aws_s3_bucket", "b", {}, assume=(assumed("storage_gib", "2048"),)),
        Resource("aws_kms_key", "k"),
        Resource("aws_cloudwatch_metric_alarm", "a", {"metric_query": metrics}),
    )
    how = (
        "0.045 x 730 + 1000 x 0.045 + 0.0225 x 730 + 2.5 x 0.008 x 730 + 2 x 0.219 x 730 + 2048 x 0.023 + 1 + 2 x 0.10"
    )
    return Worked(
        "What stands around: a NAT gateway, a load balancer, two cache nodes, a bucket, a key, an alarm on two metrics",
        Plan(resources),
        {
            "NAT": "0.045 and 0.045 per GiB",
            "ALB": "0.0225 and 0.008 per LCU",
            "cache.r7g.large": "0.219",
            "S3": "0.023 per GiB",
            "key": "1",
            "alarm metric": "0.10",
        },
        (how, "476.92"),
        (how, "476.92"),
        (how, "476.92"),
    )


def written(page: str) -> str:
    """The page with the examples of today in it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n{END}{after}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(written(target.read_text(encoding="utf-8")), encoding="utf-8")
