"""MIG012: a slice for two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aicost_iac.catalog.memory import UTILIZATION, Serving, fitting_profiles
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.mig_layouts import board_named
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import WORKLOADS, Container, Pods, pods_of
from aicost_iac.rules.reading.served_models import serving, utilization
from aicost_iac.rules.reading.values import whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG012",
    "mig-slice-is-too-large",
    severity="warning",
    group="money",
    reads=WORKLOADS,
    source="https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
)
def mig_slice_is_too_large(subject: Subject, world: World) -> Iterator[Told]:
    """A model server on a MIG slice larger than its model and its load need.

    What happens: weights, the KV cache of as many sequences as `--max-num-seqs` allows, and the CUDA context are what a
    server takes. Where all of that fits into a smaller profile of the same GPU, more replicas fit on one GPU. Without
    `--max-num-seqs` and `--max-model-len` nobody knows how much cache is wanted, and nothing is said.

    Why it costs: the same GPU could carry up to seven replicas instead of three or two.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers:
        - name: embedder
          image: vllm/vllm-openai:v0.11.0
          args: [--model, mistralai/Mistral-7B-v0.3, -q, awq_marlin, --max-model-len, "4096", --max-num-seqs, "4"]
          resources: {limits: {nvidia.com/mig-3g.40gb: 1}}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers:
        - name: embedder
          image: vllm/vllm-openai:v0.11.0
          args: [--model, mistralai/Mistral-7B-v0.3, -q, awq_marlin, --max-model-len, "4096", --max-num-seqs, "4"]
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            slices = list(container.slices)
            wanted = serving(container, template, world.facts)
            several = whole(container.arguments.value("--max-num-seqs", "--max-running-requests"))
            told = container.arguments.flag("--max-model-len", "--context-length")
            if wanted is None or several is None or told is None or len(slices) != 1 or slices[0][1] != 1:
                continue
            yield from _judged(container, replace(wanted, concurrency=max(1, several)), *slices[0], template, world)


def _judged(
    container: Container, wanted: Serving, name: str, count: int | None, path: Path, template: Pods, world: World
) -> Iterator[Told]:
    boards = [board_named(each) for each in sorted(accelerators(template, world) or ())]
    smaller = [_smaller(wanted, board, name, container) for board in boards if board is not None]
    if not smaller or None in smaller:
        return
    now, less = smaller[0] or ("", "")
    yield Told(
        path,
        f"{wanted.model.name} in container {container.name!r} with {wanted.concurrency} sequences of "
        f"{wanted.max_model_len} tokens fits {less}, and asks for {now}",
        f"nvidia.com/mig-{less}: 1, if a layout offers it",
        part=container.name,
    )


def _smaller(wanted: Serving, board: MigGpu, name: str, container: Container) -> tuple[str, str] | None:
    """The profile asked for and the smallest that would do, None where there is no smaller one."""
    asked = next((each for each in board.profiles if each.resource_name == name), None)
    fitting = fitting_profiles(wanted, board, utilization(container) or UTILIZATION)
    least = min(fitting, key=lambda each: (each.memory_gb, each.compute_slices), default=None)
    if asked is None or least is None or least.memory_gb >= asked.memory_gb:
        return None
    return asked.profile, least.profile
