"""JOB002: a run for every tick."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import pods_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "JOB002",
    "gpu-runs-pile-up",
    severity="warning",
    group="money",
    reads=("CronJob",),
    source="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy",
)
def gpu_runs_pile_up(subject: Subject, world: World) -> Iterator[Told]:
    """A CronJob on GPUs that may run beside itself.

    What happens: `concurrencyPolicy` is Allow where nothing is written: when a run takes longer than its interval, or
    waits for a GPU, the next one is started beside it, and the one after that.

    Why it costs: a backlog of jobs that each hold GPUs, and an autoscaler that buys nodes for all of them.

    Bad:

    ```yaml
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: embed}
    spec:
      schedule: "*/10 * * * *"
      jobTemplate:
        spec:
          activeDeadlineSeconds: 3600
          backoffLimit: 0
          ttlSecondsAfterFinished: 600
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: embed
                  image: registry.example/embed:3
                  resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: embed}
    spec:
      schedule: "*/10 * * * *"
      concurrencyPolicy: Forbid
      jobTemplate:
        spec:
          activeDeadlineSeconds: 3600
          backoffLimit: 0
          ttlSecondsAfterFinished: 600
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: embed
                  image: registry.example/embed:3
                  resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    spec = Block(subject.body).block("spec")
    piles = spec.absent("concurrencyPolicy") or spec.text("concurrencyPolicy") == "Allow"
    if piles and any(template.wants_gpu for template in pods_of(subject, world)):
        yield Told(
            spec.path if spec.absent("concurrencyPolicy") else spec.at("concurrencyPolicy"),
            "runs that take longer than their interval, or wait for a GPU, pile up",
            "concurrencyPolicy: Forbid",
        )
