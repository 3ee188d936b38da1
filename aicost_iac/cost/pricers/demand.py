"""What one pod takes of a node: accelerators, slices of one, CPU and memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac.cost.prices import Missing
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.rules.reading.pods import GPU, MIG, Container, Pods

# Devices that pods ask for whole. https://awsdocs-neuron.readthedocs-hosted.com/en/latest/containers/kubernetes-getting-started.html
NEURON = "aws.amazon.com/neuron"
_WHOLE = (GPU, NEURON)
_PREFIXES = ("nvidia.com/", "aws.amazon.com/neuron", "amd.com/", "gpu.intel.com/", "habana.ai/")
_GIB = Decimal(2**30)


@dataclass(frozen=True, slots=True)
class Demand:
    """`device` and `count` are whole accelerators, `slice` is one MIG resource; CPU in cores, memory in GiB."""

    count: int = 0
    device: str = ""
    slice: str = ""
    cpu: Decimal = Decimal(0)
    memory_gib: Decimal = Decimal(0)

    @property
    def accelerated(self) -> bool:
        return bool(self.count or self.slice)


def demand(pods: Pods) -> Demand | Missing:
    """What all containers that run side by side take. Devices of init containers stay with the pod, but are few."""
    devices: dict[str, int] = {}
    for container in pods.containers:
        for name, count, _ in container.resources:
            if name.startswith(_PREFIXES) and count != 0:
                if count is None:
                    return Missing(f"how many {name} a pod asks for is not known")
                devices[name] = devices.get(name, 0) + count
    slices = [name for name in devices if name.startswith(MIG)]
    others = [name for name in devices if name not in _WHOLE and name not in slices]
    if others or len(devices) > 1:
        return Missing(f"pods that ask for {', '.join(sorted(devices))} are not estimated")
    cpu = sum(_asked(pods.running, "cpu"), Decimal(0))
    memory = sum(_asked(pods.running, "memory"), Decimal(0)) / _GIB
    if slices:
        return Demand(0, "", slices[0], cpu, memory)
    name = next(iter(devices), "")
    return Demand(devices.get(name, 0), name, "", cpu, memory)


def _asked(containers: tuple[Container, ...], name: str) -> Iterator[Decimal]:
    """Requests; where only a limit is written, it is the request."""
    for container in containers:
        resources = container.block.block("resources")
        written = resources.block("requests").get(name)
        value = quantity(resources.block("limits").get(name) if written is None else written)
        if value is not None:
            yield Decimal(str(value))
