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
    """A kind of model server. `marks` are in names of its images, `programs` are what runs it. `flags` set its port;
    `environment` does where its image reads the port from there. `image` is its own project's.
    """

    name: str
    marks: tuple[str, ...]
    programs: tuple[str, ...]
    image: str
    ports: frozenset[int]
    flags: tuple[str, ...]
    environment: str = ""


# https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
VLLM = Server("vLLM", ("vllm",), ("vllm",), "vllm/vllm-openai", frozenset({8000}), ("--port",))
# https://docs.sglang.ai/backend/server_arguments.html
SGLANG = Server("SGLang", ("sglang",), ("sglang",), "lmsysorg/sglang", frozenset({30000}), ("--port",))
# https://huggingface.co/docs/text-generation-inference/reference/launcher: the image sets PORT=80
TGI = Server(
    "TGI",
    ("text-generation-inference",),
    ("text-generation-launcher",),
    "huggingface/text-generation-inference",
    frozenset({80}),
    ("--port", "-p"),
    "PORT",
)

_SERVERS = (
    SGLANG,
    TGI,
    # https://huggingface.co/docs/text-embeddings-inference: the image sets PORT=80
    Server(
        "TEI",
        ("text-embeddings-inference",),
        ("text-embeddings-router",),
        "huggingface/text-embeddings-inference",
        frozenset({80}),
        ("--port", "-p"),
        "PORT",
    ),
    # https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/getting_started/quickstart.html
    Server(
        "Triton",
        ("tritonserver",),
        ("tritonserver",),
        "nvidia/tritonserver",
        frozenset({8000, 8001, 8002}),
        ("--http-port", "--grpc-port", "--metrics-port"),
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
    """The kind of model server in a container, None for anything else.

    Where a command is written it decides: an image of a server may be used for a shell.
    """
    words = [word for word in container.arguments.words if word]
    if running := next((kind for kind in _SERVERS if any(_runs(words, each) for each in kind.programs)), None):
        return running
    return None if container.block.get("command") else _of_image(container.image)


def _of_image(image: str) -> Server | None:
    path, _, name = image.partition("@")[0].rpartition("/")
    repository = name.partition(":")[0]
    return next((k for k in _SERVERS if any(m in repository or f"/{m}/" in f"/{path}/" for m in k.marks)), None)


def is_rank(container: Container) -> bool:
    """Whether it is one of several ranks, of which only the first answers requests."""
    return container.arguments.flag("--headless", "--node-rank") is not None


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
    hidden = bool(container.arguments.unsure or container.arguments.flag("--config") or told is not None)
    if hidden or _set_by_environment(container, kind):
        return declared or None
    # What is declared opens nothing: the project's own image listens where it always does.
    return kind.ports if not declared or kind.image in container.image else declared


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
