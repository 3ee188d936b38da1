"""The configs that come with mig-parted: names an admin can select without writing any.

https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from aicost_iac.catalog.mig_boards import MigGpu, MigProfile, gpus

DISABLED, ENABLED, BALANCED = "all-disabled", "all-enabled", "all-balanced"


def is_bundled(name: str) -> bool:
    """Whether mig-parted's own file holds a config of this name."""
    return name in (DISABLED, ENABLED) or any(layout(name, board) for board in gpus())


@lru_cache(maxsize=1024)
def layout(name: str, board: MigGpu) -> Mapping[str, int]:
    """What a bundled config makes of a board; empty where it makes nothing of it."""
    if name == BALANCED:
        return _balanced(board)
    wanted = name.removeprefix("all-")
    full = {each.profile.replace("+", "."): each for each in board.profiles}
    return {full[wanted].profile: full[wanted].max_instances} if name != wanted and wanted in full else {}


def _balanced(board: MigGpu) -> Mapping[str, int]:
    """One instance of each size that doubles up to half the board, and two of the smallest."""
    sizes = (1, 2, 3) if board.compute_slices == 7 else (1, 2) if board.compute_slices == 4 else ()
    return {_smallest(board, size).profile: 2 if size == 1 else 1 for size in sizes}


def _smallest(board: MigGpu, compute_slices: int) -> MigProfile:
    alike = [each for each in board.profiles if each.plain and each.compute_slices == compute_slices]
    return min(alike, key=lambda each: each.memory_gb)
