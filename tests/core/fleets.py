"""Random valid fleets: whatever a user may combine."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from aicost_iac import Checkpoints, CostTags, IdleGuard, OnDemandFallback, Ref, SpotTrainingFleet

# Types of one size, which count instances; and of several, which count GPUs, with what each adds.
ONE_SIZE = (
    ["g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge"],
    ["g5.xlarge", "g6.xlarge"],
    ["p4d.24xlarge", "p4de.24xlarge"],
    ["p5.48xlarge"],
)
SEVERAL_SIZES = (["g6.xlarge", "g6.12xlarge"], ["g5.12xlarge", "g5.2xlarge"])

HEX = st.text("0123456789abcdef", min_size=17, max_size=17)
SUBNETS = st.lists(HEX.map("subnet-{}".format), min_size=1, max_size=3, unique=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.just("${a} %{b}")
NAMES = st.from_regex(r"A_[A-Z]{0,8}", fullmatch=True)
LABELS = st.none() | st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?", fullmatch=True)
TAGS = st.builds(CostTags, team=LABELS, project=LABELS, workload_type=st.sampled_from([None, "training", "evaluation"]))


@st.composite
def sizes(draw: st.DrawFn) -> dict[str, Any]:
    """A target, its types and its bounds."""
    if draw(st.booleans()):
        target = 4 * draw(st.integers(1, 8))
        size: dict[str, Any] = {"gpus": target, "instance_types": draw(st.sampled_from(SEVERAL_SIZES))}
    else:
        target = draw(st.integers(1, 50))
        size = {"instances": target, "instance_types": draw(st.sampled_from(ONE_SIZE))}
    return {
        **size,
        "min_capacity": draw(st.integers(0, target)),
        "max_capacity": draw(st.none() | st.integers(target, 2 * target)),
        "on_demand_base": draw(st.integers(0, target)),
    }


def work() -> st.SearchStrategy[dict[str, Any]]:
    """What runs; or nothing."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "environment": st.dictionaries(NAMES, TEXT, max_size=3),
        "source_s3_uri": st.sampled_from(["s3://a-bucket/code/", "s3://a-bucket/code.tar.gz"]),
        "checkpoints": st.builds(Checkpoints, run=st.just("run-1"), bucket=st.none() | st.just("a-bucket")),
        "attempts": st.integers(1, 20),
    }
    command = {"command": st.lists(TEXT, min_size=1, max_size=4)}
    return st.just({}) | st.fixed_dictionaries(command, optional=optional)


def machine() -> st.SearchStrategy[dict[str, Any]]:
    """The instance and the network around it."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "ami": st.sampled_from(["ami-0abcdef1234567890", "/ours/ami", Ref("data.aws_ami.theirs", "id")]),
        "root_volume_gib": st.integers(75, 16_384),
        "root_device": st.just("/dev/sda1"),
        "volume_kms_key_arn": st.just("arn:aws:kms:us-east-1:123456789012:key/a"),
        "egress_ports": st.lists(st.integers(1, 65_535), max_size=3, unique=True),
        "allocation_strategy": st.sampled_from(["capacity-optimized", "capacity-optimized-prioritized"]),
        "capacity_rebalance": st.booleans(),
        "interruption_queue": st.booleans(),
    }
    network = st.sampled_from([{}, {"vpc_id": "vpc-0a1b2c3d"}, {"security_group_ids": ["sg-0a1b2c3d", "sg-1a2b3c4d"]}])
    return st.builds(lambda own, around: {**own, **around}, st.fixed_dictionaries({}, optional=optional), network)


@st.composite
def guarded(draw: st.DrawFn, fields: dict[str, Any]) -> dict[str, Any]:
    """With what buys on demand, and what stops it."""
    wait = draw(st.integers(5, 60))
    kinds = [draw(st.sampled_from(fields["instance_types"]))]
    optional: dict[str, st.SearchStrategy[Any]] = {
        "on_demand_fallback": st.just(OnDemandFallback(wait_minutes=wait, instance_types=kinds)),
        "idle_guard": st.builds(IdleGuard, minutes=st.integers(wait + 11, 1440), gpu_percent=st.integers(1, 50)),
        "deadline_hours": st.integers(1, 168),
        "notify_emails": st.just(["oncall@example.com"]),
        "quota_check": st.booleans(),
    }
    return {**fields, "command": ["run"], "min_capacity": 0, **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def coupled(draw: st.DrawFn, fields: dict[str, Any]) -> dict[str, Any]:
    """One job over nodes of one type, in one subnet."""
    own = {key: value for key, value in fields.items() if key not in ("gpus", "on_demand_fallback")}
    return {
        **own,
        "coupling": "coupled",
        "instances": draw(st.integers(1, 50)),
        **dict.fromkeys(("min_capacity", "on_demand_base"), 0),
        "max_capacity": None,
        "instance_types": [draw(st.sampled_from(["p4d.24xlarge", "p5.48xlarge", "g6e.48xlarge"]))],
        "subnet_ids": fields["subnet_ids"][:1],
        "security_group_ids": [],
        "command": ["run"],
        "checkpoints": Checkpoints(run="run-1"),
    }


def legacy(fields: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """With the old engine, which knows less."""
    group_only = ("capacity_rebalance", "interruption_queue", "max_capacity", "min_capacity")
    own = {key: value for key, value in fields.items() if key not in group_only}
    return st.just({**own, "engine": "spot-fleet", "valid_until": "2030-01-31T18:00:00Z"})


KINDS: list[Callable[[dict[str, Any]], st.SearchStrategy[dict[str, Any]]]] = [st.just, guarded, coupled, legacy]


@st.composite
def fleets(draw: st.DrawFn, name: str = "fleet") -> SpotTrainingFleet:
    """A valid fleet of this name."""
    fields = {"subnet_ids": draw(SUBNETS), **draw(sizes()), **draw(machine()), **draw(work())}
    kind = draw(st.sampled_from(KINDS))
    return SpotTrainingFleet(name=name, tags=draw(TAGS), **draw(kind(fields)))
