"""What part of a node one MIG slice pays for: what a layout strands is charged to the slices that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from aicost_iac import catalog
from aicost_iac.catalog import mig_bundled
from aicost_iac.catalog.mig import MigGpu, MigProfile
from aicost_iac.cost.site import Site
from aicost_iac.rules.reading.mig_layouts import LABEL, Config, config_files
from aicost_iac.rules.reading.pools import Pool
from aicost_iac.rules.world import World


def part_of_gpu(board: MigGpu, resource: str, pool: Pool | None, site: Site) -> Fraction | None:
    """The part of one GPU that a slice pays for, None where the GPU offers no such slice.

    Slices of one layout share the price by their memory: seven `1g.10gb` pay a seventh each, although the board has
    eight memory slices. Without a known layout the GPU is taken to be cut into such slices only.
    """
    profile = next((each for each in board.profiles if each.resource_name == resource), None)
    if profile is None:
        return None
    layout = _layout(board, pool, site.world) or {profile.profile: profile.max_instances}
    if not layout.get(profile.profile):
        return None
    total = sum(count * _profile(board, name).memory_slices for name, count in layout.items())
    return Fraction(profile.memory_slices, total)


def _profile(board: MigGpu, name: str) -> MigProfile:
    return board.profile(name)


def _layout(board: MigGpu, pool: Pool | None, world: World) -> Mapping[str, int] | None:
    """What the config that a pool's nodes are labelled with makes of a board; None where nobody says."""
    for name in sorted(pool.label(LABEL)) if pool else ():
        for config in _configs(world):
            if config.name == name:
                return _of(config, board)
        if bundled := mig_bundled.layout(name, board):
            return bundled
    return None


def _configs(world: World) -> Iterator[Config]:
    return (config for file in world.once(config_files) for config in file.configs)


def _of(config: Config, board: MigGpu) -> Mapping[str, int] | None:
    """The layout of a config on a board, where the board can hold it."""
    for group in config.groups:
        if group.enabled and (group.boards is None or board in group.boards):
            layout = group.profiles_on(board)
            return layout if layout and catalog.mig.feasible(board, layout) else None
    return None
