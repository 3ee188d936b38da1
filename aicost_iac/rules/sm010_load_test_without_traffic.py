"""SM010: a load test without load."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked, key
from aicost_iac.rules.reading.values import number
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SM010",
    "load-test-without-traffic",
    severity="error",
    group="broken",
    reads=("aws sagemaker create-inference-recommendations-job",),
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-load-test.html",
)
def load_test_without_traffic(subject: Subject, world: World) -> Iterator[Told]:
    """An Inference Recommender load test without traffic, limits, or an end.

    What happens: a job of type `Advanced` needs a `TrafficPattern`, a `ResourceLimit` and stopping conditions. Without
    them it passes the checks of every client and is refused by the service; phases that are longer than
    `JobDurationInSeconds` are cut off.

    Why it costs: instances that are started for a test that says nothing.

    Bad:

    ```sh
    aws sagemaker create-inference-recommendations-job --job-name ranker-$(date +%s) --job-type Advanced \\
      --role-arn arn:aws:iam::123456789012:role/recommend \\
      --input-config '{"ModelPackageVersionArn": "arn:aws:sagemaker:us-east-1:123456789012:model-package/ranker/1",
        "JobDurationInSeconds": 7200, "EndpointConfigurations": [{"InstanceType": "ml.g5.xlarge"}]}'
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
    if request.text("JobType") != "Advanced" or not request.complete:
        return
    for names in (("InputConfig", "TrafficPattern"), ("InputConfig", "ResourceLimit"), ("StoppingConditions",)):
        if request.absent(*names):
            what = names[-1]
            yield Told(request.at(*names), f"an Advanced job needs {what}: it is refused", f"add {what}", part=what)
    longest = request.number("InputConfig", "JobDurationInSeconds")
    phases = [
        number(each.get(key(each, "DurationInSeconds")))
        for each in request.blocks("InputConfig", "TrafficPattern", "Phases")
    ]
    if longest is not None and None not in phases and sum(each or 0 for each in phases) > longest:
        message = f"the phases take {sum(each or 0 for each in phases):g} s, and the job ends after {longest:g}"
        yield Told(request.at("InputConfig", "JobDurationInSeconds"), message, "fewer or shorter phases", part="phases")
