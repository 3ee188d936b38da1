"""Keys and values of `CostTags`, as budgets, policies and labels name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BeforeValidator

from aicost_iac.errors import InvalidBlueprint, Problem
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


def choices_problems(place: str, choices: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Keys and values that are none, and values that stand twice."""
    for key, values in choices.items():
        for value in values or ("any",) * (key not in FIELDS):
            yield from value_problems(f"{place}.{key}", key, value)
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield Problem(f"{place}.{key}", "names one value twice", value, "name it once")


def _choices(given: Any) -> Any:
    if isinstance(given, CostTags):
        return {key: (value,) for key, value in given.keys().items()}
    if not isinstance(given, Mapping):
        return given
    return {name: (values,) if isinstance(values, str) else values for name, values in given.items()}


def _spelled(given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    spelled = {tag_key(name): values for name, values in given.items()}
    if len(spelled) < len(given):
        raise ValueError("names one key twice: cost_center and cost-center are the same")
    return dict(sorted(spelled.items()))


TagChoices = Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_choices), AfterValidator(_spelled)]
"""Tag key -> values. Given as `CostTags`, or as a mapping of its field names (or of keys of your own) to values."""
