"""The prices a command was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aicost_iac.cost import Prices, cache, given
from aicost_iac.errors import UnreadableDocument, UsageError


def given_prices(spots: Sequence[str], price_files: Sequence[Path], cached: bool) -> Prices:
    """What is given: on the command line first, then in files, then what was cached."""
    found = given.prices(map(given.option, spots))
    for file in price_files:
        found = given.over(found, given.prices(given.read(text_of(file), str(file))))
    return given.over(found, cache.cached_prices()) if cached else found


def text_of(file: Path) -> str:
    """The text of a file. Raises `UsageError` where there is none, `UnreadableDocument` where it is no text."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableDocument(str(file), "is no UTF-8 text") from error
