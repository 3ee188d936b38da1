"""Requests to AWS, however they are spelled: names are compared without regard to case, `-` and `_`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.requests import AwsRequest
from aicost_iac.rules.world import Subject

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `path` is where a reader finds it in the node; `state` names the step of the document it stands in,
    empty where the node itself is the request. One that is not `complete` may say more elsewhere. `spelled` are the
    places of fields that the node spells in its own way.
    """

    request: Block
    path: Path = ()
    state: str = ""
    complete: bool = True
    spelled: Mapping[Names, Path] = field(default_factory=dict)

    def at(self, *names: str) -> Path:
        """Where a field stands, as exactly as the node's own body allows."""
        if self.spelled:
            return self.spelled.get(names, ())
        return self.path if self.state else _spelled(self.request, names)

    def block(self, *names: str) -> Block:
        """A block of the request, empty where there is none."""
        found = self.request
        for name in names:
            found = found.block(key(found, name))
        return found

    def number(self, *names: str) -> float | None:
        holder = self.block(*names[:-1])
        return holder.number(key(holder, names[-1]))

    def text(self, *names: str) -> str | None:
        holder = self.block(*names[:-1])
        return holder.text(key(holder, names[-1]))

    def flag(self, *names: str) -> bool | None:
        holder = self.block(*names[:-1])
        return holder.flag(key(holder, names[-1]))

    def absent(self, *names: str) -> bool:
        """Whether it is certain that the request does not say it: not even as a path into the state's input."""
        holder = self.request
        for name in names:
            if _dynamic(holder, name):
                return False
            if holder.absent(key(holder, name)):
                return self.complete
            if name != names[-1] and holder.unsure(key(holder, name)):
                return False
            holder = holder.block(key(holder, name))
        return False

    def unsure(self, *names: str) -> bool:
        """Whether something stands there, or may stand there, whose value nobody knows yet."""
        return not self.absent(*names) and self.text(*names) is None

    def blocks(self, *names: str) -> tuple[Block, ...]:
        """The blocks of a list in the request."""
        holder = self.block(*names[:-1])
        return holder.blocks(key(holder, names[-1]))

    def texts(self, *names: str) -> tuple[tuple[Path, str], ...]:
        """The literal texts of a list in the request, each with its path."""
        holder = self.block(*names[:-1])
        return holder.texts(key(holder, names[-1]))


def asked(subject: Subject) -> Request:
    """What a request node asks for; nothing of any other node."""
    complete = subject.node.complete if isinstance(subject.node, AwsRequest) else False
    return Request(Block(subject.body), complete=complete)


def named(block: Block, name: str) -> str | None:
    """A text in a block of a request, however its name is spelled."""
    return block.text(key(block, name))


def plain(name: str) -> str:
    """A name without what tools write differently."""
    return name.replace("_", "").replace("-", "").lower()


def key(block: Block, name: str) -> str:
    """The spelling of a name in a block; the name itself where it is not there."""
    wanted = plain(name)
    return next((each for each in block.body if plain(each) == wanted), name)


def _dynamic(block: Block, name: str) -> bool:
    """Step Functions marks what comes from the state's input by `.$` at the end of the name."""
    wanted = f"{plain(name)}.$"
    return any(plain(each) == wanted for each in block.body)


def _spelled(block: Block, names: Names) -> Path:
    """As far as the request goes: a block that is not there has no place of its own."""
    for name in names[:-1]:
        if block.absent(key(block, name)):
            return block.at(key(block, name))
        block = block.block(key(block, name))
    return block.at(key(block, names[-1])) if names else block.path
