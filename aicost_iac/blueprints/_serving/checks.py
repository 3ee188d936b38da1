"""What the fields of a model server, each valid in itself, make impossible together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._serving import memory, overrides, sizing, weights
from aicost_iac.blueprints._serving.engines import LEVERS, SERVERS
from aicost_iac.errors import CatalogError, Problem

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

_TAG = re.compile(r"[^@]+:(?P<tag>[\w][\w.-]{0,127})")
_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_VLLM = re.compile(r"v?(\d+)\.(\d+)")
_OLDEST_VLLM = (0, 10)


def problems(server: ModelServer) -> Iterator[Problem]:
    """Everything that can be told, then whether the model fits what is right in itself."""
    found = [
        *_place_problems(server),
        *_image_problems(server),
        *_lever_problems(server),
        *overrides.problems(server),
        *_rollout_problems(server),
        *weights.problems(server),
    ]
    if not any(problem.field.startswith(("placement", "accelerator")) for problem in found):
        found += memory.shape_problems(server)
        found += sizing.resource_problems(server)
    yield from found
    if not found:
        yield from memory.fit_problems(server)


def _place_problems(server: ModelServer) -> Iterator[Problem]:
    if server.name == "vllm":
        reason = "as the name of a Service sets VLLM_PORT in every pod, and vLLM crashes on it"
        yield Problem("name", reason, server.name, f"{server.name}-server, or the model's name")
    if (reason_ := server.placement.refuses(server.accelerator)) is not None:
        yield Problem("accelerator", reason_, server.accelerator.model_dump())
        return
    try:
        chip = catalog.accelerator(server.placement.gpu)
    except CatalogError as error:
        yield Problem("placement.gpu", str(error), server.placement.gpu)
        return
    if chip.vendor != "nvidia" and server.engine != "custom":
        reason = f"is made by {chip.vendor}: the image of {SERVERS[server.engine].name} is CUDA's"
        yield Problem("placement.gpu", reason, chip.name, 'engine="custom" with an image for it')


def _image_problems(server: ModelServer) -> Iterator[Problem]:
    image = server.pinned_image
    if image is None:
        yield Problem("image", f"is required with engine={server.engine!r}", remedy="only you can know which")
        return
    tag = _TAG.fullmatch(image)
    if not _DIGEST.fullmatch(image) and (tag is None or not any(letter.isdigit() for letter in tag["tag"])):
        reason = "is not pinned: what it names changes flags, metrics and kernels from one start to the next"
        yield Problem("image", reason, image, "a version as tag, or a digest")
    version = _VLLM.match(tag["tag"]) if tag and server.engine == "vllm" else None
    if version and (int(version[1]), int(version[2])) < _OLDEST_VLLM:
        yield Problem("image", "is older than the flags and metrics written here", image, "vLLM 0.10 or newer")
    if server.engine == "custom" and not server.health_path:
        yield Problem("health_path", "is required with engine='custom'", remedy="what answers 200 when it can serve")
    if server.engine == "triton" and server.accelerator.count > 1 and not server.command:
        reason = "is required for Triton on several GPUs: its ranks are started by a launcher of the image"
        yield Problem("command", reason, remedy="such as python3 .../launch_triton_server.py --world_size 2")


def _lever_problems(server: ModelServer) -> Iterator[Problem]:
    engine = SERVERS[server.engine]
    for field in LEVERS:
        if field not in engine.levers and getattr(server, field) != type(server).model_fields[field].default:
            where = "in the model repository" if server.engine == "triton" else "in the image, or by extra_args"
            yield Problem(field, f"has no effect with {engine.name}", getattr(server, field), f"set it {where}")
    if server.max_num_seqs is not None and server.max_num_seqs < server.concurrency:
        reason = f"is below the concurrency of {server.concurrency} the memory is planned for"
        yield Problem("max_num_seqs", reason, server.max_num_seqs)
    if server.engine == "tgi" and server.speculative is not None and server.speculative.method != "ngram":
        yield Problem("speculative.method", "is not one of TGI's by a flag", server.speculative.method, "'ngram'")


def _rollout_problems(server: ModelServer) -> Iterator[Problem]:
    storage, several = server.storage, server.replicas is None or server.replicas > 1
    if storage is not None and storage.access_mode == "ReadWriteOnce" and (several or server.max_surge):
        reason = "lets one node mount it: further replicas wait for ever on GPUs that are billed"
        way_out = "ReadWriteMany (EFS, FSx), ReadOnlyMany, or no storage"
        yield Problem("storage.access_mode", reason, storage.access_mode, way_out)
    if storage is not None and storage.read_only and not server.model.startswith(f"{storage.path}/"):
        reason = f"is not below {storage.path}, and nothing can be downloaded to a read-only volume"
        yield Problem("model", reason, server.model, f"{storage.path}/<folder of the model>, and shape= or config=")
