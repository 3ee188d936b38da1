"""Which image an instance boots, and from which types a fleet may choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from aicost_iac import catalog
from aicost_iac.catalog import InstanceType
from aicost_iac.errors import Problem, UnknownName

# The Deep Learning Base AMI with the open kernel modules: driver, container toolkit, EFA, SSM and CloudWatch agents.
# https://docs.aws.amazon.com/dlami/latest/devguide/find-dlami-id.html
_DLAMI = "/aws/service/deeplearning/ami/{arch}/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
# NVIDIA's open kernel modules begin with Turing. https://github.com/NVIDIA/open-gpu-kernel-modules#compatible-gpus
_OPEN_MODULES = (7, 5)
AMI_ROOT_DEVICE = "/dev/xvda"


def default_ami(types: Sequence[InstanceType]) -> str:
    """`resolve:ssm:...`: EC2 looks the newest image up at launch, so no image id is bound to one region."""
    return f"resolve:ssm:{_DLAMI.format(arch=_ARCHITECTURES[types[0].arch])}"


def known_types(names: Sequence[str]) -> list[InstanceType]:
    """The types the catalog knows, each once, in the user's order."""
    found = []
    for name in dict.fromkeys(names):
        try:
            found.append(catalog.instance(name))
        except UnknownName:
            continue
    return found


def type_problems(field: str, names: Sequence[str]) -> Iterator[Problem]:
    """Unknown, retired or repeated types."""
    for index, name in enumerate(names):
        try:
            kind = catalog.instance(name)
        except UnknownName as unknown:
            yield Problem(f"{field}.{index}", str(unknown))
            continue
        if kind.status != "current":
            gone = f"is retired: last seen {kind.date}"
            yield Problem(f"{field}.{index}", gone, name, "AWS no longer lists it; choose a current type")
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(field, f"name one type {count} times", name, "name it once")


def image_problems(types: Sequence[InstanceType]) -> Iterator[Problem]:
    """Types that the default image can not serve together."""
    architectures = sorted({kind.arch for kind in types})
    if len(architectures) > 1:
        yield Problem("instance_types", "need different images", architectures, "one architecture per fleet")
    for kind in types:
        if not _open_driver(kind):
            reason = f"has {kind.accelerator}, which the default image (open NVIDIA driver) does not drive"
            yield Problem("ami", reason, kind.name, "give ami= an image that does")


def _open_driver(kind: InstanceType) -> bool:
    accelerator = catalog.accelerator(kind.accelerator)
    capability = accelerator.compute_capability
    return accelerator.vendor == "nvidia" and capability is not None and _version(capability) >= _OPEN_MODULES


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
