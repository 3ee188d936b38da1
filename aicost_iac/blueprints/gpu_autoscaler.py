"""GpuAutoscaler: replicas that follow the load, down to none where something can wake them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._autoscaler import checks, expansion
from aicost_iac.blueprints._autoscaler.settings import MetricFallback, Prometheus, ScalePace, Seconds
from aicost_iac.blueprints._autoscaler.targets import Scaled, ScaleTarget, scaled
from aicost_iac.blueprints._autoscaler.triggers import Trigger
from aicost_iac.blueprints.model_server import ModelServer
from aicost_iac.errors import Problem
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan


class GpuAutoscaler(Blueprint):
    """A ScaledObject of KEDA 2.20 whose triggers can do what they are there for.

    Between zero and one KEDA decides, by what can be measured while nothing runs; above one the HPA that KEDA makes.
    `aicost simulate` replays a load against it. https://keda.sh/docs/2.20/concepts/scaling-deployments/
    """

    target: ModelServer | ScaleTarget
    """What is scaled: a server with `replicas=None`, or a `ScaleTarget` that exists."""
    triggers: Annotated[Sequence[Trigger], Field(min_length=1), AfterValidator(tuple)]
    """What is measured; the largest demand counts."""
    min_replicas: Annotated[int, Field(ge=0, le=1000)]
    """0 puts the target to sleep when no trigger is active."""
    max_replicas: Annotated[int, Field(ge=1, le=1000)]
    """The most you would pay for."""
    sleeps: bool = False
    """With `min_replicas` of 1 or more: still down to zero when no trigger is active, and from there to the minimum."""
    held_by: str | None = None
    """What keeps requests while no replica runs: a router that waits, KEDA's HTTP add-on. A queue needs no mention."""
    refuse_at_zero: bool = False
    """Requests may fail while the target sleeps: hours of a development server."""
    prometheus: Prometheus = Prometheus()
    polling_seconds: Annotated[int, Field(ge=1, le=3600)] | None = None
    """How often KEDA looks whether to wake or put to sleep; default: 15."""
    cooldown_seconds: Seconds | None = None
    """From the last poll that saw load to zero; default: twice the cold start, 300 at least. With less, a wake pays for
    a start that serves nobody."""
    initial_cooldown_seconds: Seconds | None = None
    """How long a new target is left alone; default: its cold start, or the first poll would end what is loading."""
    fallback: MetricFallback | None = None
    """While a metric can not be read; default: everything stays as it is, asleep or awake."""
    scale_up: ScalePace | None = None
    """Default: 4 pods or as many again in 15 s, at once."""
    scale_down: ScalePace = ScalePace(pods=1)
    """Default: one pod a minute, after 300 s or the target's cold start without demand."""
    expected_replicas: Annotated[Decimal, Field(ge=0)] | None = None
    """How many run on average, as you expect: what an estimate counts."""

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def scaled(self) -> Scaled:
        """What is known of the target."""
        return scaled(self.target)

    @property
    def to_zero(self) -> bool:
        """Whether the target sleeps when no trigger is active."""
        return self.min_replicas == 0 or self.sleeps

    @property
    def polling(self) -> int:
        """Seconds between KEDA's polls."""
        return self.polling_seconds or 15

    @property
    def cooldown(self) -> int:
        """Seconds from the last load to zero."""
        if self.cooldown_seconds is not None:
            return self.cooldown_seconds
        return max(300, 2 * self.scaled.cold_start_seconds)

    @property
    def initial_cooldown(self) -> int:
        """Seconds a new target is left alone."""
        if self.initial_cooldown_seconds is not None:
            return self.initial_cooldown_seconds
        return self.scaled.cold_start_seconds

    @property
    def spec(self) -> dict[str, Any]:
        """The ScaledObject's spec: what `aicost_iac.kubernetes.autoscaling.simulate` takes."""
        return expansion.spec(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
