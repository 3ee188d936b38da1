"""Jinja2 for text this library does not model: scripts, launchers, reports. An unset variable is an error."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aicost_iac.expr import Text, template

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = Path(__file__).parent


def templates_folder() -> Path:
    """Inside the package in a wheel, beside it in a checkout."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def render_template(name: str, /, **values: Any) -> str:
    """A template of `templates/`, rendered. Paths use `/`; `| sh` quotes a word for a POSIX shell."""
    return _environment().get_template(name).render(**values)


def render_with_references(render: Callable[[Callable[[Text | None], Any]], str]) -> Text:
    """Text that holds expressions: `render` is given a function that stands in for each until the text is made."""
    held: list[Text] = []

    def stand_in(value: Text | None) -> str | None:
        if value is None or isinstance(value, str):
            return value
        held.append(value)
        return f"\0{len(held) - 1}\0"

    pieces = re.split(r"\0(\d+)\0", render(stand_in))
    return template(*(held[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)))


def heredoc_end(content: str) -> str:
    """A terminator that is no line of `content`, the same every time."""
    end = "END_OF_FILE"
    while end in content.splitlines():
        end += "_"
    return end


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2", "html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sh"] = lambda value: shlex.quote(str(value))
    environment.filters["heredoc_end"] = heredoc_end
    # Text as Python and TOML write it: JSON's strings are valid in both.
    environment.filters["py"] = lambda value: json.dumps(str(value), ensure_ascii=False)
    return environment
