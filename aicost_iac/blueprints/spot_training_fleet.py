"""SpotTrainingFleet: interruptible training on spot GPUs, in one Auto Scaling group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf

from aicost_iac.blueprints._fleet import expansion, machine
from aicost_iac.blueprints._fleet.capacity import Capacity, Wanted, capacity_of, capacity_problems
from aicost_iac.blueprints._fleet.workload import MAX_USER_DATA, Workload, user_data
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, EnvironmentName, Model, S3Uri, SecurityGroupId, SubnetId, Text, VpcId, Zone, matching
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

AllocationStrategy = Literal["price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized"]
_AMI = r"ami-([0-9a-f]{8}|[0-9a-f]{17})|/[\w./-]+"


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
    capacity_rebalance: bool = True
    """Replace an instance at the rebalance recommendation, before the two-minute notice."""

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
        yield from machine.type_problems(self.instance_types)
        types = machine.known_types(self.instance_types)
        if len(types) == len(set(self.instance_types)):
            yield from capacity_problems(types, self._wanted)
            yield from machine.image_problems(types) if self.ami is None else ()
        yield from self._bounds()
        yield from self._network()
        yield from self._work()

    def _bounds(self) -> Iterator[Problem]:
        target = self.gpus or self.instances or 0
        if self.max_capacity is not None and self.max_capacity < target:
            yield Problem(
                "max_capacity", f"is below the target {target}", self.max_capacity, "raise it or leave it out"
            )
        if self.min_capacity > target:
            yield Problem(
                "min_capacity", f"is above the target {target}", self.min_capacity, "lower it or leave it out"
            )
        if self.on_demand_base > target:
            yield Problem("on_demand_base", f"is above the target {target}", self.on_demand_base, "lower it")

    def _network(self) -> Iterator[Problem]:
        for subnet, count in Counter(str(subnet.id) for subnet in self.subnets).items():
            if count > 1:
                yield Problem("subnet_ids", f"name one subnet {count} times", subnet, "name it once")
        if self.security_group_ids and self.vpc_id is not None:
            yield Problem("vpc_id", "is used only for the fleet's own security group", self.vpc_id, "remove it")

    def _work(self) -> Iterator[Problem]:
        for field in ("environment", "source_s3_uri"):
            if getattr(self, field) and not self.command:
                yield Problem(field, "is given but nothing uses it", getattr(self, field), "give command= too")
        if self.command and (size := len(self.user_data.encode())) > MAX_USER_DATA:
            over = f"make {size} bytes of user data; EC2 takes {MAX_USER_DATA}"
            yield Problem("command", f"and environment {over}", remedy="put the text in source_s3_uri")

    @property
    def subnets(self) -> tuple[Subnet, ...]:
        return cast("tuple[Subnet, ...]", self.subnet_ids)

    @property
    def types(self) -> list[InstanceType]:
        """The catalog's rows of `instance_types`."""
        return machine.known_types(self.instance_types)

    @property
    def capacity(self) -> Capacity:
        """Target, unit and weights."""
        return capacity_of(self.types, self._wanted)

    @property
    def _wanted(self) -> Wanted:
        return Wanted(self.instances, self.gpus, self.weights)

    @cached_property
    def user_data(self) -> str:
        """The script an instance runs at first boot; empty without a command."""
        if not self.command:
            return ""
        source = None if self.source_s3_uri is None else str(self.source_s3_uri)
        return user_data(Workload(self.origin, self.command, self.environment, source, self.attempts))

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
