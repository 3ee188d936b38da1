"""NODE002: pods that wait for a label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac.errors import did_you_mean
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.placement import Demand, demands
from aicost_iac.rules.reading.pods import WORKLOADS, Pods, pods_of
from aicost_iac.rules.reading.pools import pools
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing

# Labels that Kubernetes, clouds, Karpenter and device plugins set themselves.
_DOMAINS = (
    "kubernetes.io", "k8s.io", "k8s.aws", "karpenter.sh", "amazonaws.com", "eksctl.io", "nvidia.com", "amd.com",
    "intel.com", "google.com", "gke.io", "azure.com", "oraclecloud.com", "digitalocean.com", "coreweave.com",
    "coreweave.cloud", "openshift.io", "habana.ai", "ibm.com", "volcengine.com", "alibabacloud.com", "aliyun.com",
)  # fmt: skip
_NAMES = frozenset({"agentpool", "accelerator"})
# What may start nodes with labels that are not read here, in user data or in the cluster's own first pool.
_UNREAD = ("aws_autoscaling_group", "azurerm_kubernetes_cluster", "google_container_cluster")


@rule(
    "NODE002",
    "label-nobody-sets",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/reference/labels-annotations-taints/",
)
def label_nobody_sets(subject: Subject, world: World) -> Iterator[Told]:
    """A pod selects nodes by a label that no pool of the set gives them.

    What happens: labels such as `gpu-type` mean nothing to Kubernetes; a node has them only if its pool does. Pods that
    ask for one stay Pending, and no autoscaler helps: it knows no pool that would fit. Labels set elsewhere are to be
    declared external.

    Why it costs: GPU nodes of other pools stand beside pods that may not use them.

    Bad:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {pool: gpu}}
        spec:
          requirements: [{key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [h100]}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      nodeSelector: {gpu-type: h100}
      containers: [{name: embedder, image: "registry.example/embedder:1.4"}]
    ```

    Good:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        metadata: {labels: {pool: gpu}}
        spec:
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements: [{key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [h100]}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      nodeSelector: {pool: gpu}
      containers: [{name: embedder, image: "registry.example/embedder:1.4"}]
    ```
    """
    for template in pods_of(subject, world):
        for demand in demands(template):
            if demand.wants_label and not _well_known(demand.key) and not _declared(demand, world):
                yield from _unset(demand, template, world)


def _unset(demand: Demand, template: Pods, world: World) -> Iterator[Told]:
    values = world.once(_values_by_key).get(demand.key, ())
    if not world.once(_all_sealed) or any(each is None or _meets(demand, each) for each in values):
        return
    given = sorted({value for each in values if each for value in each})
    wanted = f"{demand.key}={' or '.join(sorted(demand.values))}" if demand.values else demand.key
    said = f"; pools set {demand.key} to {', '.join(given)}" if given else ""
    fix = did_you_mean(demand.key, world.once(_values_by_key).keys() - {demand.key}) or (
        "add the label to a pool, select by a well-known one such as nvidia.com/gpu.product, or declare it in "
        "external_labels"
    )
    message = f"no pool gives its nodes the label {wanted}{said}: the pods stay Pending"
    owner = bool(world.once(pools)) and not any(world.of(*_UNREAD))
    yield missing(world, demand.path, message, fix, owner=owner, part=demand.key)


def _values_by_key(world: World) -> Mapping[str, set[frozenset[str] | None]]:
    """The values that pools give each label, None among them where one is unknown."""
    found: dict[str, set[frozenset[str] | None]] = {}
    for pool in world.once(pools):
        for key, values in pool.labels.items():
            found.setdefault(key, set()).add(values)
    return found


def _all_sealed(world: World) -> bool:
    """Whether no pool may have labels that nobody can read."""
    return all(pool.sealed for pool in world.once(pools))


def _meets(demand: Demand, values: frozenset[str]) -> bool:
    return demand.operator != "In" or demand.values is None or bool(demand.values & values)


def _well_known(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return key in _NAMES or any(domain == each or domain.endswith(f".{each}") for each in _DOMAINS)


def _declared(demand: Demand, world: World) -> bool:
    written = {demand.key, *(f"{demand.key}={value}" for value in demand.values or ())}
    return bool(written & world.facts.external_labels)
