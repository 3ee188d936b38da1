"""SM011: an order in another language."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked, named, plain
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TYPES = ("Default", "Advanced")
_MOST = 10


@rule(
    "SM011",
    "recommender-names-do-not-exist",
    severity="error",
    group="broken",
    reads=("aws sagemaker create-inference-recommendations-job",),
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceRecommendationsJob.html",
)
def recommender_names_do_not_exist(subject: Subject, world: World) -> Iterator[Told]:
    """An Inference Recommender request with names or values that the API does not have.

    What happens: the field is `ResourceLimit` and the types are `Default` and `Advanced`; examples on the web have
    `ResourceLimits` and `ADVANCED`. There is one latency threshold, at `P95` for a load test, and there are ten
    endpoint configurations at most. Anything else is refused.

    Why it costs: a night in which nothing was measured.

    Bad:

    ```sh
    aws sagemaker create-inference-recommendations-job --job-name ranker-$(date +%s) --job-type ADVANCED \\
      --role-arn arn:aws:iam::123456789012:role/recommend \\
      --stopping-conditions '{"MaxInvocations": 300,
        "ModelLatencyThresholds": [{"Percentile": "P95", "ValueInMilliseconds": 500}]}' \\
      --input-config '{"ModelPackageVersionArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/1",
        "JobDurationInSeconds": 7200, "EndpointConfigurations": [{"InstanceType": "ml.g5.xlarge"}],
        "ResourceLimits": {"MaxNumberOfTests": 5, "MaxParallelOfTests": 1},
        "TrafficPattern": {"TrafficType": "PHASES", "Phases": [
          {"InitialNumberOfUsers": 1, "SpawnRate": 1, "DurationInSeconds": 600}]}}'
    ```

    Good:

    ```sh
    aws sagemaker create-inference-recommendations-job --job-name ranker-$(date +%s) --job-type Advanced \\
      --role-arn arn:aws:iam::123456789012:role/recommend \\
      --stopping-conditions '{"MaxInvocations": 300,
        "ModelLatencyThresholds": [{"Percentile": "P95", "ValueInMilliseconds": 500}]}' \\
      --input-config '{"ModelPackageVersionArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/1",
        "JobDurationInSeconds": 7200, "EndpointConfigurations": [{"InstanceType": "ml.g5.xlarge"}],
        "ResourceLimit": {"MaxNumberOfTests": 5, "MaxParallelOfTests": 1},
        "TrafficPattern": {"TrafficType": "PHASES", "Phases": [
          {"InitialNumberOfUsers": 1, "SpawnRate": 1, "DurationInSeconds": 600}]}}'
    ```
    """
    request = asked(subject)
    kind = request.text("JobType")
    if kind is not None and kind not in _TYPES:
        yield Told(request.at("JobType"), f"JobType {kind!r} does not exist", "Default or Advanced", part="JobType")
    inputs = request.block("InputConfig")
    for name in inputs.body:
        if plain(name) == "resourcelimits":
            yield Told(inputs.at(name), f"{name} does not exist", "ResourceLimit", part="ResourceLimit")
    thresholds = request.blocks("StoppingConditions", "ModelLatencyThresholds")
    marks = [named(each, "Percentile") for each in thresholds]
    if len(thresholds) > 1 or (kind == "Advanced" and any(each not in (None, "P95") for each in marks)):
        message = "a load test takes one latency threshold, at P95"
        yield Told(request.at("StoppingConditions"), message, "[{Percentile: P95, ...}]", part="ModelLatencyThresholds")
    if len(request.blocks("InputConfig", "EndpointConfigurations")) > _MOST:
        message = f"more than {_MOST} EndpointConfigurations are refused"
        yield Told(
            request.at("InputConfig", "EndpointConfigurations"), message, "several jobs", part="EndpointConfigurations"
        )
