"""Rules, found in the files of this package: `keda001_scale_to_zero_never_wakes.py` holds KEDA001."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aicost_iac.rules.findings import Group, Severity, Told
from aicost_iac.rules.world import Subject, World

Judge = Callable[[Subject, World], Iterator[Told]]

PACKAGE = "aicost_iac.rules"
_FILE = re.compile(r"([a-z]+\d{3})_[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A judgement on nodes of certain kinds, with what its readers need to know of it.

    `reads` are Terraform types (`data.` before a data source) and Kubernetes kinds; `folded` marks what is true of
    nearly every file: said in one line, behind what discriminates.
    """

    id: str
    name: str
    severity: Severity
    group: Group
    reads: tuple[str, ...]
    source: str
    judge: Judge
    folded: bool = False

    @property
    def doc(self) -> str:
        """The rule's page as written; `page.page` takes it apart."""
        return self.judge.__doc__ or ""

    @property
    def module(self) -> str:
        return self.judge.__module__

    @property
    def path(self) -> str:
        """The rule's file below the repository."""
        return f"{self.module.replace('.', '/')}.py"


def rule(
    id: str,  # noqa: A002 - the field's own name
    name: str,
    *,
    severity: Severity,
    group: Group,
    reads: tuple[str, ...],
    source: str,
    folded: bool = False,
) -> Callable[[Judge], Rule]:
    """Make a rule of a function over one node and the world it stands in."""
    return lambda judge: Rule(id, name, severity, group, reads, source, judge, folded)


def collect(modules: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of some modules, by id. Raises `ValueError` for an id that stands twice or in a file of another."""
    found: dict[str, Rule] = {}
    for module in modules:
        for each in _in_module(module):
            if (other := found.setdefault(each.id, each)) is not each:
                raise ValueError(f"rule id {each.id} stands twice: in {other.module} and in {each.module}")
            if not module.rpartition(".")[2].startswith(f"{each.id.lower()}_"):
                raise ValueError(f"{module} holds {each.id}: a rule's file starts with its id")
    return tuple(found[id_] for id_ in sorted(found))


@cache
def ids() -> tuple[str, ...]:
    """The id of every rule there is; no rule is loaded."""
    return tuple(sorted(_files()))


def some_rules(wanted: Collection[str]) -> tuple[Rule, ...]:
    """The rules of these ids, loaded now; an id without a rule is passed over."""
    return tuple(_one(id_) for id_ in ids() if id_ in wanted)


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    return some_rules(ids())


@cache
def _one(id_: str) -> Rule:
    (only,) = collect([f"{PACKAGE}.{_files()[id_]}"])
    return only


@cache
def _files() -> dict[str, str]:
    found: dict[str, str] = {}
    for info in pkgutil.iter_modules([str(Path(__file__).parent)]):
        name = _FILE.fullmatch(info.name)
        if name and (other := found.setdefault(name[1].upper(), info.name)) != info.name:
            raise ValueError(f"rule id {name[1].upper()} stands twice: in {other} and in {info.name}")
    return found


def _in_module(module: str) -> Iterator[Rule]:
    return (each for each in vars(importlib.import_module(module)).values() if isinstance(each, Rule))
