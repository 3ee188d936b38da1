"""How many processes a container starts, one for each GPU it means to use."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.arguments import Arguments
from aicost_iac.rules.reading.pods import Container
from aicost_iac.rules.reading.servers import SGLANG, VLLM, server
from aicost_iac.rules.reading.values import whole

# Kinds whose pods work together: what one of them starts may be on another's GPUs.
CLUSTERED = frozenset({"LeaderWorkerSet", "RayCluster", "RayJob", "RayService"})

# https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html, https://docs.sglang.ai/backend/server_arguments.html
_TENSOR = ("--tensor-parallel-size", "-tp", "--tp-size", "--tp")
_OTHERS = (("--pipeline-parallel-size", "-pp", "--pp-size"), ("--data-parallel-size", "-dp", "--dp-size", "--dp"))
# Ranks that are placed by somebody else, or elsewhere.
_ELSEWHERE = (
    "--config", "--data-parallel-size-local", "--dist-init-addr", "--distributed-executor-backend", "--headless",
    "--nnodes",
)  # fmt: skip
# https://pytorch.org/docs/stable/elastic/run.html
_PER_NODE = ("--nproc-per-node",)


@dataclass(frozen=True, slots=True)
class Processes:
    """How many, who says so, the flag that does, and where; the path is empty where nobody does."""

    count: int
    said: str
    flag: str
    path: Path = ()


def processes(container: Container) -> Processes | None:
    """The processes of a container, None where their number is unknown."""
    arguments = container.arguments
    if arguments.unsure:
        return None
    if (found := arguments.flag(*_PER_NODE)) is not None:
        count = whole(found.value)
        return None if count is None else Processes(count, f"--nproc-per-node {count}", "--nproc-per-node", found.path)
    if server(container) in (VLLM, SGLANG) and not arguments.flag(*_ELSEWHERE):
        return _served(arguments)
    return None


def _served(arguments: Arguments) -> Processes | None:
    told = [found for names in (_TENSOR, *_OTHERS) if (found := arguments.flag(*names))]
    counts = [whole(each.value) for each in told]
    if not any(arguments.words) or None in counts:
        return None
    count = prod(each or 1 for each in counts)
    tensor = arguments.flag(*_TENSOR)
    said = f"{count} rank{'s' if count > 1 else ''}" if told else "no --tensor-parallel-size"
    return Processes(count, said, _TENSOR[0], tensor.path if tensor else ())
