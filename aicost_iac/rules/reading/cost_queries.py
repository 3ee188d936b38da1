"""What requests to Cost Explorer ask for, and the names of jobs that requests make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.asked import Request, key, named, plain
from aicost_iac.rules.reading.values import Block

CE_READS = (
    "aws ce get-cost-and-usage",
    "aws ce get-cost-and-usage-with-resources",
    "aws ce get-cost-forecast",
    "aws ce get-usage-forecast",
)
# The parameter that names what a request makes.
NAMES: Mapping[str, str] = {
    "aws sagemaker create-auto-ml-job-v2": "AutoMLJobName",
    "aws sagemaker create-hyper-parameter-tuning-job": "HyperParameterTuningJobName",
    "aws sagemaker create-inference-recommendations-job": "JobName",
    "aws sagemaker create-processing-job": "ProcessingJobName",
    "aws sagemaker create-training-job": "TrainingJobName",
    "aws sagemaker create-transform-job": "TransformJobName",
}
NAMED = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One condition of a filter: a dimension and the values it may have, as far as they are known."""

    key: str
    values: tuple[str, ...]
    path: Path


def dimensions(request: Request) -> tuple[Dimension, ...]:
    """Every dimension that a filter asks for, inside And, Or and Not too."""
    return tuple(_dimensions(request.block("Filter")))


def groups(request: Request) -> tuple[tuple[str, Path], ...]:
    """What the answer is grouped by."""
    return tuple((named(each, "Key") or "", each.path) for each in request.blocks("GroupBy"))


def _dimensions(expression: Block) -> Iterator[Dimension]:
    for name in expression.body:
        if plain(name) == "dimensions":
            found = expression.block(name)
            texts = found.texts(key(found, "Values"))
            yield Dimension(named(found, "Key") or "", tuple(text for _, text in texts), found.path)
        elif plain(name) in ("and", "or", "not"):
            for inner in expression.blocks(name):
                yield from _dimensions(inner)
