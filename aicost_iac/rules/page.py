"""A rule's page: its docstring, in four sections.

A title; `What happens:`; `Why it costs:`; `Bad:` and `Good:` with fenced blocks of Kubernetes YAML or Terraform
JSON. The blocks below one heading are one set of files, judged together.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from aicost_iac.rules.registry import Rule

_HEADING = re.compile(r"^(What happens|Why it costs|Bad|Good):[ \n]", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """One block of a page: `language` is `yaml` or `json`."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader is told of a rule; `bad` and `good` hold a set of blocks per heading."""

    title: str
    what: str
    why: str
    bad: tuple[tuple[Example, ...], ...]
    good: tuple[tuple[Example, ...], ...]
    text: str


def page(rule: Rule) -> Page:
    """The page of a rule. Raises `ValueError` for one that lacks a section."""
    text = inspect.cleandoc(rule.doc)
    title, *rest = _HEADING.split(text)
    sections: dict[str, list[str]] = {}
    for heading, content in zip(rest[::2], rest[1::2], strict=True):
        sections.setdefault(heading, []).append(content.strip())
    if lacking := {"What happens", "Why it costs", "Bad", "Good"} - sections.keys():
        raise ValueError(f"{rule.id}: the page lacks {', '.join(sorted(lacking))}")
    return Page(
        title=title.strip(),
        what=sections["What happens"][0],
        why=sections["Why it costs"][0],
        bad=tuple(_blocks(content) for content in sections["Bad"]),
        good=tuple(_blocks(content) for content in sections["Good"]),
        text=text,
    )


def _blocks(content: str) -> tuple[Example, ...]:
    return tuple(Example(language, text) for language, text in _BLOCK.findall(content))
