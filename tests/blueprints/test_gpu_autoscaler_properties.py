"""Any autoscaler that is accepted is what KEDA takes, leaves the rules nothing to say, and sleeps and wakes."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import (
    Arrivals,
    Cron,
    GpuActivity,
    GpuAutoscaler,
    InvalidBlueprint,
    KvCacheUse,
    MetricFallback,
    ModelServer,
    QueueDepth,
    ScalePace,
    SqsQueue,
    WaitingRequests,
)
from aicost_iac.kubernetes.autoscaling import Change, Value, simulate
from tests.blueprints.serving import SLICE, autoscaler, findings, plan, server, sliced, sliced_nodes, whole_nodes
from tests.kubernetes.strict import assert_valid

SETTINGS = settings(max_examples=40, deadline=None)
NODES = whole_nodes("g6e.xlarge")
CUT = sliced_nodes({"1g.10gb": 7})
SQS = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"

percents = st.integers(30, 95)
per_replicas = st.integers(1, 64)
triggers = st.one_of(
    st.builds(QueueDepth, metric=st.just("gateway_pending_requests"), per_replica=per_replicas),
    st.builds(Arrivals, metric=st.just("router_requests_total"), per_replica=per_replicas),
    st.builds(WaitingRequests, per_replica=per_replicas, running=st.booleans()),
    st.builds(KvCacheUse, percent=percents),
    st.builds(GpuActivity, percent=percents),
    st.builds(SqsQueue, url=st.just(SQS), region=st.just("us-east-1"), per_replica=per_replicas),
    st.builds(
        Cron,
        start=st.just("0 8 * * 1-5"),
        end=st.just("0 18 * * 1-5"),
        timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    ),
)
paces = st.builds(
    ScalePace,
    pods=st.none() | st.integers(1, 8),
    percent=st.none() | st.integers(1, 200),
    period_seconds=st.integers(15, 1800),
    window_seconds=st.none() | st.integers(0, 3600),
)
fallbacks = st.builds(MetricFallback, replicas=st.integers(0, 4), failures=st.integers(0, 5))


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, Any]:
    """Fields as somebody may give them: many are refused."""
    least, zero = draw(st.sampled_from([(0, True), (0, True), (1, False), (2, False), (2, True)]))
    cut = draw(st.booleans())
    whole = {"placement": NODES.placement, "engine": draw(st.sampled_from(["vllm", "tgi"]))}
    target = (
        sliced(placement=CUT[1].placement, accelerator=SLICE, replicas=None) if cut else server(replicas=None, **whole)
    )
    return {
        "target": target,
        "triggers": draw(st.lists(triggers, min_size=1, max_size=3, unique_by=type)),
        "min_replicas": least,
        "sleeps": zero and least > 0,
        "max_replicas": draw(st.integers(2, 12)),
        "held_by": "the gateway" if zero else None,
        "cooldown_seconds": draw(st.none() | st.integers(900, 3600)) if zero else None,
        "scale_up": draw(st.none() | paces),
        "scale_down": draw(paces),
        "fallback": draw(st.none() | fallbacks),
    }


def accepted(fields: dict[str, Any]) -> GpuAutoscaler | None:
    try:
        return autoscaler(**fields)
    except InvalidBlueprint:
        return None


def simulated(chosen: GpuAutoscaler, values: list[Value], start: int) -> list[Change]:
    """Under a load that never changes."""
    curves = [[(0.0, value)] for value in values]
    return simulate(chosen.spec, curves, start_replicas=start, first_poll_s=3, hpa_created_s=1, until_s=20_000)


def quiet(chosen: GpuAutoscaler) -> list[Value]:
    return [0 for _ in chosen.triggers]


@given(wishes())
@SETTINGS
def test_schemas_and_rules_have_nothing_to_say(fields: dict[str, Any]) -> None:
    chosen = accepted(fields)
    if chosen is None:
        return
    assert_valid(plan(chosen).objects)
    assert isinstance(chosen.target, ModelServer)
    nodes = CUT if chosen.scaled.slices else (NODES,)
    assert {f"{each.rule} {each.message}" for each in findings([*nodes, chosen.target, chosen])} == set()


@given(wishes(), st.integers(0, 12))
@SETTINGS
def test_replicas_stay_within_what_was_said(fields: dict[str, Any], start: int) -> None:
    chosen = accepted(fields)
    if chosen is None:
        return
    start = min(start, chosen.max_replicas)
    found = [replicas for _, replicas in simulated(chosen, [1000 for _ in chosen.triggers], start)]
    assert max(found) <= chosen.max_replicas
    assert found[-1] >= max(1, chosen.min_replicas)


@given(wishes())
@SETTINGS
def test_whatever_sleeps_is_woken_by_what_waits_and_sleeps_again(fields: dict[str, Any]) -> None:
    chosen = accepted(fields)
    if chosen is None or not chosen.to_zero:
        return
    one = [1 if each.at_zero else None for each in chosen.triggers]
    assert simulated(chosen, list(one), 0)[-1][1] >= 1
    assert simulated(chosen, quiet(chosen), chosen.max_replicas)[-1][1] == 0


@given(wishes())
@SETTINGS
def test_what_never_sleeps_keeps_its_minimum(fields: dict[str, Any]) -> None:
    chosen = accepted(fields)
    if chosen is None or chosen.to_zero:
        return
    assert simulated(chosen, quiet(chosen), chosen.min_replicas)[-1][1] == chosen.min_replicas
