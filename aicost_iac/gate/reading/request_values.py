"""Values of the AWS command line: JSON, `file://`, `Key=Value` shorthand, or text.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Raw, template
from aicost_iac.gate.reading.shell_words import CLOSE, OPEN
from aicost_iac.gate.reading.texts import json_of, text_of

_EXPANSION = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_PAIR = re.compile(rf"([A-Za-z][\w.]*)=(\[[^\]]*\]|(?:{OPEN}[^{CLOSE}]*{CLOSE}|[^,{OPEN}])*)(?:,|$)")
_FILE = "file://"


def value(text: str, folder: Path) -> Any:
    """What a word means; an expansion in it is unknown, and so is a file that can not be read."""
    if text.startswith(_FILE):
        return _file(text.removeprefix(_FILE), folder)
    if text[:1] in ("{", "["):
        return _json(text)
    return _shorthand(text) or marked(text)


def marked(text: str) -> Any:
    """Text in which expansions are unknown."""
    if OPEN not in text:
        return text
    pieces = _EXPANSION.split(text)
    return template(*(Raw(piece) if index % 2 else piece for index, piece in enumerate(pieces)))


def _json(text: str) -> Any:
    """Expansions inside of its texts make those unknown; where they make up the document, so is all of it."""
    try:
        return _marked_all(json.loads(text))
    except (ValueError, RecursionError):
        return Raw(_EXPANSION.sub(r"\1", text))


def _marked_all(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _marked_all(each) for key, each in data.items()}
    if isinstance(data, list):
        return [_marked_all(each) for each in data]
    return marked(data) if isinstance(data, str) else data


def _file(name: str, folder: Path) -> Any:
    """A file beside the script, or in the folder the script is run from: the repository's."""
    if OPEN not in name and not Path(name).is_absolute():
        for path in (folder / name, Path(name)):
            if path.is_file():
                try:
                    return json_of(text_of(str(path)), str(path))
                except UnreadableDocument:
                    break
    return Raw(_FILE + _EXPANSION.sub(r"\1", name))


def _shorthand(text: str) -> dict[str, Any]:
    """`Key=Value,Key=[a,b]`; empty for what is none."""
    pairs: dict[str, Any] = {}
    position = 0
    while position < len(text):
        found = _PAIR.match(text, position)
        if found is None:
            return {}
        given = found[2]
        pairs[found[1]] = [marked(each) for each in given[1:-1].split(",")] if given[:1] == "[" else marked(given)
        position = found.end()
    return pairs
