"""The command line of a container: `--flag value`, `--flag=value`, and what a shell is told to run.

References to the container's own environment are replaced where their values are known:
https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.values import Block, literal

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_CONTROL = frozenset({"&&", "||", ";", "|", "exec"})
_REFERENCE = re.compile(r"(?<!\$)\$\((\w+)\)")
_VARIABLE = re.compile(r"(?<!\$)\$(?:\{(\w+)\}|(\w+))")

# A word as written, None for what is no text; and where it stands.
_Word = tuple[str | None, Path]


@dataclass(frozen=True, slots=True)
class Flag:
    """The value of a flag: None where it is unknown or none is given."""

    value: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class Arguments:
    """Words in their order, None for an unknown one, and the flags among them; the last of a name counts."""

    words: tuple[str | None, ...]
    flags: Mapping[str, Flag]
    unsure: bool
    """Whether a word is unknown in which a flag may hide."""

    def flag(self, *names: str) -> Flag | None:
        """The flag, under the first of its names that is there. Underscores and dashes are alike."""
        return next((self.flags[name] for name in names if name in self.flags), None)

    def value(self, *names: str) -> str | None:
        found = self.flag(*names)
        return found.value if found else None

    def after(self, word: str) -> str | None:
        """The word that follows another, if it is no flag."""
        following = self.words[self.words.index(word) + 1 :][:1] if word in self.words else ()
        return next((each for each in following if each and not each.startswith("-")), None)


def arguments(container: Block) -> Arguments:
    """`command` and `args` of a container, a shell script among them taken apart as far as it is plain."""
    known = {name: value for name, value, _ in environment(container)}
    words = [word for key in ("command", "args") for word in _listed(container, key, known)]
    if words and words[0][0] and words[0][0].rpartition("/")[2] in _SHELLS:
        words = _script(words, known)
    return Arguments(
        tuple(literal(text) for text, _ in words), dict(_flags(words)), any(_hides(*word) for word in words)
    )


def environment(container: Block) -> Iterator[tuple[str, str, Path]]:
    """Environment variables with a literal value, and where it stands."""
    for each in container.blocks("env"):
        name, value = each.text("name"), each.text("value")
        if name is not None and value is not None:
            yield name, value, each.at("value")


def _listed(container: Block, key: str, known: Mapping[str, str]) -> list[_Word]:
    value = container.get(key)
    listed = value if isinstance(value, list) else []
    return [(_expanded(each, known), container.at(key, i)) for i, each in enumerate(listed)]


def _expanded(word: Any, known: Mapping[str, str]) -> str | None:
    """A word with the references that Kubernetes replaces."""
    text = word if isinstance(word, str) else literal(word)
    return None if text is None else _REFERENCE.sub(lambda found: known.get(found[1], found[0]), text)


def _script(words: list[_Word], known: Mapping[str, str]) -> list[_Word]:
    """The words of `sh -c "..."`; a script that can not be split is one unknown word."""
    texts = [text or "" for text, _ in words]
    index = next((i for i, text in enumerate(texts) if text.startswith("-") and text.endswith("c")), len(texts))
    if index + 1 >= len(words):
        return words
    path, script = words[index + 1][1], texts[index + 1]
    try:
        split = shlex.split(_with_variables(script, known), comments=True)
    except ValueError:
        return [(None, path)]
    return [(text, path) for text in split if text not in _CONTROL]


def _with_variables(script: str, known: Mapping[str, str]) -> str:
    """A script with the variables that nobody but the container's environment sets."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return known[name] if name in known and not re.search(rf"\b{name}=", script) else found[0]

    return _VARIABLE.sub(value, script)


def _flags(words: list[_Word]) -> Iterator[tuple[str, Flag]]:
    for index, (text, path) in enumerate(words):
        following = words[index + 1][0] if index + 1 < len(words) else "-"
        if text is None or not text.startswith("-"):
            continue
        name, equals, value = text.partition("=")
        given = value if equals else following
        known = None if given is None or (not equals and given.startswith("-")) else literal(given)
        yield name.replace("_", "-"), Flag(known, path)


def _hides(text: str | None, path: Path) -> bool:
    return literal(text) is None and not (text or "").startswith("-")
