"""The rules that judge a node by itself: one node at a time, they find their bad example and not their good one.

The others need the set a node stands in, which Checkov does not hand to a check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from aicost_iac.gate.loading import load
from aicost_iac.plan import Node
from aicost_iac.rules import Facts, Finding, Rule, Subject, World, all_rules, check, page
from aicost_iac.rules.page import Example
from aicost_iac.rules.world import UNSEEN

# The names under which a page's blocks are read.
_NAMES = {"yaml": "page.yaml", "json": "page.tf.json"}


@dataclass(frozen=True, slots=True)
class AloneRule:
    """A rule as a check: `types` of Terraform it reads, and `kinds` of Kubernetes."""

    rule: Rule
    types: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def check_id(self) -> str:
        return f"CKV_AICOST_{self.rule.id}"

    @property
    def title(self) -> str:
        return page(self.rule).title.rstrip(".")

    @property
    def source(self) -> str:
        return self.rule.source

    @property
    def group(self) -> str:
        return self.rule.group

    def judge(self, node: Node) -> list[Finding]:
        """What the rule says of a node; nothing of what it merely did not see, or the node's author knows of."""
        return _findings(self.rule, node)


@cache
def alone_rules() -> tuple[AloneRule, ...]:
    """Every such rule that reads what Checkov hands to checks."""
    return tuple(filter(_is_read, (_as_check(rule) for rule in all_rules() if _judges_alone(rule))))


def _as_check(rule: Rule) -> AloneRule:
    words = [kind for kind in rule.reads if kind.isidentifier()]
    types = tuple(kind for kind in words if kind[0].islower())
    return AloneRule(rule, types, tuple(kind for kind in words if kind[0].isupper()))


def _is_read(rule: AloneRule) -> bool:
    return bool(rule.types or rule.kinds)


def _judges_alone(rule: Rule) -> bool:
    about = page(rule)
    return _any(rule, about.bad) and not _any(rule, about.good)


def _any(rule: Rule, examples: Iterable[Sequence[Example]]) -> bool:
    return any(_findings(rule, node) for blocks in examples for node in _nodes(blocks))


def _nodes(blocks: Sequence[Example]) -> Iterator[Node]:
    named = ((_NAMES.get(block.language, ""), block.text) for block in blocks)
    texts = {f"{number}.{name}": text for number, (name, text) in enumerate(named) if name}
    return (each.node for each in load((), texts=texts).found)


def _findings(rule: Rule, node: Node) -> list[Finding]:
    report = check(World((Subject(node),), Facts(), complete=False), only=(rule.id,))
    return [each for each in report.findings if each.rule == rule.id and not each.message.endswith(UNSEEN)]
