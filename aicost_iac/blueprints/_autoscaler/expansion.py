"""The ScaledObject and what it refers to, with the prices of a wake and of everything at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._autoscaler.authentication import Authentication, trigger_authentication
from aicost_iac.blueprints._autoscaler.targets import price
from aicost_iac.blueprints._autoscaler.triggers import SqsQueue, Trigger
from aicost_iac.blueprints._serving.pricing import REPLICA_GPUS, ReplicaPrice
from aicost_iac.cost.amounts import monthly, written
from aicost_iac.cost.assumptions import REPLICAS, WAKE_PRICE
from aicost_iac.kubernetes.metadata import Metadata, labels
from aicost_iac.plan import Assumption, Output, Plan

if TYPE_CHECKING:
    from aicost_iac.blueprints.gpu_autoscaler import GpuAutoscaler
    from aicost_iac.model import Context

POD_READY, MOST_PRICE = "pod_ready_s", "max_usd_month"
_CENT = Decimal("0.01")


def expand(autoscaler: GpuAutoscaler, context: Context) -> Plan:
    """ScaledObject and TriggerAuthentications, in the target's namespace."""
    shared = Metadata(autoscaler.scaled.namespace, labels(autoscaler.name, context.tags.keys()))
    made = shared.object("keda.sh/v1alpha1", "ScaledObject", autoscaler.name, {"spec": autoscaler.spec})
    proofs = [trigger_authentication(shared, name, each) for name, each in authentications(autoscaler).items()]
    return Plan(
        objects=(replace(made, assume=_assumptions(autoscaler, context.region)), *proofs),
        outputs={"scaled_object": Output(autoscaler.name, "The ScaledObject; its HPA is keda-hpa-<name>")},
    )


def spec(autoscaler: GpuAutoscaler) -> dict[str, Any]:
    """The ScaledObject's spec."""
    target = autoscaler.scaled
    reference = {"apiVersion": target.api_version, "kind": target.kind, "name": target.name}
    return {
        "scaleTargetRef": reference,
        **_timers(autoscaler),
        **({"idleReplicaCount": 0} if autoscaler.sleeps else {}),
        "minReplicaCount": autoscaler.min_replicas,
        "maxReplicaCount": autoscaler.max_replicas,
        **({"fallback": autoscaler.fallback.body()} if autoscaler.fallback else {}),
        "advanced": {
            "horizontalPodAutoscalerConfig": {"behavior": _behavior(autoscaler)},
            # Deleting the autoscaler must not leave what a peak has left.
            "restoreToOriginalReplicaCount": True,
        },
        "triggers": [_trigger(autoscaler, each) for each in autoscaler.triggers],
    }


def authentications(autoscaler: GpuAutoscaler) -> dict[str, Authentication]:
    """By the name of their object."""
    found: dict[str, Authentication] = {}
    for each in autoscaler.triggers:
        if isinstance(each, SqsQueue):
            found[_proof(autoscaler, each)] = each.authentication
        elif each.prometheus and autoscaler.prometheus.authentication is not None:
            found[_proof(autoscaler, each)] = autoscaler.prometheus.authentication
    return found


def _proof(autoscaler: GpuAutoscaler, trigger: Trigger) -> str:
    return f"{autoscaler.name}-{'prometheus' if trigger.prometheus else trigger.label}"


def _trigger(autoscaler: GpuAutoscaler, trigger: Trigger) -> dict[str, Any]:
    body = trigger.body(autoscaler.scaled, autoscaler.to_zero)
    if trigger.prometheus:
        body["metadata"] = dict(sorted({**body["metadata"], **autoscaler.prometheus.metadata()}.items()))
    name = _proof(autoscaler, trigger)
    return body | {"authenticationRef": {"name": name}} if name in authentications(autoscaler) else body


def _timers(autoscaler: GpuAutoscaler) -> dict[str, int]:
    """They only act on the way to zero and back."""
    if not autoscaler.to_zero:
        return {}
    return {
        "pollingInterval": autoscaler.polling,
        "cooldownPeriod": autoscaler.cooldown,
        "initialCooldownPeriod": autoscaler.initial_cooldown,
    }


def _behavior(autoscaler: GpuAutoscaler) -> dict[str, Any]:
    """Scaling in waits at least as long as it would take to undo it."""
    down = min(3600, max(300, autoscaler.scaled.cold_start_seconds))
    up = {} if autoscaler.scale_up is None else {"scaleUp": autoscaler.scale_up.body(0)}
    return {"scaleDown": autoscaler.scale_down.body(down), **up}


def _assumptions(autoscaler: GpuAutoscaler, region: str) -> tuple[Assumption, ...]:
    target, known = autoscaler.scaled, price(autoscaler.target, region)
    load = autoscaler.expected_replicas
    return (
        Assumption(POD_READY, str(target.cold_start_seconds), "s", "cold start of the target"),
        Assumption(REPLICA_GPUS, written(target.gpus), "GPUs"),
        *((Assumption(REPLICAS, written(load), "replicas", "expected on average"),) if load is not None else ()),
        *(_priced(autoscaler, known) if known else ()),
    )


def _priced(autoscaler: GpuAutoscaler, known: ReplicaPrice) -> tuple[Assumption, ...]:
    """A wake pays for the start, in which nothing is served, and for the cooldown after the last request."""
    most = monthly(known.usd_hour * autoscaler.max_replicas)
    everything = Assumption(MOST_PRICE, str(most), "USD/month", f"{autoscaler.max_replicas} replicas", known.as_of)
    if not autoscaler.to_zero:
        return known.assumption(), everything
    start, rest = autoscaler.scaled.cold_start_seconds, autoscaler.cooldown
    one = (known.usd_hour * (start + rest) / 3600).quantize(_CENT)
    told = f"{start} s of cold start and {rest} s of cooldown of one replica"
    return known.assumption(), Assumption(WAKE_PRICE, str(one), "USD", told, known.as_of), everything
