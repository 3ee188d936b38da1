"""What the NVIDIA GPU operator of a set was told: by its ClusterPolicy, or by the values of its Helm chart.

https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.device_plugin import mig_strategies
from aicost_iac.rules.reading.documents import read_yaml
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

CHART = "gpu-operator"
# What mig-manager applies to a node without a label, and the namespace the chart is documented with.
DEFAULT_CONFIG = "all-disabled"
# What the operator calls its own file, and reads where nothing else is named.
DEFAULT_MAP = "default-mig-parted-config"


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `strategy` and `config_map` are None where unknown; `config_map` is empty where none is named."""

    subject: Subject
    path: Path
    strategy: str | None
    config_map: str | None
    default_config: str
    namespace: str | None
    spec: Block
    """What it was told: the spec of its policy, or the values of its chart."""
    sealed: bool
    """Whether that is all it was told."""


def operators(world: World) -> tuple[Operator, ...]:
    """Every operator of a world; ask `world.once` for it."""
    return (*_policies(world), *_releases(world), *_terraform(world))


def config_maps(world: World) -> frozenset[str | None]:
    """The ConfigMaps that operators name, None among them where one is unknown; ask `world.once` for it."""
    return frozenset(each.config_map for each in world.once(operators))


def readers(config_map: str, world: World) -> tuple[Operator, ...]:
    """The operators that name a ConfigMap, one for each way to read it."""
    return world.once(_by_map).get(config_map, ())


def _by_map(world: World) -> dict[str, tuple[Operator, ...]]:
    found: dict[str, dict[tuple[str | None, str], Operator]] = {}
    for each in world.once(operators):
        found.setdefault(each.config_map or "", {}).setdefault((each.namespace, each.default_config), each)
    return {name: tuple(those.values()) for name, those in found.items()}


def operators_of(subject: Subject, world: World) -> tuple[Operator, ...]:
    """The operators that a subject installs or configures."""
    return world.once(_by_subject).get(id(subject), ())


def _by_subject(world: World) -> dict[int, tuple[Operator, ...]]:
    found: dict[int, tuple[Operator, ...]] = {}
    for each in world.once(operators):
        found[id(each.subject)] = (*found.get(id(each.subject), ()), each)
    return found


def strategy(world: World) -> str | None:
    """The MIG strategy of the cluster, None where nobody says it or two say different things."""
    if world.facts.cluster.mig_strategy is not None:
        return world.facts.cluster.mig_strategy
    return world.once(_strategy)


def honors_labels(world: World) -> bool | None:
    """Whether the scrape of dcgm-exporter keeps the labels of workloads, None where nobody says it."""
    if world.facts.cluster.honor_labels is not None:
        return world.facts.cluster.honor_labels
    return world.once(_honoured)


def _strategy(world: World) -> str | None:
    said = {each.strategy for each in world.once(operators)} | world.once(mig_strategies)
    return next(iter(said)) if len(said) == 1 else None


def _honoured(world: World) -> bool | None:
    monitors = [each.spec.block("dcgmExporter", "serviceMonitor") for each in world.once(operators)]
    said = [each.flag("honorLabels") for each in monitors if not each.absent("honorLabels")]
    return said[0] if len(set(said)) == 1 else None


def _policies(world: World) -> Iterator[Operator]:
    """The operator runs in one namespace with what it manages; the policy itself has none."""
    for subject in world.of("ClusterPolicy"):
        yield _operator(subject, Block(subject.body).block("spec"), None, chart=False)


def _releases(world: World) -> Iterator[Operator]:
    for subject in world.of("HelmRelease"):
        spec = Block(subject.body).block("spec")
        if spec.block("chart", "spec").text("chart") == CHART:
            complete = spec.absent("valuesFrom")
            namespace = spec.text("targetNamespace") or subject.namespace
            yield _operator(subject, spec.block("values"), namespace, chart=complete)


def _terraform(world: World) -> Iterator[Operator]:
    """https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release"""
    for subject in world.of("helm_release"):
        body = Block(subject.body)
        if (body.text("chart") or "").rpartition("/")[2] == CHART:
            complete = not (body.unsure("set") and not body.absent("set")) and _all_literal(body.get("values"))
            yield _operator(subject, Block(_values(body)), body.text("namespace"), chart=complete)


def _operator(subject: Subject, spec: Block, namespace: str | None, *, chart: bool) -> Operator:
    """`chart`: the chart's defaults stand for what is not written, and everything that is written is known."""
    config = spec.block("migManager", "config")
    named = config.text("name")
    written = config.body.get("name")
    unnamed = "" if (chart or subject.kind == "ClusterPolicy") and written in (None, "") else None
    return Operator(
        subject=subject,
        path=config.path,
        strategy=spec.block("mig").text("strategy")
        or ("single" if chart and spec.block("mig").absent("strategy") else None),
        config_map=named or unnamed,
        default_config=config.text("default") or DEFAULT_CONFIG,
        namespace=namespace,
        spec=spec,
        sealed=chart or subject.kind == "ClusterPolicy",
    )


def _values(release: Block) -> dict[str, Any]:
    """The values of a release: its YAML documents, then what is set one by one."""
    merged: dict[str, Any] = {}
    for _, text in release.texts("values"):
        try:
            read = read_yaml(text, "values")
        except UnreadableDocument:
            continue
        merged = _merge(merged, read if isinstance(read, dict) else {})
    for each in release.blocks("set"):
        if name := each.text("name"):
            _put(merged, name.split("."), each.get("value"))
    return merged


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _put(values: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        inner = values.get(key)
        values[key] = dict(inner) if isinstance(inner, dict) else {}
        values = values[key]
    values[keys[-1]] = value


def _all_literal(values: Any) -> bool:
    listed = values if isinstance(values, list) else [values]
    return all(each is None or literal(each) is not None for each in listed)
