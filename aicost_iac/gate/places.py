"""Where things stand: files, lines, columns and construct paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aicost_iac.errors import UnreadableDocument
from aicost_iac.plan import Node
from aicost_iac.rules.findings import Path

# Line and column, from 1; (0, 0) is unknown.
Position = tuple[int, int]
Locate = Callable[[Path], Position]

NOWHERE: Position = (0, 0)


def nowhere(path: Path) -> Position:
    """For a node whose file has no lines: plan JSON, output that is not written yet."""
    return NOWHERE


def below(locate: Locate, prefix: Path) -> Locate:
    """What finds places below `prefix`."""
    return (lambda path: locate((*prefix, *path))) if prefix else locate


@dataclass(frozen=True, slots=True)
class Found:
    """A node in a file.

    `locate` finds the place of a path in the node's body, or of the nearest thing above it. `root` is the Terraform
    root or manifest set, `within` the module the node stands in, `construct` who made it.
    """

    node: Node
    file: str
    root: str
    locate: Locate = nowhere
    within: str = ""
    construct: str = ""

    @property
    def address(self) -> str:
        """The address as `terraform plan` and `kubectl` show it."""
        return f"{self.within}.{self.node.address}" if self.within else self.node.address


class TemplateDocument(UnreadableDocument):
    """A file that becomes YAML when some other tool has filled it in."""

    @classmethod
    def of(cls, problem: UnreadableDocument) -> TemplateDocument:
        reason = "is a template: pipe what becomes of it into `aicost check -`, as with `helm template`"
        return cls(problem.file, f"{reason} ({problem.reason})", problem.line, problem.column)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one finding, for a person and for a pull request."""

    address: str
    file: str
    line: int = 0
    column: int = 0
    construct: str = ""
