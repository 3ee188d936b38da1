"""Requests to SageMaker that a plan holds as data: jobs that somebody starts with them."""

from __future__ import annotations

from decimal import Decimal

from aicost_iac.cost.pricers.runs import part_of_month
from aicost_iac.cost.pricers.training import Instances, job_charges, job_part
from aicost_iac.cost.prices import Missing
from aicost_iac.cost.site import Charged, Site, priced
from aicost_iac.plan import Resource
from aicost_iac.rules.reading.training_jobs import TrainingJob
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject
from aicost_iac.terraform.requests import KIND, read

_TRANSFORM, _TRAIN, _RECOMMEND = "CreateTransformJob", "CreateTrainingJob", "CreateInferenceRecommendationsJob"


@priced(KIND)
def request(subject: Subject, site: Site) -> Charged:
    """A request costs what the job it starts costs; other requests cost nothing by themselves."""
    held = read(subject.node) if isinstance(subject.node, Resource) else None
    if held is None:
        return
    body = Block(held.parameters)
    if held.operation == _TRAIN:
        yield from job_charges(TrainingJob(body, ("input",), repeated=True), subject, site)
    elif held.operation == _TRANSFORM:
        yield from _transform(body, subject, site)
    elif held.operation == _RECOMMEND:
        yield from _load_tests(body, subject, site)


def _transform(body: Block, subject: Subject, site: Site) -> Charged:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformResources.html"""
    resources = body.block("TransformResources")
    name, count = resources.text("InstanceType"), resources.whole("InstanceCount")
    if name is None or count is None:
        yield Missing("the instances of the job are not known")
        return
    time = part_of_month(subject, None, None)
    yield from time.missing
    yield job_part(Instances(name, count), time, subject, site)


def _load_tests(body: Block, subject: Subject, site: Site) -> Charged:
    """Every configuration is an endpoint under load for as long as the job allows.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobInputConfig.html
    """
    inputs = body.block("InputConfig")
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
