"""Model servers and autoscalers for the tests, and where their parts are."""

from collections.abc import Sequence
from typing import Any

from aicost_iac import (
    Blueprint,
    Context,
    CostTags,
    GpuAutoscaler,
    GpuNodePool,
    MigLayout,
    MigPartition,
    MigSlice,
    ModelServer,
    Placement,
    Plan,
    QueueDepth,
    Stack,
)
from aicost_iac.app import expand
from aicost_iac.rules import Finding, Subject, World, check

TAGS = CostTags(workload_type="inference", team="chat", cost_center="product")
CONTEXT = Context(TAGS)
CLUSTER: dict[str, Any] = {"cluster_name": "ml", "node_role": "nodes"}
L40S = Placement(gpu="L40S")
SLICES = Placement(gpu="H100", slices={"1g.10gb": 1, "3g.40gb": 1, "2g.20gb": 1})
SLICE = MigSlice(profile="1g.10gb")
QUEUE = QueueDepth(metric="gateway_pending_requests", per_replica=8)


def server(**fields: Any) -> ModelServer:
    """A small valid server, with some fields changed; a quantized one serves a checkpoint of its own."""
    given: dict[str, Any] = {
        "name": "chat",
        "model": "Llama-3.1-8B",
        "max_model_len": 4096,
        "concurrency": 8,
        "namespace": "serving",
        "placement": L40S,
    }
    chosen = {**given, **fields}
    if chosen.get("quantization") and not {"config", "shape"} & chosen.keys():
        chosen |= {"model": f"ours/{chosen['model']}-{chosen['quantization']}", "shape": chosen["model"]}
    return ModelServer(**chosen)


def sliced(**fields: Any) -> ModelServer:
    """One that fits the smallest slice."""
    quantized = {"model": "Qwen2.5-7B", "quantization": "awq", "concurrency": 4}
    return server(**{**quantized, "placement": SLICES, "accelerator": SLICE, **fields})


def autoscaler(**fields: Any) -> GpuAutoscaler:
    """One that lets a server sleep, with some fields changed."""
    given: dict[str, Any] = {
        "name": "scaler",
        "target": server(replicas=None),
        "triggers": [QUEUE],
        "min_replicas": 0,
        "max_replicas": 4,
        "held_by": "the gateway",
    }
    return GpuAutoscaler(**{**given, **fields})


def awake(**fields: Any) -> GpuAutoscaler:
    """One that always keeps a replica."""
    return autoscaler(**{"min_replicas": 1, "held_by": None, **fields})


def plan(blueprint: Blueprint) -> Plan:
    """What a blueprint becomes."""
    return expand(blueprint, CONTEXT)


def body(made: Plan, kind: str, name: str | None = None) -> dict[str, Any]:
    """The body of the one object of a kind."""
    [found] = [item for item in made.objects if item.kind == kind and name in (None, item.name)]
    return dict(found.body)


def container(blueprint: ModelServer) -> dict[str, Any]:
    """The container of a server's pod."""
    pod: dict[str, Any] = body(plan(blueprint), "Deployment")["spec"]["template"]["spec"]
    [found] = pod["containers"]
    return dict(found)


def arguments(blueprint: ModelServer) -> list[str]:
    """What its engine is told."""
    return list(container(blueprint)["args"])


def assumed(made: Plan, kind: str) -> dict[str, str]:
    """The assumptions of the one object of a kind."""
    [found] = [item for item in made.objects if item.kind == kind]
    return {each.name: each.value for each in found.assume}


def findings(items: Sequence[Blueprint]) -> list[Finding]:
    """What the rules say of a stack."""
    stack = Stack(name="serving", region="us-east-1", tags=TAGS, items=list(items))
    return list(check(World(tuple(Subject(node, "serving") for node in stack.plan().nodes))).findings)


def sliced_nodes(layout: dict[str, int]) -> tuple[MigLayout, GpuNodePool]:
    """A layout of H100s, and nodes that are cut so."""
    cut = MigLayout(name="slices", partitions=[MigPartition(gpu="H100", layout=layout)])
    return cut, GpuNodePool(name="h100", instance_types=["p5.4xlarge"], max_gpus=4, mig=cut, **CLUSTER)


def whole_nodes(*instance_types: str) -> GpuNodePool:
    """Nodes whose GPUs are whole."""
    return GpuNodePool(name="whole", instance_types=list(instance_types), max_gpus=16, **CLUSTER)
