"""Keys and values of `CostTags`, as budgets, policies and labels name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, cast, get_args

from pydantic import PlainValidator

from aicost_iac.errors import InvalidBlueprint, Problem, shown
from aicost_iac.tags import CostTags

# Tag key -> the field of CostTags that writes it.
FIELDS = {name.replace("_", "-"): name for name in CostTags.model_fields if name != "extras"}


def tag_key(name: str) -> str:
    """The tag key of a name: `cost_center` and `cost-center` are one; a key of your own stays as it is."""
    key = name.replace("_", "-")
    return key if key in FIELDS else name


def closed_values(key: str) -> tuple[str, ...]:
    """The only values that `CostTags` takes for a key; empty where it takes any."""
    if key not in FIELDS:
        return ()
    choices = [get_args(part) for part in get_args(CostTags.model_fields[FIELDS[key]].annotation)]
    return tuple(value for values in choices for value in values)


def value_problems(place: str, key: str, value: str) -> Iterator[Problem]:
    """Why no resource of ours could carry a tag."""
    given: dict[str, Any] = {FIELDS[key]: value} if key in FIELDS else {"extras": {key: value}}
    try:
        CostTags(**given)
    except InvalidBlueprint as refused:
        yield from (replace(problem, field=place) for problem in refused.problems)


def choices_problems(place: str, given: Choices) -> Iterator[Problem]:
    """Keys and values that are none, and values that stand twice."""
    for key, values in given.items():
        for value in values or ("any",) * (key not in FIELDS):
            yield from value_problems(f"{place}.{key}", key, value)
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield Problem(f"{place}.{key}", "names one value twice", value, "name it once")


def _choices(given: Any) -> Choices:
    if isinstance(given, CostTags):
        return {key: (value,) for key, value in given.keys().items()}
    if not isinstance(given, Mapping):
        raise ValueError("is neither CostTags nor a mapping of keys to values")
    spelled = {tag_key(_text(name)): _values(values) for name, values in given.items()}
    if len(spelled) < len(given):
        raise ValueError("names one key twice: cost_center and cost-center are the same")
    return dict(sorted(spelled.items()))


def _values(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Sequence):
        raise ValueError(f"{shown(given)} is neither a value nor a list of values")
    return tuple(map(_text, given))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{shown(given)} is no text")
    return given


Choices = Mapping[str, tuple[str, ...]]
"""Tag key -> values, sorted by key."""
GivenChoices = Annotated[CostTags | Mapping[str, str | Sequence[str]], PlainValidator(_choices)]
"""As a user writes them: `CostTags`, or field names of it (and keys of your own) with one value or several."""


def choices(validated: CostTags | Mapping[str, str | Sequence[str]]) -> Choices:
    """What the validator of `GivenChoices` left, by its type."""
    return cast("Choices", validated)
