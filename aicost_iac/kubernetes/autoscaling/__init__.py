"""How KEDA and the HorizontalPodAutoscaler scale, computed: the replicas that a load makes of a ScaledObject.

    from aicost_iac.kubernetes.autoscaling import simulate

    changes = simulate(scaled_object["spec"], [queue], start_replicas=0, first_poll_s=3, hpa_created_s=1, until_s=3600)

The arithmetic is that of KEDA 2.20 and of Kubernetes 1.36 with their default settings: sync period 15 s, tolerance
10 %, scale-down stabilization 300 s. No scheduler and no node autoscaler: a pod that is wanted is ready after
`pod_ready_s`.
"""

from __future__ import annotations

from aicost_iac.kubernetes.autoscaling.curves import Step, Value
from aicost_iac.kubernetes.autoscaling.simulation import Change, simulate

__all__ = ["Change", "Step", "Value", "simulate"]
