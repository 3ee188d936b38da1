"""Model servers, known by their image or command: where they listen, and what they were told to serve.

Ports are the defaults of the servers' own documentation and images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aicost_iac.rules.reading.pods import Container, Pods
from aicost_iac.rules.reading.values import whole


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of model server. `flags` set its port; `environment` does where its image reads the port from there."""

    name: str
    marks: tuple[str, ...]
    ports: frozenset[int]
    flags: tuple[str, ...]
    environment: str = ""


# https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
VLLM = Server("vLLM", ("vllm",), frozenset({8000}), ("--port",))
# https://docs.sglang.ai/backend/server_arguments.html
SGLANG = Server("SGLang", ("sglang",), frozenset({30000}), ("--port",))
# https://huggingface.co/docs/text-generation-inference/reference/launcher: the image sets PORT=80
TGI = Server("TGI", ("text-generation-inference",), frozenset({80}), ("--port", "-p"), "PORT")

_SERVERS = (
    SGLANG,
    TGI,
    # https://huggingface.co/docs/text-embeddings-inference: the image sets PORT=80
    Server("TEI", ("text-embeddings-inference",), frozenset({80}), ("--port", "-p"), "PORT"),
    # https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/getting_started/quickstart.html
    Server(
        "Triton", ("tritonserver",), frozenset({8000, 8001, 8002}), ("--http-port", "--grpc-port", "--metrics-port")
    ),
    VLLM,
)


@dataclass(frozen=True, slots=True)
class Listening:
    """The ports of pods. `named` maps the names of declared ports; `sure` says that no other port may be open."""

    ports: frozenset[int]
    named: Mapping[str, int | None]
    sure: bool


def server(container: Container) -> Server | None:
    """The kind of model server in a container, None for anything else."""
    repository = container.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    path = container.image.rpartition("/")[0]
    words = [word for word in container.arguments.words if word]
    for kind in _SERVERS:
        for mark in kind.marks:
            if mark in repository or f"/{mark}/" in f"/{path}/" or _runs(words, mark):
                return kind
    return None


def has_key(container: Container) -> bool:
    """Whether the server was told to ask for a key, or may have been.

    https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
    """
    names = {each.text("name") for each in container.block.blocks("env")}
    told = container.arguments.flag("--api-key", "--config", "--admin-api-key")
    return told is not None or bool(names & {"API_KEY", "VLLM_API_KEY"}) or not container.block.absent("envFrom")


def listening(pods: Pods) -> Listening:
    """Where the pods can be reached. A container that neither declares a port nor is a known server may use any."""
    ports: set[int] = set()
    named: dict[str, int | None] = {}
    sure = bool(pods.running)
    for container in pods.running:
        declared = container.block.blocks("ports")
        named |= {name: each.whole("containerPort") for each in declared if (name := each.text("name"))}
        found = _ports(container, frozenset(p for each in declared if (p := each.whole("containerPort")) is not None))
        sure = sure and found is not None
        ports |= found or set()
    return Listening(frozenset(ports), named, sure)


def _ports(container: Container, declared: frozenset[int]) -> frozenset[int] | None:
    """The port it was told, else those it declares, else its server's own; None where there is no telling."""
    kind = server(container)
    if kind is None:
        return declared or None
    told = container.arguments.flag(*kind.flags)
    if told is not None and len(kind.ports) == 1:
        port = whole(told.value)
        return None if port is None else frozenset({port})
    if declared:
        return declared
    hidden = container.arguments.unsure or container.arguments.flag("--config") or told is not None
    return None if hidden or _set_by_environment(container, kind) else kind.ports


def _set_by_environment(container: Container, kind: Server) -> bool:
    from_elsewhere = not container.block.absent("envFrom")
    return bool(kind.environment) and (
        from_elsewhere or any(each.text("name") == kind.environment for each in container.block.blocks("env"))
    )


def _runs(words: list[str], mark: str) -> bool:
    """Whether a command starts the server, as `vllm serve` and `python3 -m sglang.launch_server` do."""
    return any(
        word.rpartition("/")[2] == mark or word.startswith((f"{mark}.entrypoints", f"{mark}.launch")) for word in words
    )
