"""What kind of number a Prometheus query yields, as far as its outer shape tells.

Not an evaluator: it takes the outermost operation apart and leaves alone what it does not know. The language:
https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# A total grows with the load, an average does not; `ratio` is one number over another.
Kind = Literal["total", "average", "ratio", "other"]

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_SELECTOR = re.compile(r"\{[^{}]*\}|\[[^\]]*\]")
_SELECTED = re.compile(r"([A-Za-z_:][\w:]*)\s*\{([^{}]*)\}")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_COMPARED = re.compile(r"[<>]|[!=]=")
_SPLIT = re.compile(r"(?:sum|avg|max|min|count)\s*")
_BY = re.compile(r"\s*by\s*\(([^()]*)\)\s*")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)")
_NAME = re.compile(r"(?<![\w:])[A-Za-z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS = frozenset({"and", "bool", "by", "group_left", "group_right", "ignoring", "inf", "nan", "offset", "on", "or",
                    "unless", "without"})  # fmt: skip
_FUNCTION = re.compile(r"([a-z_]+)\s*\(")
_CONSTANT = re.compile(r"\d+(\.\d+)?")
_VECTOR = re.compile(r"vector\s*\(\s*(\d+(?:\.\d+)?)\s*\)")

_AVERAGES = frozenset({"avg", "max", "min", "quantile", "avg_over_time", "max_over_time", "min_over_time",
                       "quantile_over_time", "histogram_quantile"})  # fmt: skip
_TOTALS = frozenset({"sum", "count"})

# https://github.com/NVIDIA/dcgm-exporter/blob/main/etc/default-counters.csv: percent, and ratios from 0 to 1.
_CEILINGS = (
    (re.compile(r"DCGM_FI_DEV_(GPU|MEM_COPY|ENC|DEC)_UTIL"), 100.0),
    (re.compile(r"DCGM_FI_PROF_\w+_ACTIVE"), 1.0),
    (re.compile(r"vllm:(gpu|kv|cpu)_cache_usage_perc"), 1.0),
    (re.compile(r"nv_gpu_utilization"), 1.0),
)
# Series that exist only while a pod of the model server, or a GPU in use, is there to be scraped.
_OF_PODS = re.compile(r"DCGM_FI_\w+|vllm:\w+|vllm_\w+|sglang:\w+|tgi_\w+|te_\w+|nv_\w+|container_\w+")


@dataclass(frozen=True, slots=True)
class Query:
    """A query's metrics, its kind, the most it can ever yield (None unknown), and what an empty result becomes.

    `selected` maps metrics to the labels they are selected by; `grouped` are the labels its result is split by; a
    `filtered` one is empty by intent, where a comparison is not met.
    """

    metrics: frozenset[str]
    kind: Kind
    ceiling: float | None
    when_empty: float | None
    selected: Mapping[str, frozenset[str]]
    grouped: frozenset[str]
    filtered: bool

    @property
    def from_pods(self) -> bool:
        """Whether every metric is measured on the pods of a model server: no pods, no series."""
        return bool(self.metrics) and all(_OF_PODS.fullmatch(each) for each in self.metrics)


def read_query(text: str) -> Query:
    """What is known of a query."""
    unquoted = _STRING.sub("", text)
    flat = _SELECTOR.sub("", unquoted)
    bare = _GROUPING.sub(" ", flat)
    metrics = frozenset(_NAME.findall(bare)) - _WORDS
    kind, ceiling = _shape(bare)
    vectors = [float(each) for each in _VECTOR.findall(bare)] if re.search(r"\bor\b", bare) else []
    selected: dict[str, frozenset[str]] = {}
    for metric, labels in _SELECTED.findall(unquoted):
        selected[metric] = selected.get(metric, frozenset()) | frozenset(_LABEL.findall(labels))
    return Query(
        metrics, kind, ceiling, max(vectors, default=None), selected, _grouped(flat), bool(_COMPARED.search(bare))
    )


def _grouped(text: str) -> frozenset[str]:
    """The labels by which an outermost aggregation splits its result, before or after what it is over."""
    text = _peeled(text.strip())
    function = _SPLIT.match(text)
    if function is None:
        return frozenset()
    before = _BY.match(text, function.end())
    over = before.end() if before else function.end()
    closing = _closing(text, over) + 1 if text[over : over + 1] == "(" else 0
    found = before if before and closing == len(text) else _BY.fullmatch(text, closing) if closing else None
    return frozenset(label for each in found[1].split(",") if (label := each.strip())) if found else frozenset()


def _shape(text: str) -> tuple[Kind, float | None]:
    text = _peeled(text.strip())
    if (sides := _split(text, "or")) is not None and _VECTOR.fullmatch(sides[1].strip()):
        return _shape(sides[0])
    for operator in ("+", "-", "*", "/"):
        if (sides := _split(text, operator)) is not None:
            return _operation(operator, *sides)
    if call := _call(text):
        return _called(*call)
    return "other", _metric_ceiling(text)


def _operation(operator: str, left: str, right: str) -> tuple[Kind, float | None]:
    (left_kind, left_most), (right_kind, right_most) = _shape(left), _shape(right)
    factor, other = _constant(left), _constant(right)
    if operator == "*" and (factor is not None or other is not None):
        kind, most = (right_kind, right_most) if factor is not None else (left_kind, left_most)
        return kind, None if most is None else most * (factor if factor is not None else other or 1)
    if operator == "/" and other:
        return left_kind, None if left_most is None else left_most / other
    if operator == "/" and factor is None:
        return "ratio", _mean_ceiling(left, right)
    return "other", None


def _called(function: str, inside: str) -> tuple[Kind, float | None]:
    last = _arguments(inside)[-1]
    if function == "histogram_quantile":
        return "average", None
    if function in _AVERAGES:
        return "average", _shape(last)[1]
    if function in _TOTALS:
        return "total", None
    if function in ("scalar", "vector", "clamp_min", "round", "ceil", "floor", "abs", "sort"):
        return _shape(_arguments(inside)[0])
    if function == "clamp_max":
        return _shape(_arguments(inside)[0])[0], _constant(last)
    return "other", None


def _mean_ceiling(left: str, right: str) -> float | None:
    """`sum(x) / count(x)` is an average, bounded as x is."""
    above, below = _call(_peeled(left.strip())), _call(_peeled(right.strip()))
    if above and below and above[0] == "sum" and below[0] == "count":
        return _shape(above[1])[1]
    return None


def _metric_ceiling(text: str) -> float | None:
    return next((most for pattern, most in _CEILINGS if pattern.fullmatch(text.strip())), None)


def _constant(text: str) -> float | None:
    text = text.strip()
    return float(text) if _CONSTANT.fullmatch(text) else None


def _call(text: str) -> tuple[str, str] | None:
    """A function and what stands between its parentheses, if that is the whole text."""
    found = _FUNCTION.match(text)
    if found is None or _closing(text, found.end() - 1) != len(text) - 1:
        return None
    return found[1], text[found.end() : -1]


def _peeled(text: str) -> str:
    while text.startswith("(") and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def _split(text: str, operator: str) -> tuple[str, str] | None:
    """Both sides of the last top-level `operator`: they bind from left to right."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[index], 0)
        if depth == 0 and text.startswith(operator, index) and _stands_alone(text, index, operator):
            return text[:index], text[index + len(operator) :]
    return None


def _stands_alone(text: str, index: int, operator: str) -> bool:
    if not operator.isalpha():
        return index > 0
    around = text[index - 1 : index] + text[index + len(operator) : index + len(operator) + 1]
    return index > 0 and not any(each.isalnum() or each in "_:" for each in around)


def _arguments(inside: str) -> list[str]:
    depth, start, found = 0, 0, []
    for index, letter in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append(inside[start:index])
            start = index + 1
    return [*found, inside[start:]]
