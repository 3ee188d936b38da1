"""What Prometheus answers the queries of an autoscaler: asleep, loading, serving. No sample is a failed read."""

from pathlib import Path

import pytest

from aicost_iac import Arrivals, GpuActivity, KvCacheUse, QueueDepth, WaitingRequests
from tests.blueprints.serving import autoscaler, sliced
from tests.kubernetes import promtool

OWN = 'job="serving/chat",namespace="serving",pod="{}"'
ASLEEP: dict[str, str] = {}
LOADING = {f"up{{{OWN.format('chat-1')}}}": "0x10"}
SERVING = {
    f"up{{{OWN.format(pod)}}}": "1x10" for pod in ("chat-1", "chat-2")
} | {
    f"vllm:num_requests_waiting{{{OWN.format('chat-1')}}}": "3x10",
    f"vllm:num_requests_waiting{{{OWN.format('chat-2')}}}": "0x10",
    f"vllm:num_requests_running{{{OWN.format('chat-1')}}}": "8x10",
    f"vllm:num_requests_running{{{OWN.format('chat-2')}}}": "6x10",
    f"vllm:kv_cache_usage_perc{{{OWN.format('chat-1')}}}": "0.9x10",
    f"vllm:kv_cache_usage_perc{{{OWN.format('chat-2')}}}": "0.5x10",
    'DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving",exported_container="chat",gpu="0"}': "90x10",
    'DCGM_FI_DEV_GPU_UTIL{exported_namespace="serving",exported_container="chat",gpu="1"}': "70x10",
    'DCGM_FI_PROF_GR_ENGINE_ACTIVE{exported_namespace="serving",exported_container="chat",gpu="0"}': "0.4x10",
}  # fmt: skip
# Another server of the namespace, which must never be counted.
OTHER = {'vllm:num_requests_waiting{job="serving/other",namespace="serving"}': "99x10"}
REQUESTS, CACHE, BUSY = WaitingRequests(per_replica=8), KvCacheUse(), GpuActivity()
QUEUE = QueueDepth(metric="pending", per_replica=8, labels={"to": "chat"})
ARRIVALS = Arrivals(metric="requests_total", per_replica=8)
NOBODY_WAITS = 'pending{to="other"}'

Case = tuple[object, dict[str, str], float | None]
CASES: dict[str, Case] = {
    "requests of a server that sleeps": (REQUESTS, ASLEEP, 0),
    "requests of a server that loads": (REQUESTS, LOADING, None),
    "requests of a server": (REQUESTS, SERVING, 17),
    "requests that wait": (WaitingRequests(per_replica=8, running=False), SERVING, 3),
    "the cache of a server that sleeps": (CACHE, ASLEEP, 0),
    "the cache of a server that loads": (CACHE, LOADING, None),
    "the cache of a server": (CACHE, SERVING, 0.7),
    "GPUs of a server that sleeps": (BUSY, ASLEEP, 0),
    "GPUs of a server that loads": (BUSY, LOADING, None),
    "GPUs of a server": (BUSY, SERVING, 80),
    "a queue": (QUEUE, {'pending{to="chat",pod="a"}': "2x10", 'pending{to="chat",pod="b"}': "5x10"}, 7),
    "a queue nobody measures": (QUEUE, {NOBODY_WAITS: "4x10"}, None),
    "a queue that is only there when something waits": (
        QUEUE.model_copy(update={"absent_is_zero": True}),
        {NOBODY_WAITS: "4x10"},
        0,
    ),
    "the first request a router ever saw": (ARRIVALS, {"requests_total": "_x9 1"}, 1),
    "requests of the last two minutes": (ARRIVALS, {"requests_total": "5x8 6 9"}, 4),
    "no request for two minutes": (ARRIVALS, {"requests_total": "5x10"}, 0),
    "a router that started over": (ARRIVALS, {"requests_total": "50x9 1"}, 0),
    "a router that has not started": (ARRIVALS, {}, 0),
}


def query(trigger: object, **fields: object) -> str:
    front = QueueDepth(name="front", metric="front", per_replica=1)
    spec = autoscaler(triggers=[trigger, front, WaitingRequests(name="also", per_replica=1)], **fields).spec
    return str(spec["triggers"][0]["metadata"]["query"])


def answers(folder: Path, expression: str, series: dict[str, str], value: float | None) -> None:
    """Ten minutes after its first sample: KEDA takes one series, whatever its labels, and refuses two."""
    rules = folder / "none.yaml"
    rules.write_text("groups: []")
    wanted = {"sum": value, "count": None if value is None else 1}
    tests = [
        {
            "expr": f"{function}({expression})",
            "eval_time": "10m",
            "exp_samples": [] if result is None else [{"labels": "{}", "value": result}],
        }
        for function, result in wanted.items()
    ]
    promtool.verify(rules, series, promql_expr_test=tests)


@pytest.mark.parametrize("name", CASES)
def test_an_answer(name: str, tmp_path: Path) -> None:
    trigger, series, value = CASES[name]
    answers(tmp_path, query(trigger), {**series, **OTHER}, value)


def test_slices_are_asked_for_what_slices_have(tmp_path: Path) -> None:
    answers(tmp_path, query(BUSY, target=sliced(replicas=None)), SERVING, 0.4)
