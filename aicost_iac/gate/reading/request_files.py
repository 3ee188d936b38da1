"""Requests to AWS as JSON files, for `--cli-input-json`: known by the parameters they can not do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import Found, Locate
from aicost_iac.rules import AwsRequest

_KNOWN: tuple[tuple[frozenset[str], str, str], ...] = tuple(
    (frozenset(keys.split()), service, operation)
    for keys, service, operation in (
        ("TrainingJobName OutputDataConfig", "sagemaker", "create-training-job"),
        (
            "HyperParameterTuningJobName HyperParameterTuningJobConfig",
            "sagemaker",
            "create-hyper-parameter-tuning-job",
        ),
        ("JobName JobType InputConfig", "sagemaker", "create-inference-recommendations-job"),
        ("ProcessingJobName ProcessingResources", "sagemaker", "create-processing-job"),
        ("TransformJobName TransformInput", "sagemaker", "create-transform-job"),
        ("AutoMLJobName AutoMLProblemTypeConfig", "sagemaker", "create-auto-ml-job-v2"),
        ("EndpointConfigName ProductionVariants", "sagemaker", "create-endpoint-config"),
        ("TimePeriod Granularity Metrics", "ce", "get-cost-and-usage"),
        ("TimePeriod Granularity Metric", "ce", "get-cost-forecast"),
        (
            "SavingsPlansType TermInYears PaymentOption LookbackPeriodInDays",
            "ce",
            "get-savings-plans-purchase-recommendation",
        ),
    )
)


def read(data: Mapping[str, Any], file: str, locate: Locate) -> Iterator[Found | UnreadableDocument]:
    """The request a document is, if it is one. `--generate-cli-skeleton` writes such files, too."""
    asked = next(((service, operation) for keys, service, operation in _KNOWN if keys <= data.keys()), None)
    if asked is None:
        return
    try:
        yield Found(AwsRequest(*asked, data, name=file), file, file, locate)
    except NotPlainData as problem:
        yield UnreadableDocument(file, str(problem), *locate(()))
