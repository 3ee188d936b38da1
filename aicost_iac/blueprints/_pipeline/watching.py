"""What is watched at the router: requests that go the dear way, a cache that answers nothing, failures.

Metrics: https://docs.litellm.ai/docs/proxy/prometheus
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac.kubernetes.metadata import Metadata, selector
from aicost_iac.kubernetes.prometheus import Alert, pod_monitor, prometheus_rule
from aicost_iac.plan import KubeObject

_FALLBACK_SHARE, _FAILURE_SHARE, _HIT_SHARE = 0.1, 0.05, 0.01


def objects(shared: Metadata, router: str, cached: bool, found_by: Mapping[str, str]) -> Iterator[KubeObject]:
    """A monitor of the router's pods, and rules over what it says."""
    yield pod_monitor(shared, router, selector(router), "http", found_by)
    job = f'{{job="{shared.namespace}/{router}"}}'
    alerts = [_failing(router, job), _falling_back(router, job), *([_useless(router, job)] if cached else [])]
    yield prometheus_rule(shared, router, {router: alerts}, found_by)


def _failing(router: str, job: str) -> Alert:
    asked, failed = "litellm_proxy_total_requests_metric_total", "litellm_proxy_failed_requests_metric_total"
    return Alert(
        name="PipelineFailing",
        query=f"{_rate(failed, job, '10m')} / {_rate(asked, job, '10m')} > {_FAILURE_SHARE}",
        minutes=10,
        severity="critical",
        summary=f"More than {_FAILURE_SHARE:.0%} of the requests to {router} fail",
        description="Both models refused or timed out. Look at their pods first, then at the router's log.",
    )


def _falling_back(router: str, job: str) -> Alert:
    asked, fell = "litellm_deployment_total_requests_total", "litellm_deployment_successful_fallbacks_total"
    return Alert(
        name="PipelineFallingBack",
        query=f"{_rate(fell, job, '30m')} / {_rate(asked, job, '30m')} > {_FALLBACK_SHARE}",
        minutes=30,
        severity="warning",
        summary=f"More than {_FALLBACK_SHARE:.0%} of the requests to {router} go to the other model",
        description="Mostly the small model that fails or sleeps: every such request is paid at the large one's price.",
    )


def _useless(router: str, job: str) -> Alert:
    hits, misses = "litellm_cache_hits_metric_total", "litellm_cache_misses_metric_total"
    looked = f"({_rate(hits, job, '1d')} + {_rate(misses, job, '1d')})"
    return Alert(
        name="PipelineCacheUseless",
        query=f"{_rate(hits, job, '1d')} / {looked} < {_HIT_SHARE}",
        minutes=60,
        severity="info",
        summary=f"The cache of {router} answered less than {_HIT_SHARE:.0%} of a day's requests",
        description="It costs a server and a look-up per request: mend threshold and lifetime, or remove it.",
    )


def _rate(metric: str, job: str, window: str) -> str:
    return f"sum(rate({metric}{job}[{window}]))"
