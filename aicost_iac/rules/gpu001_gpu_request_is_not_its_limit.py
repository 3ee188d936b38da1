"""GPU001: requests that the API refuses."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_VENDORS = ("amd.com/gpu", "aws.amazon.com/neuron", "gpu.intel.com/", "habana.ai/", "nvidia.com/")


@rule(
    "GPU001",
    "gpu-request-is-not-its-limit",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
)
def gpu_request_is_not_its_limit(subject: Subject, world: World) -> Iterator[Told]:
    """A GPU in `requests` only, requested otherwise than limited, or in parts.

    What happens: extended resources are whole numbers and can not be overcommitted: the API server refuses a pod that
    requests a GPU without limiting it, that requests another number than its limit, or that asks for half of one. A
    limit alone is enough: the request follows it.

    Why it costs: the workload is not created, and its node group waits for it.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {requests: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers:
            limits, requests = (container.block.block("resources", key) for key in ("limits", "requests"))
            for name in sorted({*limits.body, *requests.body}):
                if name.startswith(_VENDORS) and (what := _wrong(limits, requests, name)):
                    block = requests if name in requests.body else limits
                    yield Told(
                        block.at(name),
                        f"container {container.name!r} {what}",
                        f"limits: {{{name}: 1}} alone",
                        part=container.name,
                    )


def _wrong(limits: Block, requests: Block, name: str) -> str:
    """What is wrong with the numbers, as far as they are known."""
    for block in (limits, requests):
        if (count := block.number(name)) is not None and count != int(count):
            return f"asks for {block.text(name)} of {name}, which comes in whole numbers"
    if limits.absent(name):
        return f"requests {name} and has no limit for it" if requests.number(name) else ""
    asked, most = requests.whole(name), limits.whole(name)
    differ = asked is not None and most is not None and asked != most
    return f"requests {asked} of {name} and has a limit of {most}" if differ else ""
