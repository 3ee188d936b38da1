"""What a version constraint promises: a body may use only what every version it admits has."""

from __future__ import annotations

import re

_FLOOR = re.compile(r"\s*(?P<operator>>=|>|~>|=)?\s*v?(?P<version>\d+(\.\d+)*)\s*")
# Constraints without a lower bound admit the first release.
_FIRST = (0,)


def floor(constraint: str) -> tuple[int, ...]:
    """The lowest version a constraint such as `>= 5.100, < 7` or `~> 6.2` admits.

    https://developer.hashicorp.com/terraform/language/expressions/version-constraints
    """
    found = [_FLOOR.fullmatch(part) for part in constraint.split(",")]
    return max((_numbers(each["version"]) for each in found if each), default=_FIRST)


def always(constraint: str, *version: int) -> bool:
    """Whether every version that a constraint admits is `version` or newer."""
    return floor(constraint) >= version


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
