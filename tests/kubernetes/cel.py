"""Validation rules in CEL, as far as cel-python reads them.

https://kubernetes.io/docs/reference/using-api/cel/ Rules that compare with the object as it was (`oldSelf`) have
nothing to say about a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import celpy
from celpy import celtypes
from celpy.adapter import json_to_cel

# Made here: it raises the recursion limit, which hypothesis takes note of when it happens within a test.
_ENVIRONMENT = celpy.Environment()


def refuses(rule: Mapping[str, Any], value: Any) -> str | None:
    """What a rule says against a value, None when it is content or has nothing to say about a new object."""
    text = rule["rule"]
    if "oldSelf" in text:
        return None
    held = program(text).evaluate({"self": json_to_cel(value)})
    return None if held else rule.get("message", f"refused by {text}")


@cache
def program(rule: str) -> celpy.Runner:
    """A rule, ready to run. Raises `celpy.CELParseError` for what cel-python can not read."""
    return _ENVIRONMENT.program(_ENVIRONMENT.compile(rule), functions={"find": _find, "split": _split})


def _find(text: celtypes.StringType, pattern: celtypes.StringType) -> celtypes.StringType:
    """Kubernetes' own: the first match of a regular expression, or nothing."""
    found = re.search(str(pattern), str(text))
    return celtypes.StringType(found[0] if found else "")


def _split(text: celtypes.StringType, separator: celtypes.StringType) -> celtypes.ListType:
    """Kubernetes' own: the parts of a text."""
    return celtypes.ListType([celtypes.StringType(part) for part in str(text).split(str(separator))])
