"""GPU007: the wrong gauge."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.fleets import gpu_types, groups_of
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.reading.scaling import target_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_CPU = "ASGAverageCPUUtilization"


@rule(
    "GPU007",
    "gpu-group-scaled-on-cpu",
    severity="warning",
    group="money",
    reads=("HorizontalPodAutoscaler", "aws_autoscaling_policy"),
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html",
)
def gpu_group_scaled_on_cpu(subject: Subject, world: World) -> Iterator[Told]:
    """GPU machines, or pods with GPUs, are scaled on CPU utilisation.

    What happens: the work is done by the GPU, and the CPU of such a machine is mostly idle: it stays below any target
    while requests queue, or one preprocessing step lifts it while the GPU waits.

    Why it costs: too few replicas under load, or more GPUs started for the sake of a CPU.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: registry.example/ranker:2
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
      maxReplicas: 4
      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: registry.example/ranker:2
              resources: {limits: {nvidia.com/gpu: 1}}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: chat, namespace: serving}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
      maxReplicas: 4
      metrics: [{type: Pods, pods: {metric: {name: requests_waiting}, target: {type: AverageValue, averageValue: "4"}}}]
    ```
    """
    if subject.kind == "HorizontalPodAutoscaler":
        spec, target = Block(subject.body).block("spec"), target_of(subject)
        if target is not None and _on_cpu(spec):
            for workload in world.named(*target, subject.namespace):
                if any(template.wants_gpu for template in pods_of(workload, world)):
                    yield _told(
                        spec.at("metrics"), f"{target[0]} {target[1]!r} works on GPUs and is scaled on CPU alone"
                    )
        return
    body = Block(subject.body)
    metric = body.block("target_tracking_configuration", "predefined_metric_specification")
    if metric.text("predefined_metric_type") == _CPU:
        for group in groups_of(subject, world):
            if types := gpu_types(group, world):
                yield _told(metric.at("predefined_metric_type"), f"{group.node.address} starts {', '.join(types)}")


def _told(path: Path, what: str) -> Told:
    fix = "scale on what waits: the length of a queue, requests in flight, or the duty cycle of the GPU"
    return Told(path, f"{what}, whose CPU says little of the load", fix)


def _on_cpu(spec: Block) -> bool:
    """Whether CPU is all that counts; it is what an HPA of v1 takes, and one without metrics."""
    metrics = spec.blocks("metrics")
    if not spec.absent("targetCPUUtilizationPercentage"):
        return True
    names = [each.block("resource").text("name") or each.block("containerResource").text("name") for each in metrics]
    return bool(metrics) and all(name == "cpu" for name in names)
