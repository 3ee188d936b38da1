"""MIG012: a slice for two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from aicost_iac.catalog.memory import UTILIZATION, fit
from aicost_iac.catalog.mig_boards import MigGpu, MigProfile
from aicost_iac.kubernetes.placement import MEMORY_NEEDED
from aicost_iac.rules.findings import Cost, Path, Told
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.mig_layouts import board_named
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import WORKLOADS, Container, Pods, pods_of
from aicost_iac.rules.reading.served_models import serving, utilization
from aicost_iac.rules.reading.values import number, whole
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
    `--max-num-seqs` and `--max-model-len` nobody knows how much cache is wanted, and nothing is said, unless the
    assumption `memory_needed_gib`, as of `ModelServer`, says it.

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
            if len(slices) == 1 and slices[0][1] == 1:
                need = _told(subject) or _read(container, template, world)
                if need is not None:
                    yield from _judged(container, need, slices[0][0], slices[0][2], template, world)


@dataclass(frozen=True, slots=True)
class _Need:
    """GiB of a replica's device; `what` says of what."""

    gib: float
    what: str


class _Choice(NamedTuple):
    """The profile asked for, and the smallest that would do."""

    now: MigProfile
    less: MigProfile


def _told(subject: Subject) -> _Need | None:
    """What the author of the workload worked out."""
    for each in subject.node.assume:
        gib = number(each.value) if each.name == MEMORY_NEEDED else None
        if gib is not None:
            return _Need(gib, f"a replica with {each.source}" if each.source else "a replica")
    return None


def _read(container: Container, template: Pods, world: World) -> _Need | None:
    """What the server's own arguments make it take."""
    wanted = serving(container, template, world.facts)
    several = whole(container.arguments.value("--max-num-seqs", "--max-running-requests"))
    told = container.arguments.flag("--max-model-len", "--context-length")
    if wanted is None or several is None or told is None or wanted.tensor_parallel > 1:
        return None
    load = replace(wanted, concurrency=max(1, several))
    what = f"{load.model.name} with {load.concurrency} sequences of {load.max_model_len} tokens"
    return _Need(fit(load, 0).needed_gib, what)


def _judged(container: Container, need: _Need, name: str, path: Path, template: Pods, world: World) -> Iterator[Told]:
    share = utilization(container) or UTILIZATION
    able = sorted(accelerators(template, world) or ())
    choices = [_smaller(need.gib, board, name, share) for each in able if (board := board_named(each))]
    if not choices or choices[0] is None or None in choices:
        return
    now, less = choices[0]
    hour = prices.gpu_hour(able, world.facts)
    yield Told(
        path,
        f"{need.what}, in container {container.name!r}, fits {_priced(less, hour)}, and asks for {_priced(now, hour)}",
        f"nvidia.com/mig-{less.profile}: 1, if a layout offers it",
        cost=_wasted(choices[0], hour, template.replicas),
        part=container.name,
    )


def _smaller(gib: float, board: MigGpu, name: str, share: float) -> _Choice | None:
    """None where no smaller profile would do."""
    asked = next((each for each in board.profiles if each.resource_name == name), None)
    fitting = [each for each in board.profiles if each.plain and gib <= each.planning_memory_gib * share]
    least = min(fitting, key=lambda each: (each.memory_gb, each.compute_slices), default=None)
    if asked is None or least is None or least.memory_gb >= asked.memory_gb:
        return None
    return _Choice(asked, least)


def _slice_hour(profile: MigProfile, hour: prices.Hourly) -> prices.Hourly:
    """The part of its GPU that a layout of such slices alone would charge it."""
    return hour.times(1 / profile.max_instances)


def _priced(profile: MigProfile, hour: prices.Hourly | None) -> str:
    return profile.profile if hour is None else f"{profile.profile} ({_slice_hour(profile, hour)})"


def _wasted(choice: _Choice, hour: prices.Hourly | None, replicas: int) -> Cost | None:
    if hour is None:
        return None
    now, less = (_slice_hour(each, hour).usd for each in choice)
    return prices.Hourly(now - less, hour.as_of).month(replicas)
