"""mig-parted configurations inside ConfigMaps, and the layouts in them.

https://github.com/NVIDIA/mig-parted#creating-a-configuration-file
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aicost_iac import catalog
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.errors import CatalogError, UnreadableDocument
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.documents import read_yaml
from aicost_iac.rules.reading.pools import Pool, pools
from aicost_iac.rules.reading.values import Block, whole
from aicost_iac.rules.world import Subject, World

LABEL = "nvidia.com/mig.config"
# The key that mig-manager reads.
FILE = "config.yaml"

_DEVICE_ID = re.compile(r"0x[0-9A-Fa-f]{8}(:0x[0-9A-Fa-f]{8})?")
# Releases of mig-parted before 0.13 named some profiles of GB200 otherwise.
_RENAMED = {"1g.24gb": "1g.23gb", "3g.95gb": "3g.93gb", "4g.95gb": "4g.93gb", "7g.189gb": "7g.186gb"}


@dataclass(frozen=True)
class Group:
    """One entry of a config: which devices, and what each of them is cut into."""

    path: Path
    block: Block

    @property
    def enabled(self) -> bool:
        return self.block.flag("mig-enabled") is True

    @cached_property
    def layout(self) -> Mapping[str, int] | None:
        """Counts by profile, None where one of them is no number."""
        counts = {name: whole(count) for name, count in self.block.block("mig-devices").body.items()}
        known = {str(name): count for name, count in counts.items() if count is not None and count >= 0}
        return known if len(known) == len(counts) else None

    @property
    def ids(self) -> tuple[tuple[Path, str], ...]:
        """The PCI ids of its device filter, as written."""
        return self.block.texts("device-filter")

    @property
    def well_formed(self) -> tuple[str, ...]:
        """The ids that mig-parted can read: it drops the others without a word."""
        return tuple(text for _, text in self.ids if _DEVICE_ID.fullmatch(text))

    @cached_property
    def boards(self) -> tuple[MigGpu, ...] | None:
        """The boards its filter names, None without a filter: then it is for whatever the node has."""
        if self.block.absent("device-filter"):
            return None
        found = (_board(text) for text in self.well_formed)
        return tuple({board.model: board for board in found if board is not None}.values())

    def profiles_on(self, board: MigGpu) -> dict[str, int]:
        """The layout in the board's own names."""
        own = {each.profile for each in board.profiles}
        renamed = _RENAMED if board.model.startswith("GB200") else {}
        layout = self.layout or {}
        return {name if name in own else renamed.get(name, name): count for name, count in layout.items() if count}


@dataclass(frozen=True)
class Config:
    """One named config of a file: what the node label selects."""

    name: str
    groups: tuple[Group, ...]
    path: Path


@dataclass(frozen=True)
class ConfigFile:
    """A ConfigMap that holds a mig-parted file under `key`; `problem` says why it can not be read."""

    subject: Subject
    key: str
    configs: tuple[Config, ...]
    problem: UnreadableDocument | None = None

    @property
    def path(self) -> Path:
        return ("data", self.key)


def config_files(world: World) -> tuple[ConfigFile, ...]:
    """Every mig-parted file of a world; ask `world.once` for it."""
    return tuple(found for subject in world.of("ConfigMap") for found in _files(subject))


def files_of(subject: Subject, world: World) -> tuple[ConfigFile, ...]:
    """The mig-parted files in a ConfigMap."""
    return world.once(_by_subject).get(id(subject), ())


def selected(world: World) -> Mapping[str, tuple[Pool, ...]]:
    """The pools whose nodes are labelled with each config; ask `world.once` for it."""
    found: dict[str, list[Pool]] = {}
    for pool in world.once(pools):
        for name in pool.label(LABEL):
            found.setdefault(name, []).append(pool)
    return {name: tuple(those) for name, those in found.items()}


def boards_of(pool: Pool) -> tuple[MigGpu, ...] | None:
    """The MIG boards of a pool's machines, None where they are unknown."""
    if pool.accelerators is None:
        return None
    return tuple(each for name in sorted(pool.accelerators) if (each := board_named(name)))


def chosen_boards(config: str, world: World) -> tuple[MigGpu, ...]:
    """What the pools that select a config are made of; nothing unless all of them are known."""
    return world.once(_chosen_boards).get(config, ())


def _chosen_boards(world: World) -> Mapping[str, tuple[MigGpu, ...]]:
    found: dict[str, tuple[MigGpu, ...]] = {}
    for config, chosen in world.once(selected).items():
        every = [boards_of(pool) for pool in chosen]
        boards = {board.model: board for known in every for board in known or ()}
        found[config] = tuple(boards.values()) if all(every) else ()
    return found


def _by_subject(world: World) -> Mapping[int, tuple[ConfigFile, ...]]:
    found: dict[int, tuple[ConfigFile, ...]] = {}
    for each in world.once(config_files):
        found[id(each.subject)] = (*found.get(id(each.subject), ()), each)
    return found


def _files(subject: Subject) -> Iterator[ConfigFile]:
    for key, text in Block(subject.body).block("data").body.items():
        if isinstance(text, str) and "mig-configs" in text:
            yield _file(subject, key, text)


def _file(subject: Subject, key: str, text: str) -> ConfigFile:
    try:
        read = read_yaml(text, f"{subject.node.address} {key}")
    except UnreadableDocument as problem:
        return ConfigFile(subject, key, (), problem)
    configs = Block(read).block("mig-configs") if isinstance(read, dict) else Block({})
    return ConfigFile(subject, key, tuple(_configs(configs, ("data", key))))


def _configs(configs: Block, path: Path) -> Iterator[Config]:
    for name in configs.body:
        groups = tuple(Group((*path, *each.path), each) for each in configs.blocks(name))
        yield Config(str(name), groups, (*path, *configs.at(name)))


def _board(device_id: str) -> MigGpu | None:
    try:
        return catalog.mig.gpu_of_device(device_id)
    except CatalogError:
        return None


def board_named(accelerator: str) -> MigGpu | None:
    """The MIG board of an accelerator, None for one without MIG."""
    try:
        return catalog.mig.gpu(accelerator)
    except CatalogError:
        return None


def in_words(layout: Mapping[str, int]) -> str:
    """A layout as a person writes it: `2 x 3g.40gb + 1 x 1g.10gb`."""
    return " + ".join(f"{count} x {name}" for name, count in layout.items()) or "nothing"


def known_ids() -> Mapping[str, str]:
    """The PCI ids of MIG boards, as mig-parted writes them, by their casefolded form."""
    return {each.casefold(): each for board in catalog.mig.gpus() for each in board.device_ids}
