"""SERVE006: more model than memory."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog.memory import UTILIZATION, Fit, Serving, fit
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import GPU, WORKLOADS, Container, Pods, pods_of
from aicost_iac.rules.reading.served_models import optimistic, serving, usable_gib, utilization
from aicost_iac.rules.reading.servers import server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# The most that any release of the servers takes when nothing is said.
_MOST = 0.95


@rule(
    "SERVE006",
    "model-does-not-fit",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
)
def model_does_not_fit(subject: Subject, world: World) -> Iterator[Told]:
    """A model server on a GPU, or a slice of one, that can not hold its model.

    What happens: weights, the KV cache of one sequence and the CUDA context have to fit into the share of the memory
    the server takes. A slice called `10gb` offers less than 10 GiB, and quantizers leave embeddings at 16 bit: a 70B
    model in 4 bits takes 37 GiB. The server ends while it starts. Where only a tight estimate fails, it is told.

    Why it costs: a crash loop on a billed GPU.

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
              args: [--model, meta-llama/Llama-3.1-8B-Instruct, --max-model-len, "8192"]
              resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
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
              args: [--model, meta-llama/Llama-3.1-8B-Instruct, --max-model-len, "8192"]
              resources: {limits: {nvidia.com/mig-3g.40gb: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            if server(container) is not None and (wanted := serving(container, template, world.facts)):
                yield from _judged(container, template, wanted, world)


def _judged(container: Container, template: Pods, wanted: Serving, world: World) -> Iterator[Told]:
    place = _place(container)
    usable = usable_gib(accelerators(template, world) or (), place[0]) if place else None
    if place is None or usable is None:
        return
    share = utilization(container)
    needed = fit(wanted, usable, share or UTILIZATION)
    if needed.fits:
        return
    hopeless = not fit(optimistic(wanted), usable, share or _MOST).fits
    yield Told(
        place[1],
        _message(container, wanted, needed, usable),
        "a larger GPU or slice, fewer bits, a shorter --max-model-len, or tensor parallelism over whole GPUs",
        cost=bills.of_pods(template, world) if hopeless else None,
        part=container.name,
        severity=None if hopeless else "warning",
    )


def _place(container: Container) -> tuple[str, Path] | None:
    """What the container holds: the resource name of its slice, empty for whole GPUs."""
    slices = list(container.slices)
    if slices:
        return (slices[0][0], slices[0][2]) if len(slices) == 1 else None
    return ("", container.block.block("resources", "limits").at(GPU)) if container.gpus else None


def _message(container: Container, wanted: Serving, needed: Fit, usable: float) -> str:
    return (
        f"{wanted.model.name} in container {container.name!r} needs {needed.needed_gib:.1f} GiB per GPU (weights "
        f"{needed.weights_gib:.1f}, KV cache of {wanted.max_model_len} tokens {needed.kv_gib:.1f}, overhead "
        f"{needed.overhead_gib:.1f}) and may use {needed.budget_gib:.1f} of the {usable:.1f} there are"
    )
