"""Does the model fit? Its shape, what a replica of it serves, and the way out when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aicost_iac import catalog
from aicost_iac.blueprints._serving.settings import BITS
from aicost_iac.catalog import ModelShape, fitting
from aicost_iac.catalog.hugging_face import shape_of
from aicost_iac.catalog.memory import OVERHEAD_GIB, Fit, Serving, fit
from aicost_iac.errors import CatalogError, Problem
from aicost_iac.kubernetes.placement import MigSlice

if TYPE_CHECKING:
    from aicost_iac.blueprints.model_server import ModelServer

# The region whose list prices stand for all where none is known yet.
REGION = "us-east-1"


def shape(server: ModelServer) -> ModelShape:
    """The model's shape. Raises `UnknownName` and `ValueError`."""
    if server.config is not None:
        return shape_of(server.config, server.model)
    return catalog.model(server.shape or server.model)


def serving(server: ModelServer) -> Serving:
    """What one replica serves."""
    speculative = server.speculative.model_gib if server.speculative else None
    return Serving(
        model=shape(server),
        max_model_len=server.max_model_len,
        concurrency=server.concurrency,
        weight_bits=BITS[server.quantization] if server.quantization else 16,
        kv_bits=16 if server.kv_cache_type == "auto" else 8,
        overhead_gib=OVERHEAD_GIB + (speculative or 0),
        tensor_parallel=server.accelerator.count,
    )


def usable_gib(server: ModelServer) -> float:
    """What each of the replica's devices offers, GiB."""
    wanted = server.accelerator
    if isinstance(wanted, MigSlice):
        return server.placement.profile(wanted).planning_memory_gib
    return fitting.usable_gib(server.placement.gpu)


def needed(server: ModelServer) -> Fit:
    """What each of the replica's devices must hold, and may."""
    return fit(serving(server), usable_gib(server), server.memory_utilization)


def shape_problems(server: ModelServer) -> Iterator[Problem]:
    """Why the model's shape is not known, or what it forbids."""
    if server.config is not None and server.shape is not None:
        yield Problem("shape", "and config are two answers to one question", server.shape, "keep one")
    field = "config" if server.config is not None else "shape" if server.shape else "model"
    try:
        known = shape(server)
    except (CatalogError, ValueError) as error:
        way_out = (
            "shape= a model of the same sizes, or config= the contents of its config.json (ModelServer.read_config)"
        )
        yield Problem(field, str(error), None, "" if field == "config" else way_out)
        return
    if known.max_positions is not None and server.max_model_len > known.max_positions:
        reason = f"is more than the {known.max_positions} positions {known.name} was made for"
        yield Problem("max_model_len", reason, server.max_model_len)
    count = server.accelerator.count
    if known.attention_heads % count:
        reason = f"can not share the {known.attention_heads} attention heads of {known.name} evenly"
        yield Problem("accelerator.count", reason, count)


def fit_problems(server: ModelServer) -> Iterator[Problem]:
    """Too much model for its device, and the smallest that holds it. Only for a server without other problems."""
    have = needed(server)
    if have.fits:
        return
    where = server.accelerator
    yield Problem(
        "accelerator.profile" if isinstance(where, MigSlice) else "accelerator",
        f"is too small: {server.model} needs {have.needed_gib:.1f} GiB of each device (weights {have.weights_gib:.1f}, "
        f"KV cache of {server.concurrency} x {server.max_model_len} tokens {have.kv_gib:.1f}, overhead "
        f"{have.overhead_gib:.1f}) and may use {have.budget_gib:.1f} of {usable_gib(server):.1f}",
        where.profile if isinstance(where, MigSlice) else where.count,
        _way_out(server),
    )


def _way_out(server: ModelServer) -> str:
    wanted = serving(server)
    ways = [*_same_board(server, wanted), *_cheapest(server, wanted)]
    most = catalog.memory.max_concurrency(wanted, usable_gib(server), server.memory_utilization)
    if most:
        ways.append(f"concurrency={most}")
    return ", or ".join(ways) or "no accelerator of the catalog holds it: fewer bits, a shorter max_model_len"


def _same_board(server: ModelServer, wanted: Serving) -> Iterator[str]:
    if not isinstance(server.accelerator, MigSlice):
        return
    board = catalog.mig.gpu(server.placement.gpu)
    profile = fitting.smallest_slice(wanted, board, server.memory_utilization)
    if profile is not None:
        held = fitting.slice_of(server.placement.gpu, profile, REGION)
        yield f"the smallest slice of this GPU that fits is {priced(held)}"


def _cheapest(server: ModelServer, wanted: Serving) -> Iterator[str]:
    found = fitting.cheapest(wanted, REGION, server.memory_utilization)
    if found is not None:
        yield f"the cheapest place that fits is {priced(found)}"


def priced(holder: fitting.Holder) -> str:
    """`1g.20gb of H100 ($1.72 an hour)`."""
    return holder.name if holder.usd_hour is None else f"{holder.name} (${holder.usd_hour:.2f} an hour)"
