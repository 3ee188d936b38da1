"""`aws` commands of shell scripts. https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-commandstructure.html"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aicost_iac.canonical import normal
from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import Found, Position
from aicost_iac.gate.reading import ignores
from aicost_iac.gate.reading.request_values import value
from aicost_iac.gate.reading.shell_words import Command, Reader, Word
from aicost_iac.rules import AwsRequest
from aicost_iac.rules.findings import Path as Keys

Read = Iterator[Found | UnreadableDocument]

# The services that rules read requests of.
SERVICES = frozenset({"budgets", "ce", "ec2", "sagemaker", "savingsplans"})
_SAYING = frozenset({"alias", "echo", "help", "man", "printf", "type", "which"})
# Options of `aws` itself that take no value. https://docs.aws.amazon.com/cli/latest/reference/
_ALONE = frozenset(
    {"--debug", "--no-cli-auto-prompt", "--no-cli-pager", "--no-paginate", "--no-sign-request", "--no-verify-ssl"}
)
_OWN = frozenset(
    {
        "ca-bundle",
        "cli-auto-prompt",
        "cli-binary-format",
        "cli-connect-timeout",
        "cli-pager",
        "cli-read-timeout",
        "color",
    }
    | {"debug", "endpoint-url", "output", "paginate", "profile", "query", "region", "sign-request", "verify-ssl"}
)
_WHOLE = ("cli-input-json", "cli-input-yaml")
_MANY = re.compile(r"[@*]")


def read(text: str, file: str) -> Read:
    """The requests of a script."""
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    found = (each for command in Reader(text).read() for each in _requests(command, file, lines))
    yield from ignores.given(sorted(found, key=lambda each: each.locate(())), ignores.comments(text))


def _requests(command: Command, file: str, lines: list[int]) -> Iterator[Found]:
    words = [word.text for word in command]
    if words[0] in _SAYING or "aws" not in words:
        return
    start = words.index("aws")
    rest = _after_options(command[start + 1 :])
    if len(rest) < 2 or rest[0].text not in SERVICES or not rest[1].known:
        return
    line, column = _place(command[start].start, lines)
    parameters, offsets, complete = _parameters(rest[2:], Path(file).parent)
    if "generate-cli-skeleton" in parameters:
        return
    places = {name: _place(offset, lines) for name, offset in offsets.items()}
    try:
        made = normal(parameters, file)
    except NotPlainData:
        made, complete = {}, False
    node = AwsRequest(rest[0].text, rest[1].text, made, name=f"{file}:{line}", complete=complete)
    yield Found(node, file, file, lambda path: _nearest(path, places, (line, column)))


def _after_options(words: Command) -> Command:
    """Without the options that stand between `aws` and the service."""
    while words and words[0].text.startswith("--"):
        words = words[1:] if words[0].text in _ALONE or "=" in words[0].text else words[2:]
    return words


def _parameters(words: Command, folder: Path) -> tuple[dict[str, Any], dict[str, int], bool]:
    """Parameters by name, the offsets of their flags, and whether there may be others."""
    given: dict[str, list[Word]] = {}
    places: dict[str, int] = {}
    complete, name = True, ""
    for word in words:
        if word.text.startswith("--"):
            name, equals, inline = word.text.removeprefix("--").partition("=")
            places[name] = word.start
            given[name] = [Word(inline, word.start)] if equals else []
        elif not word.known and (not name or _MANY.search(word.text)):
            complete = False
        elif name:
            given[name].append(word)
    parameters = {name: _value(listed, folder) for name, listed in given.items() if name not in _OWN}
    whole = [parameters.pop(key) for key in _WHOLE if key in parameters]
    for each in whole:
        complete = complete and isinstance(each, dict)
        parameters = {**(each if isinstance(each, dict) else {}), **parameters}
    return dict(map(_flag, parameters.items())), places, complete


def _value(words: list[Word], folder: Path) -> Any:
    read = [value(word.text, folder) for word in words]
    return True if not read else read[0] if len(read) == 1 else read


def _flag(pair: tuple[str, Any]) -> tuple[str, Any]:
    name, given = pair
    return (name.removeprefix("no-"), False) if given is True and name.startswith("no-") else pair


def _place(offset: int, lines: list[int]) -> Position:
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


def _nearest(path: Keys, places: dict[str, Position], default: Position) -> Position:
    """The flag of a parameter, however a rule spells its name."""
    wanted = str(path[0]).replace("-", "").lower() if path else ""
    return next((place for name, place in places.items() if name.replace("-", "").lower() == wanted), default)
