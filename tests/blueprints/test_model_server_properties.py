"""Any server that is accepted fits, is what an API server takes, and leaves the rules nothing to say."""

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicost_iac import Blueprint, InvalidBlueprint, MigSlice, ModelServer, SecretKey, WholeGpus, catalog
from aicost_iac.blueprints._serving.settings import BITS
from aicost_iac.catalog import fitting
from tests.blueprints.serving import findings, plan, server, sliced_nodes, whole_nodes
from tests.kubernetes.strict import assert_valid

GIB = 2**30
LAYOUTS = ({"1g.10gb": 7}, {"3g.40gb": 2}, {"1g.20gb": 4}, {"2g.20gb": 2, "3g.40gb": 1}, {"7g.80gb": 1})
MACHINES = (("g6e.xlarge", 1), ("g6e.12xlarge", 4), ("g5.12xlarge", 4), ("p5.48xlarge", 8), ("p4d.24xlarge", 8))
WEIGHTS = st.sampled_from([None, *BITS])
RULES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@dataclass(frozen=True)
class Place:
    """Nodes, and what a replica takes of them."""

    items: tuple[Blueprint, ...]
    fields: dict[str, Any]


@st.composite
def slices(draw: st.DrawFn) -> Place:
    layout = draw(st.sampled_from(LAYOUTS))
    cut, nodes = sliced_nodes(layout)
    profile = draw(st.sampled_from(sorted(layout)))
    return Place((cut, nodes), {"placement": nodes.placement, "accelerator": MigSlice(profile=profile)})


@st.composite
def wholes(draw: st.DrawFn) -> Place:
    machine, most = draw(st.sampled_from(MACHINES))
    count = draw(st.sampled_from([each for each in (1, 2, 4, 8) if each <= most]))
    nodes = whole_nodes(machine)
    return Place((nodes,), {"placement": nodes.placement, "accelerator": WholeGpus(count=count)})


@st.composite
def loads(draw: st.DrawFn) -> dict[str, Any]:
    """What is served, and how."""
    fields: dict[str, Any] = {
        "model": draw(st.sampled_from(catalog.models())),
        "quantization": draw(WEIGHTS),
        "max_model_len": draw(st.sampled_from([512, 2048, 4096, 8192, 32_768])),
        "concurrency": draw(st.integers(1, 64)),
        "memory_utilization": draw(st.sampled_from([0.8, 0.9, 0.95])),
        "kv_cache_type": draw(st.sampled_from(["auto", "fp8"])),
    }
    return fields


@st.composite
def runnings(draw: st.DrawFn) -> dict[str, Any]:
    """How it is run, without a word of memory."""
    token = SecretKey(secret="hugging-face", key="token")
    return {
        "replicas": draw(st.sampled_from([None, 1, 2, 5])),
        "max_surge": draw(st.sampled_from([0, 1])),
        "engine": draw(st.sampled_from(["vllm", "tgi"])),
        "load_seconds": draw(st.none() | st.integers(1, 3600)),
        "hugging_face_token": draw(st.sampled_from([None, token])),
        "prometheus_namespace": draw(st.sampled_from([None, "monitoring"])),
        "client_namespaces": draw(st.sampled_from([(), ("apps",)])),
    }


def needed_gib(chosen: ModelServer, concurrency: int) -> float:
    """What each device of a replica holds, worked out from the sizes of the model."""
    model, ranks = catalog.model(chosen.shape or chosen.model), chosen.accelerator.count
    bits = BITS[chosen.quantization] if chosen.quantization else 16
    weights = (model.parameters - model.embedding_parameters) * bits / 8 + model.embedding_parameters * 2
    heads = -(-model.kv_heads // ranks)
    token = 2 * model.layers * heads * model.head_dim * (2 if chosen.kv_cache_type == "auto" else 1)
    return (weights / ranks + token * chosen.max_model_len * concurrency) / GIB + 2


def may_use_gib(chosen: ModelServer) -> float:
    """What a server takes of the memory its device really has."""
    place, wanted = chosen.placement, chosen.accelerator
    if isinstance(wanted, MigSlice):
        usable = catalog.mig.gpu(place.gpu).profile(wanted.profile).planning_memory_gib
    else:
        usable = fitting.usable_gib(place.gpu)
    return usable * chosen.memory_utilization


@given(slices() | wholes(), loads())
@settings(max_examples=100, deadline=None)
def test_what_is_accepted_fits_with_every_number_of_sequences(place: Place, load: dict[str, Any]) -> None:
    try:
        chosen = server(**place.fields, **load)
    except InvalidBlueprint as refused:
        fields = {problem.field.partition(".")[0] for problem in refused.problems}
        assert fields <= {"accelerator", "max_model_len"}
        return
    assert all(needed_gib(chosen, count) <= may_use_gib(chosen) + 1e-6 for count in range(1, chosen.concurrency + 1))


@given(slices() | wholes(), loads())
@settings(max_examples=100, deadline=None)
def test_what_is_refused_for_its_size_does_not_fit(place: Place, load: dict[str, Any]) -> None:
    try:
        server(**place.fields, **load)
    except InvalidBlueprint as refused:
        if not all("is too small" in str(problem) for problem in refused.problems):
            return
        unchecked = ModelServer.model_construct(**{"engine": "vllm", "name": "chat", **place.fields, **load})
        assert needed_gib(unchecked, load["concurrency"]) > may_use_gib(unchecked)


@given(slices() | wholes(), loads(), runnings())
@RULES
def test_schemas_and_rules_have_nothing_to_say(place: Place, load: dict[str, Any], running: dict[str, Any]) -> None:
    load |= {"max_model_len": min(load["max_model_len"], 4096), "concurrency": min(load["concurrency"], 4)}
    try:
        chosen = server(**place.fields, **load, **running)
    except InvalidBlueprint:
        return
    assert_valid(plan(chosen).objects)
    said = {f"{each.rule} {each.message}" for each in findings([*place.items, chosen]) if each.rule != "MIG012"}
    assert said == set()
