"""KEDA014: a metric by its old name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.reading.servers import VLLM, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_OLD = "vllm:gpu_cache_usage_perc"
_RENAMED, _HIDDEN = (0, 9), (0, 11)
_TAG = re.compile(r":v?(\d+)\.(\d+)")


@rule(
    "KEDA014",
    "vllm-metric-was-renamed",
    severity="error",
    group="broken",
    reads=("ScaledObject",),
    source="https://github.com/vllm-project/vllm/blob/v0.11.0/vllm/v1/metrics/loggers.py",
)
def vllm_metric_was_renamed(subject: Subject, world: World) -> Iterator[Told]:
    """A query reads `vllm:gpu_cache_usage_perc`, which vLLM no longer emits.

    What happens: vLLM 0.9.2 renamed it to `vllm:kv_cache_usage_perc`; 0.11 hides the old name, 0.12 does not have it.
    The query is empty, and empty counts as 0. Where the version of the target is not known this is told, not refused.

    Why it costs: a service that is never scaled out again after an upgrade.

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
            query: max(vllm:gpu_cache_usage_perc{pod=~"chat-.*"})
            threshold: "0.8"
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
          metricType: Value
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: max(vllm:kv_cache_usage_perc{pod=~"chat-.*"})
            threshold: "0.8"
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
    found = {_version(each.image) for pods in scaling.pods(world) for each in pods.running if server(each) is VLLM}
    versions = [each for each in found if each]
    if versions and max(versions) < _RENAMED:
        return
    for trigger in scaling.triggers:
        if trigger.query and _OLD in trigger.query.metrics:
            yield Told(
                trigger.metadata.at("query"),
                f"vLLM emits {_OLD} no longer: hidden since 0.11, gone since 0.12",
                "vllm:kv_cache_usage_perc",
                severity=None if versions and min(versions) >= _HIDDEN else "warning",
            )


def _version(image: str) -> tuple[int, int] | None:
    found = _TAG.search(image.partition("@")[0])
    return (int(found[1]), int(found[2])) if found else None
