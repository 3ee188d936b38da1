"""`python -m benchmarks [TOPIC]...`: one table on stdout; exit 1 when a ratio misses its goal."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType

from benchmarks import topics
from benchmarks.clock import REPOSITORY, compile_bytecode
from benchmarks.row import NotMeasured, Row

HEADINGS = ("topic", "what", "ours", "against", "other", "ratio", "goal", "")


def main(wanted: Sequence[str]) -> int:
    """Measures the topics of these names, or all."""
    known = [module.name for module in pkgutil.iter_modules(topics.__path__)]
    if unknown := [name for name in wanted if name not in known]:
        print(f"there is no topic {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    compile_bytecode(*(REPOSITORY / folder for folder in ("aicost_iac", "benchmarks", "stacks", "tests")))
    measured = {name: list(_rows(name)) for name in wanted or known}
    print(table(measured))
    return 0 if all(row.met for rows in measured.values() for row in rows) else 1


def table(measured: dict[str, list[Row]]) -> str:
    """Markdown, aligned."""
    lines = [HEADINGS, *(_cells(topic, row) for topic, rows in measured.items() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines)


def _rows(name: str) -> Iterator[Row]:
    topic: ModuleType = import_module(f"{topics.__name__}.{name}")
    print(f"measuring {name}: {(topic.__doc__ or '').splitlines()[0]}", file=sys.stderr)
    try:
        yield from topic.rows()
    except NotMeasured as reason:
        print(f"not measured: {name}: {reason}", file=sys.stderr)


def _cells(topic: str, row: Row) -> tuple[str, ...]:
    ours, other = f"{row.ours:.3g} {row.unit}", f"{row.other:.3g} {row.unit}"
    goal, verdict = (str(row.goal), "met" if row.met else "MISSED") if row.goal else ("", "")
    return topic, row.what, ours, row.against, other, f"{row.ratio:.2f}x", goal, verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
