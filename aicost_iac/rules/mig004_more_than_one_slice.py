"""MIG004: one process, several slices."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills, placement, prices
from aicost_iac.rules.reading.gpu_operator import strategy
from aicost_iac.rules.reading.mig_layouts import config_files
from aicost_iac.rules.reading.pods import GPU, WORKLOADS, Container, Pods, pods_of
from aicost_iac.rules.reading.values import whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Facts, Subject, World

PARALLEL = ("--tensor-parallel-size", "-tp", "--tp-size", "--tp", "--num-shard")


@rule(
    "MIG004",
    "mig-more-than-one-slice",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/device-names-and-properties.html",
)
def more_than_one_slice(subject: Subject, world: World) -> Iterator[Told]:
    """A container that wants to work across MIG slices.

    What happens: a CUDA process can use one MIG device, and devices have no peer traffic between them. A server with
    tensor parallelism over slices never starts; one without uses the first slice and leaves the others idle.

    Why it costs: every slice beyond the first is paid for and can not be used by anyone else.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      template:
        spec:
          containers:
            - name: vllm
              image: vllm/vllm-openai:v0.11.0
              args: [--model, meta-llama/Llama-3.1-8B-Instruct, --tensor-parallel-size, "2"]
              resources: {limits: {nvidia.com/mig-2g.20gb: 2}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      template:
        spec:
          containers:
            - name: vllm
              image: vllm/vllm-openai:v0.11.0
              args: [--model, meta-llama/Llama-3.1-8B-Instruct]
              resources: {limits: {nvidia.com/mig-3g.40gb: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers:
            yield from _slices(container, template, world.facts)
            yield from _parallel(container)
            yield from _whole_gpus(container, template, world)


def _slices(container: Container, template: Pods, facts: Facts) -> Iterator[Told]:
    for name, count, path in container.slices:
        if count is not None and count > 1:
            yield Told(
                path,
                f"container {container.name!r} asks for {count} x {name}; a process can use one MIG device, so "
                f"{count - 1} of them would stand idle",
                "ask for one slice of a size that holds the model, and scale with replicas",
                cost=prices.month(bills.slice_hour(name, facts), (count - 1) * template.replicas),
                part=container.name,
            )


def _parallel(container: Container) -> Iterator[Told]:
    ranks = container.arguments.flag(*PARALLEL)
    if ranks and (whole(ranks.value) or 1) > 1 and any(container.slices):
        yield Told(
            ranks.path,
            f"container {container.name!r} splits the model over {ranks.value} ranks, and MIG devices can not talk to "
            "each other: it never starts",
            "give it whole GPUs (nvidia.com/gpu), or one slice that holds the model",
            part="tensor-parallel",
        )


def _whole_gpus(container: Container, template: Pods, world: World) -> Iterator[Told]:
    """Under strategy `single` a slice is called `nvidia.com/gpu` too."""
    wanted = container.gpus or 0
    if wanted > 1 and strategy(world) == "single" and world.once(config_files) and not _avoids_slices(template):
        yield Told(
            container.block.block("resources", "limits").at(GPU),
            f"container {container.name!r} asks for {wanted} x {GPU}, and with MIG strategy 'single' that may be "
            f"{wanted} slices",
            f"select nodes by {placement.PRODUCT} with a product that has no -MIG- in its name",
            part="single",
            severity="warning",
        )


def _avoids_slices(template: Pods) -> bool:
    return any(
        demand.key == placement.PRODUCT and demand.values and not any("-MIG-" in each for each in demand.values)
        for demand in placement.demands(template)
    )
