"""Configurations of NVIDIA's device plugin in ConfigMaps: how a GPU is shared.

https://github.com/NVIDIA/k8s-device-plugin#configuring-the-nvidia-device-plugin-binary
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost_iac.errors import UnreadableDocument
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.documents import read_yaml
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject, World

SLICED, PROCESSES = "timeSlicing", "mps"


@dataclass(frozen=True, slots=True)
class Sharing:
    """One way to share one resource. `advertised` is what pods ask for; `strict` whether only one may be asked for."""

    subject: Subject
    path: Path
    way: str
    resource: str
    replicas: int | None
    advertised: str
    strict: bool
    mig_strategy: str | None


def sharings(world: World) -> tuple[Sharing, ...]:
    """Every shared resource of a world; ask `world.once` for it."""
    return tuple(found for subject in world.of("ConfigMap") for found in _in(subject))


def mig_strategies(world: World) -> frozenset[str | None]:
    """The MIG strategies that configurations of the plugin say."""
    found = (config for subject in world.of("ConfigMap") for _, config in _configs(subject, "migStrategy:"))
    flags = (config.block("flags") for config in found)
    return frozenset(each.text("migStrategy") for each in flags if not each.absent("migStrategy"))


def _in(subject: Subject) -> Iterator[Sharing]:
    for path, config in _configs(subject, "sharing:"):
        yield from _shared(subject, path, config)


def _configs(subject: Subject, mark: str) -> Iterator[tuple[Path, Block]]:
    """The documents in a ConfigMap that have a mark, where they stand."""
    for key, text in Block(subject.body).block("data").body.items():
        if isinstance(text, str) and mark in text:
            try:
                read = read_yaml(text, f"{subject.node.address} {key}")
            except UnreadableDocument:
                continue
            if isinstance(read, dict):
                yield ("data", key), Block(read)


def _shared(subject: Subject, path: Path, config: Block) -> Iterator[Sharing]:
    strategy = config.block("flags").text("migStrategy")
    for way in (SLICED, PROCESSES):
        settings = config.block("sharing", way)
        renamed, strict = settings.flag("renameByDefault") is True, settings.flag("failRequestsGreaterThanOne") is True
        for each in settings.blocks("resources"):
            if name := each.text("name"):
                shown = each.text("rename") or (f"{name}.shared" if renamed else name)
                yield Sharing(subject, path, way, name, each.whole("replicas"), shown, strict, strategy)
