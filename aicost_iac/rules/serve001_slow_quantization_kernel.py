"""SERVE001: a kernel that is slower than the one vLLM would choose."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.gpu_names import at_least_ampere
from aicost_iac.rules.reading.placement import accelerators
from aicost_iac.rules.reading.pods import WORKLOADS, Pods, pods_of
from aicost_iac.rules.reading.servers import VLLM, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_SLOW = frozenset({"awq", "gptq"})


@rule(
    "SERVE001",
    "slow-quantization-kernel",
    severity="error",
    group="money",
    reads=WORKLOADS,
    source="https://github.com/vllm-project/vllm/blob/main/vllm/model_executor/layers/quantization/gptq_marlin.py",
)
def slow_quantization_kernel(subject: Subject, world: World) -> Iterator[Told]:
    """vLLM is told to use the plain AWQ or GPTQ kernel on a GPU that has a faster one.

    What happens: on Ampere and newer vLLM finds the Marlin kernel for AWQ and GPTQ weights by itself. A written
    `--quantization awq` or `gptq` forces the slow one, with a line in the log. On Turing (T4) `awq` is right; where the
    GPU is unknown nothing is said.

    Why it costs: several times fewer tokens from the same GPU, so several times the price of each.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      template:
        spec:
          nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}
          containers:
            - name: vllm
              image: vllm/vllm-openai:v0.11.0
              args: [--model, TheBloke/Mistral-7B-v0.1-AWQ, --quantization=awq]
              resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat}
    spec:
      template:
        spec:
          nodeSelector: {nvidia.com/gpu.product: NVIDIA-L40S}
          containers:
            - name: vllm
              image: vllm/vllm-openai:v0.11.0
              args: [--model, TheBloke/Mistral-7B-v0.1-AWQ]
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            forced = container.arguments.flag("--quantization", "-q")
            if forced is None or forced.value not in _SLOW or server(container) is not VLLM:
                continue
            boards = accelerators(template, world)
            if boards and at_least_ampere(boards):
                yield Told(
                    forced.path,
                    f"--quantization {forced.value} forces the slow kernel on {', '.join(sorted(boards))}, where vLLM "
                    f"would take {forced.value}_marlin{_price(template, world)}",
                    f"leave --quantization out: vLLM reads it from the model; or write {forced.value}_marlin",
                    part=container.name,
                )


def _price(template: Pods, world: World) -> str:
    hour = bills.gpu_hour(template, world)
    return f"; a GPU is {hour}" if hour else ""
