"""What a training fleet can be told besides its size: fallback, checkpoints, guards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, BucketName, Model, matching

Minutes = Annotated[int, Field(ge=1, le=1440)]
Email = Annotated[str, matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]


class OnDemandFallback(Model):
    """A second group that buys on demand what spot does not deliver, and gives it back.

    The first purchase waits for `wait_minutes`; while the shortfall lasts, every increase acts at once, because Auto
    Scaling repeats an alarm's action. Costs at most the spot target and `max_capacity` together, during a hand-over.
    A policy takes 20 steps: where more amounts than that are possible, a purchase is rounded up to the next of 20.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
    """

    wait_minutes: Annotated[int, Field(ge=5, le=1440)] = 15
    """How long spot may fall short before on-demand is bought. Longer than a boot, or every start buys some."""
    recovery_minutes: Minutes = 10
    """How long spot must be whole again before the on-demand instances go."""
    max_capacity: Annotated[int, Field(gt=0)] | None = None
    """The most that is bought, in the unit of the fleet's target; default: the target."""
    instance_types: Annotated[Sequence[str], AfterValidator(tuple)] = ()
    """Types to buy, all of one size, in order of preference; default: the fleet's."""


class Checkpoints(Model):
    """Where training saves its state, so that an interruption costs minutes.

    The command writes to `$AICOST_CHECKPOINTS` and resumes from what it finds there. It is copied to
    `s3://<bucket>/<fleet>/<run>/` every `every_seconds`, at each notice of an interruption, and back at each start.
    """

    run: Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", "a run id: 1 to 63 of A-Z a-z 0-9 . _ -")]
    """This run's own prefix: an old checkpoint must never continue a new run."""
    bucket: BucketName | None = None
    """An existing bucket; default: one of the fleet's own, private, encrypted and versioned."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """When objects in the fleet's own bucket expire."""
    kms_key_arn: Arn | None = None
    """A customer key for the bucket; default: S3's own encryption."""
    every_seconds: Annotated[int, Field(ge=30, le=86_400)] = 300

    def problems(self) -> Iterator[Problem]:
        if self.bucket is not None and self.keep_days != 30:
            yield Problem("keep_days", "has no effect on an existing bucket", self.keep_days, "remove it")


class IdleGuard(Model):
    """Stop the fleet when no GPU has worked for a while: a hung job is alive to everybody but the GPU."""

    minutes: Annotated[int, Field(ge=10, le=1440)] = 60
    """All GPUs below `gpu_percent` for so long. Longer than fallback wait and boot together."""
    gpu_percent: Annotated[int, Field(ge=1, le=50)] = 5
