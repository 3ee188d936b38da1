"""KEDA007: silence that looks like rest."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "KEDA007",
    "empty-result-is-zero",
    severity="warning",
    group="broken",
    reads=("ScaledObject",),
    source="https://keda.sh/docs/latest/reference/scaledobject-spec/",
    folded=True,
)
def empty_result_is_zero(subject: Subject, world: World) -> Iterator[Told]:
    """A Prometheus trigger takes an empty result for 0.

    What happens: `ignoreNullValues` is true where nothing is written: an empty result, NaN or Inf counts as 0. A
    relabelled metric, a scrape that fails or a Prometheus that restarts scales a busy service in, to zero where the
    minimum allows it. With "false" the read fails, and the count stays what it is.

    Why it costs: an outage during the load it was to carry, and every model is loaded again afterwards.

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
          metadata:
            serverAddress: http://prometheus.monitoring:9090
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
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
            query: sum(gateway_pending_requests{backend="chat"})
            threshold: "4"
            ignoreNullValues: "false"
    ```
    """
    for trigger in Scaling(subject).triggers:
        query, metadata = trigger.query, trigger.metadata
        if query is None or query.when_empty is not None or query.filtered:
            continue
        if metadata.absent("ignoreNullValues") or metadata.flag("ignoreNullValues") is True:
            yield Told(
                metadata.path if metadata.absent("ignoreNullValues") else metadata.at("ignoreNullValues"),
                "an empty result counts as 0: a scrape that fails scales the target in",
                'ignoreNullValues: "false", so that the count stays while nothing can be read',
            )
