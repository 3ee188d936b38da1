"""Who carries which AWS tag, and which tags budgets ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aicost_iac.plan import KubeObject, Resource
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

USER = "user:"
TAG_FILTER = "TagKeyValue"


@dataclass(frozen=True, slots=True)
class Carried:
    """The tags of a world: values by key (None for a value only Terraform knows), and whether there may be others."""

    values: Mapping[str, frozenset[str | None]]
    sealed: bool

    def may_hold(self, key: str, value: str) -> bool:
        """Whether something carries the tag, as far as anyone can tell."""
        held = self.values.get(key, frozenset())
        return not self.sealed or value in held or None in held


@dataclass(frozen=True, slots=True)
class TagFilter:
    """One value of a budget's tag filter: as written, and taken apart where it has the right form."""

    path: Path
    written: str
    key: str
    value: str


def carried(world: World) -> Carried:
    """Every tag that a resource of the world carries or hands on; ask `world.once` for it."""
    values: dict[str, set[str | None]] = {}
    sealed = True
    for subject in world.subjects:
        for holder in _holders(subject):
            sealed = sealed and not any(holder.unsure(key) for key in ("tags", "tag", "tag_specifications"))
            for key, value in _tags(holder):
                values.setdefault(key, set()).add(value)
    return Carried({key: frozenset(found) for key, found in values.items()}, sealed)


def budget_keys(world: World) -> frozenset[str]:
    """The tag keys that budgets of the world filter by; ask `world.once` for it."""
    return frozenset(each.key for budget in world.of("aws_budgets_budget") for each in tag_filters(budget))


def cost_filters(subject: Subject) -> Iterator[tuple[Path, str, Block, str]]:
    """A budget's filters: path of the name, name, the block and the key that hold its values.

    `cost_filters`, a mapping of names to values, is how providers before 4.0 had it.
    """
    body = Block(subject.body)
    for block in body.blocks("cost_filter"):
        if name := block.text("name"):
            yield block.at("name"), name, block, "values"
    for old in body.blocks("cost_filters"):
        for name in old.body:
            yield old.at(name), name, old, name


def tag_filters(subject: Subject) -> Iterator[TagFilter]:
    """The well-formed values of a budget's tag filters."""
    for _, name, block, key in cost_filters(subject):
        if name == TAG_FILTER:
            for path, text in block.texts(key):
                if text.startswith(USER) and "$" in text:
                    tag, _, value = text.removeprefix(USER).partition("$")
                    yield TagFilter(path, text, tag, value)


def _holders(subject: Subject) -> Iterator[Block]:
    """The blocks of a subject that have tags: of its own, or for what it makes."""
    body = Block(subject.body)
    if isinstance(subject.node, KubeObject):
        if subject.kind in ("AWSNodeTemplate", "EC2NodeClass"):
            yield body.block("spec")
    elif isinstance(subject.node, Resource) and subject.node.mode == "resource":
        yield body
        for key in ("default_tags", "launch_specification", "tag_specifications"):
            yield from body.blocks(key)


def _tags(holder: Block) -> Iterator[tuple[str, str | None]]:
    """`tags` as a mapping or as a list of pairs, and the `tag` blocks of an Auto Scaling group."""
    for block in (*holder.blocks("tags"), *holder.blocks("tag")):
        if {"key", "value"} <= block.body.keys():
            yield block.text("key") or "", block.text("value")
        else:
            yield from ((key, literal(value)) for key, value in block.body.items())
