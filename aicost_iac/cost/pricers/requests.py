"""Requests to SageMaker that start something: held by a plan as data, or made by a script or a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from aicost_iac.cost.pricers.endpoints import variants
from aicost_iac.cost.pricers.runs import part_of_month
from aicost_iac.cost.pricers.training import Instances, job_charges, job_part
from aicost_iac.cost.prices import Missing
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.plan import Resource
from aicost_iac.rules.reading.training_jobs import TrainingJob
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject
from aicost_iac.terraform import requests
from aicost_iac.terraform.sagemaker import blocks

_COMMAND = "aws sagemaker"
_TRANSFORM, _TRAIN = f"{_COMMAND} create-transform-job", f"{_COMMAND} create-training-job"
_RECOMMEND = f"{_COMMAND} create-inference-recommendations-job"
_CONFIGURE = f"{_COMMAND} create-endpoint-config"


@priced(requests.KIND)
def held(subject: Subject, site: Site) -> Charged:
    """A request costs what it starts; others cost nothing by themselves."""
    made = requests.read(subject.node) if isinstance(subject.node, Resource) else None
    if made is not None and made.command in _PRICED:
        yield from _PRICED[made.command](made.parameters, subject, site)


@priced(_TRANSFORM, _RECOMMEND, _CONFIGURE)
def asked(subject: Subject, site: Site) -> Charged:
    """A command or a call that starts something; training jobs are read with all others."""
    yield from _PRICED[subject.kind](subject.body, subject, site)


def _train(parameters: Mapping[str, Any], subject: Subject, site: Site) -> Charged:
    return job_charges(TrainingJob(Block(parameters), ("input",), repeated=True), subject, site)


def _transform(parameters: Mapping[str, Any], subject: Subject, site: Site) -> Charged:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformResources.html"""
    resources = Block(parameters).block("TransformResources")
    name, count = resources.text("InstanceType"), resources.whole("InstanceCount")
    if name is None or count is None:
        yield Missing("the instances of the job are not known")
        return
    time = part_of_month(subject, None, None)
    yield from time.missing
    yield job_part(Instances(name, count), time, subject, site)


def _load_tests(parameters: Mapping[str, Any], subject: Subject, site: Site) -> Charged:
    """Every configuration is an endpoint under load for as long as the job allows.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobInputConfig.html
    """
    inputs = Block(parameters).block("InputConfig")
    time = part_of_month(subject, Decimal(1), inputs.whole("JobDurationInSeconds"))
    yield from time.missing
    tests = inputs.blocks("EndpointConfigurations")
    if not tests:
        yield Missing("SageMaker chooses the instances it tests: their number and types are not known")
    for each in tests:
        name = each.text("InstanceType")
        if name is None:
            yield Missing("a serverless configuration is billed by the request")
        else:
            yield job_part(Instances(name, each.whole("InitialInstanceCount") or 1), time, subject, site, name=name)


def _endpoint(parameters: Mapping[str, Any], subject: Subject, site: Site) -> Charged:
    """What one endpoint of the configuration costs."""
    return variants(Block(blocks(parameters)), subject, site)


_PRICED: Mapping[str, Callable[[Mapping[str, Any], Subject, Site], Charged]] = {
    _CONFIGURE: _endpoint,
    _RECOMMEND: _load_tests,
    _TRAIN: _train,
    _TRANSFORM: _transform,
}
