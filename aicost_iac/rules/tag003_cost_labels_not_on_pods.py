"""TAG003: a name on the drawer."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.plan import KubeObject
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

# What people divide costs by: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/
_KEYS = frozenset({
    "business-unit", "cost-center", "costcenter", "model-name", "workload-type",
})  # fmt: skip


@rule(
    "TAG003",
    "cost-labels-not-on-pods",
    severity="warning",
    group="money",
    reads=("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"),
    source="https://www.opencost.io/docs/",
)
def cost_labels_not_on_pods(subject: Subject, world: World) -> Iterator[Told]:
    """Cost labels stand on a workload and not on its pods.

    What happens: tools that divide the bill of a cluster read the labels of pods. Labels of a Deployment's own metadata
    reach no pod; they belong into `spec.template.metadata.labels` too.

    Why it costs: GPU time that is nobody's, in every report.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving, labels: {cost-center: ai-platform, app: chat}}
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
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving, labels: {cost-center: ai-platform, app: chat}}
    spec:
      template:
        metadata: {labels: {app: chat, cost-center: ai-platform}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    labels = subject.node.labels if isinstance(subject.node, KubeObject) else {}
    wanted = [key for key in labels if _plain(key) in _KEYS]
    for template in pods_of(subject, world):
        written = template.block.block("metadata", "labels")
        if lacking := sorted(key for key in wanted if key not in written.body):
            yield Told(
                template.block.at("metadata"),
                f"the pods do not have {', '.join(lacking)}: their cost is nobody's",
                f"the same labels in the template's metadata: {', '.join(f'{key}: {labels[key]}' for key in lacking)}",
            )
            return


def _plain(key: str) -> str:
    return key.rpartition("/")[2].replace("_", "-").lower()
