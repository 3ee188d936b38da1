"""InferenceRecommender: which instance type serves a model best, measured, and what the measuring costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._sagemaker import recommender
from aicost_iac.blueprints._sagemaker.settings import EnvironmentValue, KmsKey, RunName, Vpc, vpc_problems
from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, EnvironmentName, Model, S3Uri, matching
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

SpecificationName = Annotated[str, matching(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", "the name of a specification")]


class Candidate(Model):
    """One instance type to load, with what the container may be tuned by."""

    instance_type: str
    """An `ml.` type, such as `ml.g5.xlarge`."""
    specification: SpecificationName | None = None
    """The inference specification of the model package made for its accelerator; a package may hold several."""
    environment_ranges: Mapping[
        EnvironmentName, Annotated[Sequence[EnvironmentValue], Field(min_length=1, max_length=3)]
    ] = Field(default_factory=dict, max_length=5)
    """Values of environment variables to try; every combination is a test of its own."""


class Phase(Model):
    """A part of a load test: users come, one after the other, and ask without a pause."""

    seconds: Annotated[int, Field(ge=120, le=3600)]
    """How long it lasts."""
    users: Annotated[int, Field(ge=1, le=3)] = 1
    """With how many it begins."""
    new_users_a_minute: Annotated[int, Field(ge=0, le=3)] = 1


class LoadTest(Model):
    """An Advanced job: your traffic, and when it is enough.

    https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-load-test.html
    """

    phases: Annotated[Sequence[Phase], Field(min_length=1), AfterValidator(tuple)]
    """One after the other."""
    max_tests: Annotated[int, Field(ge=1, le=50)] = 10
    """Configurations that are candidate at all, each on an instance that is billed."""
    parallel_tests: Annotated[int, Field(ge=1, le=10)] = 3
    """How many at once."""
    max_invocations: Annotated[int, Field(ge=1, le=30_000)]
    """Requests a minute that you expect: a test ends when it reaches them."""
    p95_milliseconds: Annotated[int, Field(ge=1, le=60_000)]
    """The slowest that 95 of 100 answers may be: a test ends when it is slower."""
    stop_when_flat: bool = True
    """End a test when more users bring no more answers."""


class InferenceRecommender(Blueprint):
    """A job that starts endpoints, loads them, and recommends one. Every configuration is a billed test: see its price.

    The job is a request: `aicost requests` prints it with its price, and nothing runs before you send it.
    https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender.html
    """

    run: RunName
    """This run's name: a job's name is taken once."""
    model_package_arn: Arn | None = None
    """A version in the model registry. Either this or `model_name`."""
    model_name: Annotated[str, matching(r"[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?", "a model's name")] | None = None
    """A model that exists; the job then needs `sample_payload_s3_uri`, `domain`, `task` and `framework`."""
    types: Annotated[Sequence[Candidate], Field(max_length=10), AfterValidator(tuple)] = ()
    """What to test. Without `load_test` it may be left out: SageMaker then chooses, and the price is not known."""
    load_test: LoadTest | None = None
    """An Advanced job with your traffic; default: a Default job with SageMaker's."""
    job_seconds: Annotated[int, Field(ge=600, le=18_000)] = 7200
    """When the job ends, whatever it has found; at most five hours."""
    sample_payload_s3_uri: S3Uri | None = None
    """A `.tar.gz` of requests to ask with."""
    content_types: Annotated[Sequence[str], AfterValidator(tuple)] = ("application/json",)
    """What the requests are."""
    domain: Literal["COMPUTER_VISION", "NATURAL_LANGUAGE_PROCESSING", "MACHINE_LEARNING"] | None = None
    """What the model is for."""
    task: str | None = None
    """Such as `TEXT_GENERATION` or `OTHER`."""
    framework: Literal["TENSORFLOW", "PYTORCH", "XGBOOST", "SAGEMAKER-SCIKIT-LEARN"] | None = None
    """Of the container."""
    framework_version: Annotated[str, matching(r"\d\.[A-Za-z0-9.-]{1,8}", "a version such as '2.6'")] | None = None
    """Of the framework."""
    role_arn: Arn | None = None
    """An existing role; default: one of the job's own."""
    vpc: Vpc | None = None
    volume_kms_key: KmsKey | None = None
    """A customer key for the instances' disks; refused for types with local disks."""

    def problems(self) -> Iterator[Problem]:
        yield from recommender.problems(self)
        yield from vpc_problems(self.vpc)

    def expand(self, context: Context) -> Plan:
        return recommender.expand(self, context)
