"""SageMaker's own names: which `ml.` types do what, and the images AWS keeps for its frameworks.

Prices of `ml.` types are in `catalog.services`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from aicost_iac.catalog.instance_types import InstanceType, instance
from aicost_iac.catalog.tables import index, rows, unknown
from aicost_iac.errors import UnknownName

Use = Literal["training", "hosting", "transform"]
Processor = Literal["cpu", "gpu"]

# A `d` among the letters behind the generation: m5d, c6gd. https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
_LOCAL = re.compile(r"[a-z]+\d+[a-z-]*d[a-z-]*\..+")


@dataclass(frozen=True, slots=True)
class MlType:
    """An instance type as SageMaker's API spells it, and what it may be used for."""

    instance_type: str
    training: bool
    hosting: bool
    transform: bool
    date: str
    source: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.instance_type

    @property
    def ec2_name(self) -> str:
        """The same machine as EC2 calls it."""
        return self.instance_type.removeprefix("ml.")

    @property
    def machine(self) -> InstanceType | None:
        """Its shape, where the catalog knows one: machines with accelerators."""
        try:
            return instance(self.ec2_name)
        except UnknownName:
            return None

    @property
    def local_storage(self) -> bool:
        """Whether it brings NVMe disks, which are encrypted by hardware and take no key of yours."""
        machine = self.machine
        if machine is not None and machine.local_nvme_gb is not None:
            return machine.local_nvme_gb > 0
        return _LOCAL.fullmatch(self.ec2_name) is not None

    def serves(self, use: Use) -> bool:
        """Whether the API takes it for training, hosting or batch transform."""
        return bool(getattr(self, use))


@dataclass(frozen=True, slots=True)
class Framework:
    """A Deep Learning Container for training: https://github.com/aws/deep-learning-containers"""

    framework: str
    version: str
    python: str
    repository: str
    date: str
    source: tuple[str, ...]

    def image(self, region: str, processor: Processor) -> str:
        """The image in AWS's own registry of a region. Raises `UnknownName` for a region without one."""
        suffix = ".cn" if region.startswith("cn-") else ""
        registry = f"{_account(region)}.dkr.ecr.{region}.amazonaws.com{suffix}"
        return f"{registry}/{self.repository}:{self.version}-{processor}-{self.python}"


def ml_type(name: str) -> MlType:
    """The SageMaker instance type called `name`, such as `"ml.g5.xlarge"`. Raises `UnknownName`."""
    known = index("sagemaker", "ml_types", "instance_type")
    row = known.get((name,))
    if row is None:
        raise unknown("SageMaker instance type", name, (each for (each,) in known))
    return MlType(**{**row, "source": tuple(row["source"])})


def framework(name: str, version: str) -> Framework:
    """A framework's container of an exact version, or the newest of a stem such as `"2.6"`. Raises `UnknownName`."""
    listed = [row for row in rows("sagemaker", "frameworks") if row["framework"] == name]
    if not listed:
        raise unknown("framework", name, {row["framework"]: None for row in rows("sagemaker", "frameworks")})
    fitting = [row for row in listed if row["version"] == version or row["version"].startswith(f"{version}.")]
    if not fitting:
        raise unknown(f"{name} version", version, (row["version"] for row in listed))
    row = max(fitting, key=lambda each: _numbers(each["version"]))
    return Framework(**{**row, "source": tuple(row["source"])})


def _account(region: str) -> str:
    known = index("sagemaker", "registries", "region")
    row = known.get((region,))
    if row is None:
        raise unknown("region of AWS's training images", region, (each for (each,) in known))
    return str(row["account"])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
