"""SpotTrainingFleet: interruptible training on spot GPUs, in one Auto Scaling group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf

from aicost_iac.blueprints._fleet import checks, expansion, groups, machine
from aicost_iac.blueprints._fleet.capacity import Capacity, Wanted, capacity_of
from aicost_iac.blueprints._fleet.settings import Checkpoints, Email, IdleGuard, OnDemandFallback
from aicost_iac.blueprints._fleet.shortfall import Fallback
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import Problem
from aicost_iac.fields import (
    Arn,
    EnvironmentName,
    Model,
    S3Uri,
    SecurityGroupId,
    SubnetId,
    Text,
    Usd,
    VpcId,
    Zone,
    matching,
)
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Assumption, Plan

AllocationStrategy = Literal["price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized"]
_AMI = r"ami-([0-9a-f]{8}|[0-9a-f]{17})|/[\w./-]+"


Moment = Annotated[str, matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "UTC as '2027-01-31T18:00:00Z'")]
Word = Annotated[str, matching(r"[^\0]*", "free of NUL")]


class Subnet(Model):
    """A subnet, and its availability zone where you know it."""

    id: SubnetId
    zone: Zone | None = None


def _subnet(value: Any) -> Any:
    return value if isinstance(value, Subnet | dict) else Subnet(id=value)


SubnetIds = Annotated[
    Sequence[Annotated[Text | Subnet, BeforeValidator(_subnet), InstanceOf[Subnet]]],
    Field(min_length=1),
    AfterValidator(tuple),
]


class SpotPrice(Model):
    """What a spot instance costs, as somebody saw it. Estimates claim no saving without one."""

    usd_hour: Usd
    as_of: Annotated[str, matching(r"\d{4}-\d{2}-\d{2}", "a date such as '2026-11-24'")]
    source: Annotated[str, Field(min_length=3)] = "assumed"
    """Where the figure comes from, such as 'DescribeSpotPriceHistory, median of 7 days'."""


class SpotTrainingFleet(Blueprint):
    """Interruptible training: several instance types over several subnets, spot first, gone when the work is done.

    An instance whose `command` ends leaves the group, which then wants one less: nothing is paid for twice. The size is
    set when the group is created; to run again or to resize, use the command in the output `start`, because a later
    apply must not restart what has finished.
    Allocation: https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
    """

    instance_types: Annotated[Sequence[str], Field(min_length=1), AfterValidator(tuple)]
    """In order of preference; the order counts for on-demand and for `capacity-optimized-prioritized`."""
    subnet_ids: SubnetIds
    """Where instances may run: ids, tokens, or `Subnet(id, zone)`. More zones, more spot pools."""
    instances: Annotated[int, Field(gt=0, le=10_000)] | None = None
    """Target in instances, for types of one size. Either this or `gpus`."""
    gpus: Annotated[int, Field(gt=0, le=100_000)] | None = None
    """Target in accelerators; types that differ in size count by their accelerators."""
    weights: Mapping[str, Annotated[int, Field(ge=1, le=999)]] = Field(default_factory=dict)
    """What an instance of a type counts for, in the unit of the target, where its accelerators are not the measure."""
    min_capacity: Annotated[int, Field(ge=0)] = 0
    """In the unit of the target. Above 0, instances that finish are replaced for ever."""
    max_capacity: int | None = None
    """In the unit of the target; default: the target."""
    on_demand_base: Annotated[int, Field(ge=0)] = 0
    """The first part of the target that is bought on demand, in the unit of the target."""
    allocation_strategy: AllocationStrategy = "price-capacity-optimized"
    """Which spot pools are chosen; `lowest-price` is not offered, it takes those that are interrupted first."""
    capacity_rebalance: bool = True
    """Replace an instance at the rebalance recommendation, before the two-minute notice; in an Auto Scaling group."""

    coupling: Literal["independent", "coupled"] = "independent"
    """`coupled`: one job over all nodes. One type, one subnet, a cluster placement group, EFA, and checkpoints."""
    on_demand_fallback: OnDemandFallback | None = None
    """Buy on demand what spot does not deliver; an Auto Scaling group never does so by itself."""
    checkpoints: Checkpoints | None = None
    interruption_queue: bool = False
    """Spot warnings, rebalance recommendations, launches, terminations and health events on an SQS queue."""
    deadline_hours: Annotated[int, Field(ge=1, le=168)] | None = None
    """The fleet is set to 0 when an instance is that old, or the fleet has run so long without a pause."""
    idle_guard: IdleGuard | None = None
    notify_emails: Annotated[Sequence[Email], AfterValidator(tuple)] = ()
    """Who hears of alarms: a topic of the fleet's own, encrypted. Each address must confirm its subscription."""
    notify_topic_arn: Arn | None = None
    """An existing topic for alarms; if encrypted, its key's policy must let CloudWatch publish."""
    quota_check: bool = False
    """Ask Service Quotas at plan time whether the account may run the fleet: needs credentials for a plan."""
    spot_prices: Mapping[str, SpotPrice] = Field(default_factory=dict)
    """By instance type; written beside the group for estimates."""
    engine: Literal["auto-scaling", "spot-fleet"] = "auto-scaling"
    """`spot-fleet` is a legacy API, for those who must keep it: no fallback, no guards, no resizing."""
    valid_until: Moment | None = None
    """With `spot-fleet`: when the request ends and takes its instances with it."""

    command: Annotated[Sequence[Word], AfterValidator(tuple)] = ()
    """The program and its arguments, each passed on exactly; for shell syntax: `["bash", "-c", "..."]`."""
    environment: Mapping[EnvironmentName, Word] = Field(default_factory=dict)
    """Readable by whoever may read the launch template: no secrets."""
    source_s3_uri: S3Uri | None = None
    """A prefix that is copied, or a `.tar.gz` that is unpacked, into the command's working folder."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """How often a failing command is started on one instance before the instance leaves the group."""

    ami: Annotated[Text, matching(_AMI, "an image id or the path of an SSM parameter")] | None = None
    """Default: the Deep Learning Base AMI for the architecture, looked up at each launch."""
    root_volume_gib: Annotated[int, Field(ge=75, le=16_384)] = 200
    """The default image needs 75 GiB."""
    root_device: str = machine.AMI_ROOT_DEVICE
    """As the image names it: `/dev/sda1` on Ubuntu."""
    volume_kms_key_arn: Arn | None = None
    """A customer key for the root volume; default: the account's EBS key."""
    vpc_id: VpcId | None = None
    """Default: the VPC of the first subnet, looked up."""
    security_group_ids: Annotated[Sequence[SecurityGroupId], AfterValidator(tuple)] = ()
    """Instead of the fleet's own group, which lets nothing in."""
    egress_ports: Annotated[Sequence[Annotated[int, Field(ge=1, le=65_535)]], AfterValidator(tuple)] = (443,)
    """TCP ports instances may call."""

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def subnets(self) -> tuple[Subnet, ...]:
        return cast("tuple[Subnet, ...]", self.subnet_ids)

    @property
    def types(self) -> list[InstanceType]:
        """The catalog's rows of `instance_types`."""
        return machine.known_types(self.instance_types)

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.instances, self.gpus, self.weights)

    @property
    def capacity(self) -> Capacity:
        """Target, unit and weights."""
        return capacity_of(self.types, self.wanted)

    @property
    def fallback_name(self) -> str:
        """The name of the on-demand group."""
        return f"{self.name}-on-demand"

    @property
    def fallback_types(self) -> list[InstanceType]:
        """What the fallback buys, in order of preference."""
        names = self.on_demand_fallback.instance_types if self.on_demand_fallback else ()
        return machine.known_types(names) if names else self.types

    @property
    def fallback(self) -> Fallback:
        """How a shortfall of spot is answered; never, without `on_demand_fallback`."""
        return groups.fallback_of(self)

    @property
    def assumed_prices(self) -> tuple[Assumption, ...]:
        """`spot_prices`, as the plan carries them."""
        return tuple(
            Assumption("spot_price_usd_hour", str(price.usd_hour), name, price.source, price.as_of)
            for name, price in self.spot_prices.items()
        )

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
