"""A placement as a person sees it: memory slices from left to right, and who has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from aicost_iac import catalog
from aicost_iac.catalog.mig import Layout, MigGpu, Placed


def draw(board: MigGpu, layout: Layout) -> str:
    """A placement of a layout: a line with the numbers of the memory slices, and one with the instances.

        0       1       2       3       4       5       6       7
        [3g.40gb                       ][2g.20gb       ][2g.20gb       ]

    Memory in no instance is drawn as dots. The driver may choose another placement of the same layout.
    """
    placed = sorted(catalog.mig.place(board, layout) or (), key=lambda each: each.start)
    width = max([3, *(ceil((len(each.profile) + 2) / each.size) for each in placed)])
    numbers = "".join(str(number).ljust(width) for number in range(board.memory_slices))
    return f"{numbers.rstrip()}\n{''.join(_cells(board, placed, width)).rstrip()}"


def in_words(layout: Layout) -> str:
    """`1 x 3g.40gb + 2 x 2g.20gb`, the largest first."""
    ordered = sorted(layout.items(), key=lambda pair: pair[0], reverse=True)
    return " + ".join(f"{count} x {name}" for name, count in ordered) or "a whole GPU"


def _cells(board: MigGpu, placed: Sequence[Placed], width: int) -> Iterator[str]:
    end = 0
    for each in placed:
        yield "." * (each.start - end) * width
        yield f"[{each.profile.ljust(each.size * width - 2)}]"
        end = each.start + each.size
    yield "." * (board.memory_slices - end) * width
