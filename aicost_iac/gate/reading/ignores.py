"""Suppressions that people write into files: `aicost:ignore KEDA001 why it is right here`.

In a comment of YAML, HCL, shell or Python, in a `"//"` property of Terraform JSON, or, without the marker and one a
line, in the annotation `aicost.dev/ignore`. A reason that is missing is reported by the rules' engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from aicost_iac.fields import Suppress
from aicost_iac.gate.places import Found
from aicost_iac.kubernetes.manifest import OWN
from aicost_iac.plan import KubeObject

MARKER = "aicost:ignore"
ANNOTATION = f"{OWN}ignore"

_COMMENT = re.compile(rf"(?:#|//|/\*)[ \t]*{MARKER}\b[ \t]*([^\n]*)")

# The line (from 1) a comment stands on, and what it says.
Comment = tuple[int, Suppress]


def comments(text: str, line: int = 1) -> list[Comment]:
    """The suppressions in the comments of a text that starts on `line`."""
    if MARKER not in text:
        return []
    said: list[Comment] = []
    position = 0
    for each in _COMMENT.finditer(text):
        line += text.count("\n", position, each.start())
        position = each.start()
        said.append((line, suppression(each[1])))
    return said


def suppression(words: str) -> Suppress:
    """A rule's id, then the reason."""
    rule, _, reason = words.strip().removesuffix("*/").strip().partition(" ")
    return Suppress.model_construct(rule=rule.rstrip(":,"), reason=reason.strip(" :-"))


def annotated(node: KubeObject) -> tuple[Suppress, ...]:
    """The suppressions of an object's own annotation."""
    written = node.annotations.get(ANNOTATION)
    lines = written.splitlines() if isinstance(written, str) else []
    return tuple(suppression(line) for line in lines if line.strip())


def noted(comment: Any) -> tuple[Suppress, ...]:
    """The suppressions in a `"//"` property that is text, or a list of texts."""
    texts = comment if isinstance(comment, list) else [comment]
    marked = (text.strip() for text in texts if isinstance(text, str))
    return tuple(suppression(text.removeprefix(MARKER)) for text in marked if text.startswith(MARKER))


def suppressing(found: Found, more: Sequence[Suppress]) -> Found:
    """The same, with more suppressions."""
    return replace(found, node=replace(found.node, suppress=(*found.node.suppress, *more))) if more else found


def given(found: Iterable[Found], said: Sequence[Comment]) -> Iterator[Found]:
    """Each comment given to the node it stands in or above: the last one that starts at or just below its line."""
    nodes = list(found)
    starts = [each.locate(())[0] for each in nodes] if said else []
    owned: dict[int, list[Suppress]] = {}
    for line, suppress in said:
        before = [i for i, start in enumerate(starts) if start <= line + 1]
        owned.setdefault(before[-1] if before else 0, []).append(suppress)
    return (suppressing(each, owned.get(i, ())) for i, each in enumerate(nodes))
