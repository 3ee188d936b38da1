"""Ten thousand resources priced, against the time that their synthesis takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from aicost_iac import Context, KubeObject, OnDemandFallback, Plan, Resource, SpotTrainingFleet, Stack, output
from aicost_iac.cost import Root, estimate_roots
from aicost_iac.plan import merge
from benchmarks.clock import best_of_both
from benchmarks.row import Row, at_most_slower
from benchmarks.topics.scale import MANY, TAGS, body

TYPES = ("g6e.xlarge", "g6e.2xlarge", "g6e.4xlarge")


def rows() -> Iterator[Row]:
    kinds = {
        "instances": instances(),
        "resources of fleets": fleets(),
        "Deployments and ScaledObjects": workloads(),
    }
    for what, plan in kinds.items():
        stack = Stack(name="many", region="us-east-1", tags=TAGS, items=[plan])
        root = Root("many", tuple(plan.nodes))
        priced, made = best_of_both(partial(estimate_roots, [root]), partial(output.files, [stack]), 3)
        yield Row(f"{MANY:,} {what} priced", priced, "aicost synth of them", made, at_most_slower(1.5))


def instances() -> Plan:
    """Instances with a volume, in one subnet."""
    subnet = Resource("aws_subnet", "main", {"vpc_id": "vpc-0a1b2c3d", "cidr_block": "10.0.0.0/16"})
    return Plan((subnet, *(Resource("aws_instance", f"node_{number}", body(number)) for number in range(MANY))))


def fleets() -> Plan:
    """Training fleets as the blueprint makes them: groups, launch templates, roles, networks."""
    parts: list[Plan] = []
    while sum(len(part.resources) for part in parts) < MANY:
        fleet = SpotTrainingFleet(
            name=f"fleet-{len(parts)}",
            instances=8,
            instance_types=TYPES,
            subnet_ids=["subnet-0a1b2c3d"],
            on_demand_fallback=OnDemandFallback(),
        )
        parts.append(fleet.expand(Context(TAGS)))
    return merge(replace(part, outputs={}) for part in parts)


def workloads() -> Plan:
    """Model servers on one GPU of a type they select, each with its autoscaler."""
    pairs = (pair for number in range(MANY // 2) for pair in _workload(number))
    return Plan(objects=tuple(pairs))


def _workload(number: int) -> tuple[KubeObject, KubeObject]:
    name = f"server-{number}"
    container = {"name": "server", "image": "vllm/vllm-openai:v0.11.0", "resources": {"limits": {"nvidia.com/gpu": 1}}}
    pod = {"nodeSelector": {"node.kubernetes.io/instance-type": "g6e.xlarge"}, "containers": [container]}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    selector = {"matchLabels": {"app": name}}
    spec = {"scaleTargetRef": {"name": name}, "minReplicaCount": 1, "maxReplicaCount": 4, "triggers": []}
    return (
        KubeObject("apps/v1", "Deployment", name, "ml", body={"spec": {"selector": selector, "template": template}}),
        KubeObject("keda.sh/v1alpha1", "ScaledObject", name, "ml", body={"spec": spec}),
    )
