"""SM012: one key for two locks."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import gpu_names
from aicost_iac.rules.reading.asked import asked, named
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SM012",
    "recommender-mixes-accelerators",
    severity="error",
    group="money",
    reads=("aws sagemaker create-inference-recommendations-job",),
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html",
)
def recommender_mixes_accelerators(subject: Subject, world: World) -> Iterator[Told]:
    """An Inference Recommender job with GPUs and Inferentia for one specification.

    What happens: `ml.inf2` needs a model that was compiled for Neuron and a container of its own. A job that lists it
    beside GPUs under one `InferenceSpecificationName` (or none) starts the instance, bills it, and fails on that leg.
    Every configuration is a load test that is billed.

    Why it costs: an hour or two of each instance that can not run the model.

    Bad:

    ```sh
    aws sagemaker create-inference-recommendations-job --job-name ranker-$(date +%s) --job-type Advanced \\
      --role-arn arn:aws:iam::123456789012:role/recommend \\
      --stopping-conditions '{"MaxInvocations": 300,
        "ModelLatencyThresholds": [{"Percentile": "P95", "ValueInMilliseconds": 500}]}' \\
      --input-config '{"ModelPackageVersionArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/1",
        "JobDurationInSeconds": 7200, "EndpointConfigurations": [
          {"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.inf2.xlarge"}],
        "ResourceLimit": {"MaxNumberOfTests": 5, "MaxParallelOfTests": 1},
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
        "JobDurationInSeconds": 7200, "EndpointConfigurations": [{"InstanceType": "ml.g5.xlarge"},
          {"InstanceType": "ml.inf2.xlarge", "InferenceSpecificationName": "neuron"}],
        "ResourceLimit": {"MaxNumberOfTests": 5, "MaxParallelOfTests": 1},
        "TrafficPattern": {"TrafficType": "PHASES", "Phases": [
          {"InitialNumberOfUsers": 1, "SpawnRate": 1, "DurationInSeconds": 600}]}}'
    ```
    """
    request = asked(subject)
    families: dict[str, set[str]] = {}
    for each in request.blocks("InputConfig", "EndpointConfigurations"):
        machine = gpu_names.machine_of((named(each, "InstanceType") or "").removeprefix("ml."))
        if machine is not None:
            families.setdefault(named(each, "InferenceSpecificationName") or "", set()).add(
                catalog.accelerator(machine.accelerator).kind
            )
    for specification, kinds in families.items():
        if len(kinds) > 1:
            yield Told(
                request.at("InputConfig", "EndpointConfigurations"),
                f"GPUs and Neuron devices share the specification {specification or 'default'!r}: one of them fails",
                "an InferenceSpecificationName for each, with the container and the model made for it",
                part=specification,
            )
