"""Plans of a few resources, as short as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac import Assumption, Plan, Resource
from aicost_iac.cost import Estimate, Item, Prices, Quote, estimate
from aicost_iac.plan import KubeObject

GP3_200 = {"device_name": "/dev/xvda", "ebs": [{"volume_size": 200, "volume_type": "gp3"}]}


def template(*devices: Mapping[str, Any], **body: Any) -> Resource:
    """A launch template with volumes; one of 200 GiB gp3 where none is given."""
    return Resource("aws_launch_template", "t", {"block_device_mappings": list(devices or (GP3_200,)), **body})


def mixed(
    types: Mapping[str, int | None],
    *,
    sizes: tuple[int, int, int],
    base: int = 0,
    percent: int = 0,
    strategy: str = "price-capacity-optimized",
    assume: tuple[Assumption, ...] = (),
    name: str = "g",
    **more: Any,
) -> Resource:
    """A mixed-instances group: types with their weights, and (minimum, desired, maximum)."""
    overrides = [
        {"instance_type": kind, "weighted_capacity": None if weight is None else str(weight)}
        for kind, weight in types.items()
    ]
    named = {"launch_template_id": template().ref("id"), "version": "$Latest"}
    distribution = {
        "on_demand_base_capacity": base,
        "on_demand_percentage_above_base_capacity": percent,
        "spot_allocation_strategy": strategy,
    }
    launch = {"launch_template_specification": [named], "override": overrides}
    policy = {"instances_distribution": [distribution], "launch_template": [launch]}
    least, desired, most = sizes
    body = {
        "min_size": least,
        "desired_capacity": desired,
        "max_size": most,
        "mixed_instances_policy": [policy],
        **more,
    }
    return Resource("aws_autoscaling_group", name, body, assume=assume)


def spot(instance_type: str, usd: str, as_of: str = "2026-11-20") -> Assumption:
    """A spot price that stands in the plan."""
    return Assumption("spot_price_usd_hour", usd, instance_type, "seen", as_of)


def assumed(name: str, value: str) -> Assumption:
    """An assumption of a word of `cost.assumptions`."""
    return Assumption(name, value, "", "test")


def of(*nodes: Resource | KubeObject, prices: Prices | None = None, region: str = "us-east-1") -> Estimate:
    """The estimate of a plan of these nodes."""
    resources = tuple(node for node in nodes if isinstance(node, Resource))
    objects = tuple(node for node in nodes if isinstance(node, KubeObject))
    reads = frozenset(address for node in resources for address in node.references())
    return estimate(Plan(resources, objects, external=reads), region=region, prices=prices)


def item(made: Estimate, address: str) -> Item:
    """The item of an address."""
    [found] = [each for each in made.items if each.address == address]
    return found


def reasons(made: Estimate, address: str) -> list[str]:
    """Why an address has no price."""
    return [each.reason for each in made.unpriced if each.address == address]


def notes(made: Estimate) -> list[str]:
    return [part.note for each in made.items for part in each.parts if part.note]


def quoted(usd: str) -> Quote:
    from decimal import Decimal

    return Quote(Decimal(usd), "2026-11-20", "given")


def workload(
    kind: str, resources: Mapping[str, Any], *, spec: Mapping[str, Any] | None = None, name: str = "w", **pod: Any
) -> KubeObject:
    """A Deployment or the like of one container that asks for `resources` (requests and limits alike)."""
    container = {"name": "c", "image": "i", "resources": {"limits": dict(resources), "requests": dict(resources)}}
    template_ = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container], **pod}}
    api = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    own = dict(spec or {})
    body = {"jobTemplate": {"spec": {"template": template_}}} if kind == "CronJob" else {"template": template_}
    return KubeObject(api, kind, name, "ml", body={"spec": {**own, **body}})


def node_pool(
    name: str, types: Sequence[str], *, limits: Mapping[str, Any] | None = None, labels: Mapping[str, str] | None = None
) -> KubeObject:
    """A Karpenter pool of these types."""
    requirement = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": list(types)}
    inner = {"metadata": {"labels": dict(labels or {})}, "spec": {"requirements": [requirement]}}
    limited = {} if limits is None else {"limits": dict(limits)}
    return KubeObject("karpenter.sh/v1", "NodePool", name, body={"spec": {"template": inner, **limited}})


def scaled(target: str, least: int, most: int, *assume: Assumption) -> KubeObject:
    """A ScaledObject."""
    spec = {"scaleTargetRef": {"name": target}, "minReplicaCount": least, "maxReplicaCount": most, "triggers": []}
    return KubeObject("keda.sh/v1alpha1", "ScaledObject", "s", "ml", body={"spec": spec}, assume=assume)
