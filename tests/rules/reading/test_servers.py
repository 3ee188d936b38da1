"""Which model server runs in a container, and where it listens."""

from typing import Any

import pytest

from aicost_iac.rules.reading.processes import processes
from aicost_iac.rules.reading.servers import has_key, listening, server
from tests.rules.reading.manifests import container, deployment, only_pods

VLLM = "vllm/vllm-openai:v0.11.0"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"image": VLLM}, "vLLM"),
        ({"image": "registry.example.com/vllm/serving@sha256:" + "0" * 64}, "vLLM"),
        ({"image": "lmsysorg/sglang:v0.4.6"}, "SGLang"),
        ({"image": "ghcr.io/huggingface/text-generation-inference:3.0"}, "TGI"),
        ({"image": "own:1", "command": ["/usr/bin/vllm", "serve", "m"]}, "vLLM"),
        ({"image": "own:1", "command": ["python3", "-m", "vllm.entrypoints.openai.api_server"]}, "vLLM"),
        ({"image": "own:1", "command": ["sh", "-c", "python -m sglang.launch_server --model-path m"]}, "SGLang"),
        ({"image": VLLM, "command": ["sleep", "infinity"]}, None),
        ({"image": "prom/vllm-metrics-free:1", "command": ["exporter"]}, None),
        ({"image": "nginx:1.27"}, None),
        ({}, None),
    ],
)
def test_a_server_is_known_by_what_runs_it_or_by_its_image(body: dict[str, Any], name: str | None) -> None:
    found = server(container(**body))
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("body", "ports", "sure"),
    [
        ({"image": VLLM}, {8000}, True),
        ({"image": VLLM, "ports": [{"containerPort": 9000}]}, {8000}, True),
        ({"image": "own/vllm:1", "ports": [{"containerPort": 9000}]}, {9000}, True),
        ({"image": VLLM, "args": ["--port", "9000"]}, {9000}, True),
        ({"image": VLLM, "args": ["--port", "$(PORT)"]}, set(), False),
        ({"image": VLLM, "args": ["--config", "/etc/vllm.yaml"], "ports": [{"containerPort": 9000}]}, {9000}, True),
        ({"image": "ghcr.io/huggingface/text-generation-inference:3.0"}, {80}, True),
        ({"image": "ghcr.io/huggingface/text-generation-inference:3.0",
          "env": [{"name": "PORT", "value": "8080"}]}, set(), False),
        ({"image": "nginx:1.27"}, set(), False),
        ({"image": "nginx:1.27", "ports": [{"containerPort": 80}]}, {80}, True),
    ],
)  # fmt: skip
def test_where_it_listens(body: dict[str, Any], ports: set[int], sure: bool) -> None:
    found = listening(only_pods(deployment(body))[0])
    assert (set(found.ports), found.sure) == (ports, sure)


def test_one_container_that_may_listen_anywhere_leaves_doubt() -> None:
    found = listening(only_pods(deployment({"image": VLLM}, {"image": "own:1"}))[0])
    assert (set(found.ports), found.sure) == ({8000}, False)


def test_names_of_declared_ports() -> None:
    ports = [{"name": "http", "containerPort": 8000}, {"containerPort": 9000}]
    assert listening(only_pods(deployment({"image": VLLM, "ports": ports}))[0]).named == {"http": 8000}


@pytest.mark.parametrize(
    ("body", "keyed"),
    [
        ({"args": ["--api-key", "$(KEY)"]}, True),
        ({"env": [{"name": "VLLM_API_KEY", "valueFrom": {"secretKeyRef": {"name": "k", "key": "k"}}}]}, True),
        ({"envFrom": [{"secretRef": {"name": "k"}}]}, True),
        ({"env": [{"name": "HF_TOKEN", "value": "x"}]}, False),
    ],
)
def test_whether_it_asks_for_a_key(body: dict[str, Any], keyed: bool) -> None:
    assert has_key(container(**body)) is keyed


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"image": VLLM, "args": ["--model", "m"]}, 1),
        ({"image": VLLM, "args": ["--model", "m", "-tp", "4"]}, 4),
        ({"image": VLLM, "args": ["--model", "m", "-tp=2", "--pipeline-parallel-size", "2"]}, 4),
        ({"image": "own:1", "command": ["torchrun", "--nproc_per_node=8", "train.py"]}, 8),
        ({"image": "own:1", "command": ["torchrun", "--nproc_per_node=gpu", "train.py"]}, None),
        ({"image": "own:1", "command": ["python", "train.py"]}, None),
        ({"image": VLLM, "args": ["--config", "/etc/vllm.yaml"]}, None),
        ({"image": VLLM, "args": ["--model", "m", "-tp", "$(TP)"]}, None),
        ({"image": VLLM, "args": ["$(MORE)", "-tp", "2"]}, None),
        ({"image": VLLM}, None),
    ],
)
def test_how_many_processes_it_starts(body: dict[str, Any], count: int | None) -> None:
    found = processes(container(**body))
    assert (found.count if found else None) == count
