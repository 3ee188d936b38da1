"""Where each figure of the catalog comes from."""

from __future__ import annotations

from dataclasses import dataclass

from aicost_iac.catalog.tables import index
from aicost_iac.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Source:
    """One origin of rows. `date` (ISO 8601) is the day of its data, or the day an undated page was read."""

    code: str
    what: str
    url: str
    date: str
    licence: str
    repository: str | None
    path: str | None
    commit: str | None


def source(code: str) -> Source:
    """The source behind a row's code. Raises `UnknownName`."""
    known = index("sources", "sources", "code")
    try:
        return Source(**known[(code,)])
    except KeyError:
        raise UnknownName("source", code, (name for (name,) in known)) from None
