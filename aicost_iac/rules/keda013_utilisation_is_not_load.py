"""KEDA013: a gauge that says busy all day."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.scaling import Scaling, Trigger
from aicost_iac.rules.reading.servers import SGLANG, TGI, VLLM, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_LLM = (SGLANG, TGI, VLLM)
_BUSY = frozenset({"DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "nv_gpu_utilization"})


@rule(
    "KEDA013",
    "utilisation-is-not-load",
    severity="warning",
    group="money",
    reads=("ScaledObject",),
    source="https://docs.vllm.ai/en/latest/usage/metrics.html",
)
def utilisation_is_not_load(subject: Subject, world: World) -> Iterator[Told]:
    """An LLM server is scaled on GPU or CPU utilisation alone.

    What happens: GPU utilisation says that some kernel ran. A server with continuous batching keeps the GPU at 90 % and
    more with a few requests, and takes many more at the same reading. It is scaled out early and never in; CPU says
    even less of it. Requests that wait, or how full the KV cache is, grow with the load.

    Why it costs: the maximum of replicas runs at a load that one of them carries.

    Bad:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers:
        - type: prometheus
          metricType: Value
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: avg(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"chat-.*"})
            threshold: "70"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {name: chat}
      minReplicaCount: 1
      maxReplicaCount: 4
      triggers:
        - type: prometheus
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(vllm:num_requests_waiting{pod=~"chat-.*"})
            threshold: "4"
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    scaling = Scaling(subject)
    served = sorted(
        {kind.name for pods in scaling.pods(world) for each in pods.running if (kind := server(each)) in _LLM}
    )
    if not served or scaling.computed or not all(map(_busy, scaling.triggers)) or not scaling.triggers:
        return
    pods = scaling.pods(world)[0]
    extra = max(0, (scaling.written_most or 0) - (scaling.least or 0)) * pods.gpus
    yield Told(
        scaling.spec.at("triggers"),
        f"{' and '.join(served)} keeps its GPU busy at any load: utilisation scales it out and never in",
        'a trigger on what waits, such as sum(vllm:num_requests_waiting{...}) with threshold: "4"',
        cost=bills.of_gpus(extra, pods, world),
    )


def _busy(trigger: Trigger) -> bool:
    """Whether the trigger measures how busy the hardware is, and nothing else."""
    if trigger.type == "cpu":
        return True
    return trigger.query is not None and bool(trigger.query.metrics) and trigger.query.metrics <= _BUSY
