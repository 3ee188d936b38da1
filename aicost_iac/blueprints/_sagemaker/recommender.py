"""The `CreateInferenceRecommendationsJob` request, what makes it impossible, and its price.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceRecommendationsJob.html
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import prod
from typing import TYPE_CHECKING, Any

from aicost_iac import catalog
from aicost_iac.blueprints._sagemaker import permissions
from aicost_iac.blueprints._sagemaker.instances import key_problems, known_type, type_problems
from aicost_iac.blueprints._sagemaker.run_cost import cents, price
from aicost_iac.canonical import normal
from aicost_iac.errors import Problem
from aicost_iac.expr import Text
from aicost_iac.plan import Assumption, Output, Plan, Resource
from aicost_iac.terraform import iam, requests, sagemaker
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.inference_recommender import Candidate, InferenceRecommender, LoadTest
    from aicost_iac.model import Context

_REASON = "hashicorp/aws has no recommendations job: a job is an event, and every test of this one is billed"
_HOUR = Decimal(3600)
# A Default job ends within 45 minutes.
# https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-recommendation-jobs.html
_DEFAULT_SECONDS = 45 * 60


def problems(wanted: InferenceRecommender) -> Iterator[Problem]:
    """All of them, in the order of the fields."""
    if len(wanted.name) + len(wanted.run) > 63:
        yield Problem("run", "and name make a job's name of more than 64 characters", wanted.run, "shorten one of them")
    if (wanted.model_package_arn is None) == (wanted.model_name is None):
        yield Problem("model_package_arn", "or model_name is required, and only one of them", remedy="give one")
    if wanted.model_name is not None:
        for field in ("sample_payload_s3_uri", "domain", "task", "framework"):
            if getattr(wanted, field) is None:
                yield Problem(field, "is required with model_name: no package says it", remedy="give it")
    yield from _types(wanted)
    yield from _load(wanted)


def _types(wanted: InferenceRecommender) -> Iterator[Problem]:
    vendors: dict[str | None, dict[str, str]] = {}
    for index, candidate in enumerate(wanted.types):
        place = f"types.{index}"
        yield from type_problems(f"{place}.instance_type", candidate.instance_type, "hosting")
        yield from key_problems("volume_kms_key", wanted.volume_kms_key, "type", candidate.instance_type)
        if candidate.specification is not None and wanted.model_package_arn is None:
            yield Problem(f"{place}.specification", "is a model package's", candidate.specification, "remove it")
        if candidate.environment_ranges and wanted.load_test is None:
            reason = "are tried by load tests only"
            yield Problem(
                f"{place}.environment_ranges", reason, dict(candidate.environment_ranges), "give load_test= too"
            )
        vendors.setdefault(candidate.specification, {}).setdefault(_family(candidate), candidate.instance_type)
    for specification, families in vendors.items():
        if len(families) > 1:
            name = "one specification" if specification is None else f"specification {specification!r}"
            reason = f"need different builds of the model, and {name} holds one: the other test fails after it was paid"
            yield Problem("types", reason, sorted(families.values()), "name each type's own specification=")


def _family(candidate: Candidate) -> str:
    """Whose accelerator a type has: a model is built for one."""
    kind = known_type(candidate.instance_type)
    machine = kind.machine if kind else None
    return "cpu" if machine is None else catalog.accelerator(machine.accelerator).vendor


def _load(wanted: InferenceRecommender) -> Iterator[Problem]:
    load = wanted.load_test
    if load is None:
        return
    if not wanted.types:
        yield Problem("types", "are required for a load test", remedy="name what to test")
    if (lasts := sum(phase.seconds for phase in load.phases)) > wanted.job_seconds:
        reason = f"last {lasts} seconds, and the job ends after {wanted.job_seconds}"
        yield Problem("load_test.phases", reason, lasts, "shorten them, or raise job_seconds")
    if (tests := _tests(wanted)) > load.max_tests:
        reason = f"is below the {tests} configurations that types and environment_ranges make"
        yield Problem("load_test.max_tests", reason, load.max_tests, "raise it, or name less")


def _tests(wanted: InferenceRecommender) -> int:
    return sum(_combinations(candidate) for candidate in wanted.types)


def _combinations(candidate: Candidate) -> int:
    return prod(len(values) for values in candidate.environment_ranges.values())


def expand(wanted: InferenceRecommender, context: Context) -> Plan:
    """The role and the request."""
    tags = context.tags.keys()
    role = _role(wanted, context.partition, tags)
    role_arn = wanted.role_arn or role[0].ref("arn")
    made = requests.Request("sagemaker", "CreateInferenceRecommendationsJob", _job(wanted, role_arn, tags), _REASON)
    held = requests.resource(wanted.named("create_job"), made, tuple(_price(wanted, context.region)))
    outputs = {
        "request": requests.output(held),
        "role_arn": Output(role_arn, "What the job may do"),
    }
    return Plan((*role, held), outputs=outputs, external=wanted.reads())


def _job(wanted: InferenceRecommender, role: Text, tags: Tags) -> dict[str, Any]:
    load = wanted.load_test
    body = {
        "InputConfig": _input(wanted),
        "JobName": f"{wanted.name}-{wanted.run}",
        "JobType": "Default" if load is None else "Advanced",
        "RoleArn": role,
        "StoppingConditions": None if load is None else _stopping(load),
        "Tags": sagemaker.api_tags(tags),
    }
    made: dict[str, Any] = normal(body, "CreateInferenceRecommendationsJob")
    return made


def _input(wanted: InferenceRecommender) -> dict[str, Any]:
    load, vpc = wanted.load_test, wanted.vpc
    return {
        "ContainerConfig": _container(wanted),
        "EndpointConfigurations": [_configuration(candidate) for candidate in wanted.types],
        "JobDurationInSeconds": wanted.job_seconds,
        "ModelName": wanted.model_name,
        "ModelPackageVersionArn": wanted.model_package_arn,
        "ResourceLimit": None if load is None else _limit(load),
        "TrafficPattern": None if load is None else _traffic(load),
        "VolumeKmsKeyId": wanted.volume_kms_key,
        "VpcConfig": None if vpc is None else sagemaker.vpc(vpc.subnet_ids, vpc.security_group_ids),
    }


def _container(wanted: InferenceRecommender) -> dict[str, Any] | None:
    """What no model package says; one that does is not contradicted."""
    if wanted.sample_payload_s3_uri is None:
        return None
    payload = {
        "SamplePayloadUrl": wanted.sample_payload_s3_uri,
        "SupportedContentTypes": list(wanted.content_types),
    }
    return {
        "Domain": wanted.domain,
        "Framework": wanted.framework,
        "FrameworkVersion": wanted.framework_version,
        "PayloadConfig": payload,
        "Task": wanted.task,
    }


def _configuration(candidate: Candidate) -> dict[str, Any]:
    ranges = [{"Name": name, "Value": list(values)} for name, values in candidate.environment_ranges.items()]
    return {
        "EnvironmentParameterRanges": {"CategoricalParameterRanges": ranges},
        "InferenceSpecificationName": candidate.specification,
        "InstanceType": candidate.instance_type,
    }


def _limit(load: LoadTest) -> dict[str, int]:
    return {"MaxNumberOfTests": load.max_tests, "MaxParallelOfTests": load.parallel_tests}


def _traffic(load: LoadTest) -> dict[str, Any]:
    phases = [
        {
            "DurationInSeconds": phase.seconds,
            "InitialNumberOfUsers": phase.users,
            "SpawnRate": phase.new_users_a_minute,
        }
        for phase in load.phases
    ]
    return {"Phases": phases, "TrafficType": "PHASES"}


def _stopping(load: LoadTest) -> dict[str, Any]:
    # Custom load tests take P95 and nothing else, and one threshold.
    slowest = {"Percentile": "P95", "ValueInMilliseconds": load.p95_milliseconds}
    return {
        "FlatInvocations": "Stop" if load.stop_when_flat else "Continue",
        "MaxInvocations": load.max_invocations,
        "ModelLatencyThresholds": [slowest],
    }


def _price(wanted: InferenceRecommender, region: str) -> Iterator[Assumption]:
    """One instance per configuration: for as long as its traffic lasts, and at most until the job ends."""
    yield Assumption("load_tests", str(_tests(wanted)) if wanted.types else "?", "test", "types and environment_ranges")
    lasts = _DEFAULT_SECONDS if wanted.load_test is None else sum(phase.seconds for phase in wanted.load_test.phases)
    listed = [(candidate, price(candidate.instance_type, region)) for candidate in wanted.types]
    known = [(candidate, found) for candidate, found in listed if found is not None]
    if not known or len(known) < len(listed):
        missing = sorted({candidate.instance_type for candidate, found in listed if found is None})
        reason = f"no source states a price in {region} of {', '.join(missing)}"
        yield Assumption("load_test_usd", "?", "USD", reason if missing else "SageMaker chooses the types")
        return
    hourly = sum((found.usd * _combinations(candidate) for candidate, found in known), Decimal(0))
    day = min(found.date for _, found in known)
    most = wanted.job_seconds
    yield Assumption("load_test_usd", cents(hourly * lasts / _HOUR), "USD", f"each test {lasts // 60} minutes", day)
    yield Assumption("load_test_usd_at_most", cents(hourly * most / _HOUR), "USD", f"each {most // 60} minutes", day)


def _role(wanted: InferenceRecommender, partition: str, tags: Tags) -> list[Resource]:
    """What the job does for you: it makes models and endpoints, and takes them away again.

    https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html
    """
    if wanted.role_arn is not None:
        return []
    text = f"Load tests of {wanted.name}"
    role = iam.service_role(wanted.named("role"), f"{wanted.name}-recommender", "sagemaker.amazonaws.com", tags, text)
    payload = wanted.sample_payload_s3_uri
    statements = [
        iam.allow(_ENDPOINTS, [f"arn:{partition}:sagemaker:*:*:{kind}/*" for kind in _MADE]),
        iam.allow(["iam:PassRole"], [role.ref("arn")], StringEquals={"iam:PassedToService": "sagemaker.amazonaws.com"}),
        iam.allow(["cloudwatch:GetMetricData"], ["*"]),
        *permissions.logs_and_metrics(partition, "/aws/sagemaker/"),
        *permissions.pull(partition, None),
        *permissions.read(partition, [] if payload is None else [payload]),
        *permissions.keys((wanted.volume_kms_key,), "kms:CreateGrant"),
        *([permissions.network()] if wanted.vpc is not None else []),
    ]
    return [role, iam.role_policy(wanted.named("work"), "work", role, statements)]


_MADE = ("endpoint", "endpoint-config", "inference-recommendations-job", "model", "model-package")
_ENDPOINTS = [
    "sagemaker:AddTags",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateEndpointConfig",
    "sagemaker:CreateModel",
    "sagemaker:DeleteEndpoint",
    "sagemaker:DeleteEndpointConfig",
    "sagemaker:DeleteModel",
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "sagemaker:DescribeInferenceRecommendationsJob",
    "sagemaker:DescribeModel",
    "sagemaker:DescribeModelPackage",
    "sagemaker:InvokeEndpoint",
    "sagemaker:UpdateEndpoint",
]
