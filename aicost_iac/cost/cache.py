"""The user's own cache of what AWS said: prices, sizes of types, placement scores. Read only when it is asked for.

It lies in `$XDG_CACHE_HOME/aicost-iac/catalog.json`, `~/.cache` by default, in the form of `cost.given` with two parts
more. https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from aicost_iac.cost import given
from aicost_iac.cost.given import Given
from aicost_iac.cost.prices import Prices
from aicost_iac.errors import UnreadableDocument, UsageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """What EC2 says of a type."""

    instance_type: str
    vcpus: int
    memory_gib: float
    accelerators: int
    as_of: str


@dataclass(frozen=True, slots=True)
class Score:
    """How likely spot capacity is there, 10 at best: for a target in instances, of any of these types.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-placement-score.html
    """

    region: str
    zone_id: str
    instance_types: tuple[str, ...]
    target: int
    score: int
    as_of: str

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], int]:
        """What it is the score of."""
        return self.region, self.zone_id, self.instance_types, self.target


@dataclass(frozen=True, slots=True)
class Cache:
    """What was read from AWS, each entry with its day."""

    prices: tuple[Given, ...] = ()
    sizes: tuple[Size, ...] = ()
    scores: tuple[Score, ...] = ()

    def with_newer(self, newer: Cache) -> Cache:
        """These entries, replaced by newer ones of the same things."""
        prices = {each.key: each for each in (*self.prices, *newer.prices)}
        sizes = {each.instance_type: each for each in (*self.sizes, *newer.sizes)}
        scores = {each.key: each for each in (*self.scores, *newer.scores)}
        return Cache(_in_order(prices), _in_order(sizes), _in_order(scores))


def _in_order(entries: Mapping[Any, T]) -> tuple[T, ...]:
    return tuple(entries[key] for key in sorted(entries))


def path() -> Path:
    """Where the cache lies."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "aicost-iac" / "catalog.json"


def read(file: Path | None = None) -> Cache:
    """The cache; empty where there is none. Raises `UnreadableDocument` for one that somebody's hand changed."""
    file = file or path()
    if not file.is_file():
        return Cache()
    text = file.read_text(encoding="utf-8")
    prices = given.read(text, str(file))
    held = json.loads(text)
    try:
        sizes = tuple(Size(**each) for each in held.get("sizes", ()))
        scores = tuple(Score(**{**each, "instance_types": tuple(each["instance_types"])}) for each in held["scores"])
    except (KeyError, TypeError) as error:
        raise UnreadableDocument(str(file), f"is not as `aicost catalog refresh` wrote it ({error})") from error
    return Cache(prices, sizes, scores)


def write(cache: Cache, file: Path | None = None) -> Path:
    """Write the cache as a whole: a reader sees the old one or the new one."""
    file = file or path()
    data: Mapping[str, Any] = {
        "version": given.VERSION,
        "prices": [each.data() for each in cache.prices],
        "sizes": [asdict(each) for each in cache.sizes],
        "scores": [asdict(each) for each in cache.scores],
    }
    staged = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        staged.replace(file)
    except OSError as error:
        raise UsageError(f"the cache {file} can not be written: {error.strerror}") from error
    return file


def cached_prices(file: Path | None = None) -> Prices:
    """The prices of the cache. Raises `UsageError` when there is none: nothing is priced by accident."""
    held = read(file)
    if not held.prices:
        raise UsageError(f"there is no cache of prices at {file or path()}: `aicost catalog refresh` writes one")
    return given.prices(held.prices, "cached")
