"""SM007: a key for a lock that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog.ml_types import ml_type
from aicost_iac.errors import CatalogError
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.training_jobs import SOURCES, jobs_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_ENDPOINT = "aws_sagemaker_endpoint_configuration"
_KEY = ("ResourceConfig", "VolumeKmsKeyId")


@rule(
    "SM007",
    "key-on-local-disks",
    severity="error",
    group="broken",
    reads=(*SOURCES, "aws_sagemaker_endpoint_configuration"),
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html",
)
def key_on_local_disks(subject: Subject, world: World) -> Iterator[Told]:
    """A KMS key for the volume of an instance with local disks.

    What happens: instances such as `ml.p4d`, `ml.g5` and `ml.g4dn` keep data on NVMe disks of their own, which the
    hardware encrypts with a key that nobody holds. A request with `VolumeKmsKeyId` (of an endpoint: `KmsKeyId`) is
    refused for them.

    Why it costs: a pipeline that fails when its GPUs are due.

    Bad:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7",
      "resource_config": [{"instance_type": "ml.g5.48xlarge", "instance_count": 1, "volume_size_in_gb": 100,
                           "volume_kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/a"}],
      "stopping_condition": [{"max_runtime_in_seconds": 21600}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sagemaker_training_job": {"train": {
      "training_job_name": "ranker-7",
      "resource_config": [{"instance_type": "ml.g5.48xlarge", "instance_count": 1, "volume_size_in_gb": 100}],
      "stopping_condition": [{"max_runtime_in_seconds": 21600}]
    }}}}
    ```
    """
    if subject.kind == _ENDPOINT:
        body = Block(subject.body)
        types = [each.text("instance_type") or "" for each in body.blocks("production_variants")]
        if not body.absent("kms_key_arn") and (local := next(filter(_is_local, types), None)):
            yield _told(body.at("kms_key_arn"), local)
        return
    for job in jobs_of(subject, world):
        kind = job.text("ResourceConfig", "InstanceType") or ""
        if job.complete and not job.absent(*_KEY) and _is_local(kind):
            yield _told(job.at(*_KEY), kind, job.state)


def _told(path: Path, kind: str, part: str = "") -> Told:
    return Told(path, f"{kind} has local disks, which take no key: the request is refused", "remove the key", part=part)


def _is_local(kind: str) -> bool:
    try:
        return ml_type(kind).local_storage
    except CatalogError:
        return False
