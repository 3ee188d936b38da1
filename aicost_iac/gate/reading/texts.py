"""The text of a file, and the data of a JSON text, within limits."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO

from aicost_iac.canonical import MAX_INTEGER
from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.limits import MAX_BYTES, MAX_DEPTH, megabytes

STDIN = "-"
_LONG = re.compile(r"\d{16}")


def text_of(file: str, stdin: BinaryIO | None = None) -> str:
    """The text of a file, or of what is piped in. Raises `UnreadableDocument`."""
    try:
        with Path(file).open("rb") if file != STDIN else (stdin or sys.stdin.buffer) as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableDocument(file, f"can not be opened: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(file, f"is larger than {megabytes(MAX_BYTES)}: give the gate its parts")
    return _decoded(content, file)


def json_of(text: str, file: str) -> Any:
    """The data of a JSON text; a number that a double does not hold is text. Raises `UnreadableDocument`."""
    try:
        return _shallow(json.loads(text, parse_int=_integer if _LONG.search(text) else None), file)
    except json.JSONDecodeError as error:
        raise UnreadableDocument(file, f"is no JSON: {error.msg}", error.lineno, error.colno) from None
    except (RecursionError, ValueError) as error:
        raise UnreadableDocument(file, f"is no JSON that can be read: {error}") from None


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"is no UTF-8 text (byte 0x{content[error.start]:02x})"
        raise UnreadableDocument(file, reason, line, 1) from None


def _integer(digits: str) -> int | str:
    number = int(digits)
    return number if abs(number) <= MAX_INTEGER else digits


def _shallow(data: Any, file: str) -> Any:
    level, depth = [data], 0
    while level:
        if depth > MAX_DEPTH:
            raise UnreadableDocument(file, f"is nested deeper than {MAX_DEPTH} levels")
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for those in inner for each in those if isinstance(each, dict | list)]
        depth += 1
    return data
