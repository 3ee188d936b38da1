"""Can these instances share one GPU? Every choice of starts is tried: slow, and without the product's search."""

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from aicost_iac.catalog.mig import MigGpu


def has_placement(board: MigGpu, layout: Mapping[str, int]) -> bool:
    """Whether every instance gets one of its starts, no two overlap, and the board's limits hold."""
    profiles = {each.profile: each for each in board.profiles}
    wanted = {name: count for name, count in layout.items() if count}
    if not wanted.keys() <= profiles.keys() or sum(wanted.values()) > board.max_instances:
        return False
    if any(count > profiles[name].max_instances for name, count in wanted.items()):
        return False
    if sum(profiles[name].compute_slices * count for name, count in wanted.items()) > board.compute_slices:
        return False
    if sum(count for name, count in wanted.items() if "+me" in name) > 1:
        return False
    choices = [list(combinations(profiles[name].starts, count)) for name, count in wanted.items()]
    sizes = [profiles[name].memory_slices for name in wanted]
    return any(_disjoint(chosen, sizes) for chosen in product(*choices))


def layouts(board: MigGpu) -> Iterator[dict[str, int]]:
    """Every layout of the board without media variants."""
    plain = [each for each in board.profiles if "+" not in each.profile and "-" not in each.profile]
    for counts in product(*(range(each.max_instances + 1) for each in plain)):
        layout = {each.profile: count for each, count in zip(plain, counts, strict=True) if count}
        if layout and has_placement(board, layout):
            yield layout


def _disjoint(chosen: tuple[tuple[int, ...], ...], sizes: list[int]) -> bool:
    taken = [
        piece
        for starts, size in zip(chosen, sizes, strict=True)
        for start in starts
        for piece in range(start, start + size)
    ]
    return len(taken) == len(set(taken))
