"""JOB001: a run that never gives up."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import Pods, pods_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_PLACES = ("spec", "spec.jobTemplate.spec", "spec.replicatedJobs.template.spec", "spec.runPolicy")


@rule(
    "JOB001",
    "gpu-job-without-deadline",
    severity="warning",
    group="money",
    reads=("CronJob", "Job", "JobSet", "MPIJob", "PyTorchJob"),
    source="https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
)
def gpu_job_without_deadline(subject: Subject, world: World) -> Iterator[Told]:
    """A job on GPUs without a deadline.

    What happens: a process that hangs, as collective communication does when one rank is gone, looks alive to
    Kubernetes. Nothing ends it before `activeDeadlineSeconds`, and a failed job is tried six more times where
    `backoffLimit` is not written.

    Why it costs: every GPU of the job, until somebody looks.

    Bad:

    ```yaml
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: train
              image: registry.example/train:7
              resources: {limits: {nvidia.com/gpu: 8}}
    ```

    Good:

    ```yaml
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      activeDeadlineSeconds: 86400
      backoffLimit: 1
      ttlSecondsAfterFinished: 3600
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: train
              image: registry.example/train:7
              resources: {limits: {nvidia.com/gpu: 8}}
    ```
    """
    for template in pods_of(subject, world):
        if template.wants_gpu and not _bounded(subject, template):
            hour = bills.gpu_hour(template, world)
            priced = (
                f": {hour.times(24 * template.gpus).usd:,.0f} USD for each day it hangs"
                if hour and template.gpus
                else ""
            )
            yield Told(
                template.spec.path,
                f"nothing ends a pod that hangs, and it holds {_held(template)}{priced}",
                "activeDeadlineSeconds on the job (or its pods), and a small backoffLimit",
            )
            return


def _bounded(subject: Subject, template: Pods) -> bool:
    """Whether the job, or its pods, has a deadline; an expression may be one."""
    places = (template.spec, *(Block(subject.body).block(*path.split(".")) for path in _PLACES))
    return any(not each.absent("activeDeadlineSeconds") for each in places)


def _held(template: Pods) -> str:
    return f"{template.gpus} GPU{'s' if template.gpus > 1 else ''}" if template.gpus else "a slice of a GPU"
