"""YAML streams as data, document by document, with limits; a broken document does not end the stream.

Composing is done by libyaml where PyYAML has it. What the nodes mean is in `yaml_values`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.reading.yaml_values import TooLarge, value_of

if TYPE_CHECKING:
    import yaml

_START = re.compile(r"^---(?=\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One document: its data, its text with the comments before it, and the line (from 1) that text starts on."""

    data: Any
    text: str
    line: int


def documents(text: str, file: str) -> Iterator[YamlDocument | UnreadableDocument]:
    """The documents of a stream; reading goes on at the next `---` after one that can not be read."""
    start = lines = 0
    while start < len(text):
        broken_at = yield from _stream(text[start:], file, lines)
        following = _START.search(text, start + max(broken_at, 1)) if broken_at is not None else None
        if following is None:
            return
        lines += text.count("\n", start, following.start())
        start = following.start()


def compose(text: str) -> yaml.Node | None:
    """The node graph of one document, with marks; None for text that is none."""
    import yaml

    try:
        return yaml.compose(text, Loader=_loader())
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def _stream(text: str, file: str, lines: int) -> Generator[YamlDocument | UnreadableDocument, None, int | None]:
    """Documents until the first broken one; returns the index of what breaks it, None at the end of the stream."""
    import yaml

    end, end_line = 0, 0
    try:
        loader = _loader()(text)
        while loader.check_node():
            node = loader.get_node()
            yield _document(node, text[end : node.end_mark.index], file, lines + end_line)
            end, end_line = node.end_mark.index, node.end_mark.line
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (lines + mark.line + 1, mark.column + 1) if mark else (0, 0)
        yield UnreadableDocument(file, _reason(error), *place)
        return mark.index if mark else None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        at = min(getattr(error, "position", 0), len(text))
        line = lines + text.count("\n", 0, at) + 1
        yield UnreadableDocument(file, f"is no YAML that can be read: {str(error).partition(chr(10))[0]}", line, 1)
    return None


def _document(node: yaml.Node, text: str, file: str, lines: int) -> YamlDocument | UnreadableDocument:
    try:
        return YamlDocument(value_of(node), text, lines + 1)
    except TooLarge as error:
        mark = error.node.start_mark
        return UnreadableDocument(file, str(error), lines + mark.line + 1, mark.column + 1)


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error).strip()
    return f"{problem} ({error.context})" if error.context else problem


def _loader() -> type[Any]:
    import yaml

    loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader
