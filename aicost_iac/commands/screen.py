"""Where tables are printed: as wide as the terminal, and wide enough for any of them in a pipe or a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_PIPE = 140


def console() -> Console:
    """rich's console on stdout."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=_PIPE)
