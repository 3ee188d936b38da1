"""Events of a fleet's life, on a queue that a program of yours may read.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/automating-ec2-auto-scaling-with-eventbridge.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._fleet.groups import Groups
from aicost_iac.plan import Resource
from aicost_iac.terraform.messaging import event_rule, queue_with_dead_letters, rules_to_queue
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.spot_training_fleet import SpotTrainingFleet


def interruption_queue(fleet: SpotTrainingFleet, both: Groups, tags: Tags) -> list[Resource]:
    """The queue first. EC2's spot events name an instance only: they can not be narrowed to one group."""
    if not fleet.interruption_queue:
        return []
    queue, dead = queue_with_dead_letters(fleet.named("interruptions"), f"{fleet.name}-interruptions", tags)
    rules = [
        event_rule(fleet.named(part), f"{fleet.name}-{part.replace('_', '-')}", pattern, tags, text)
        for part, (pattern, text) in _patterns(both).items()
    ]
    return [queue, dead, *rules, *rules_to_queue(fleet.named("interruptions"), rules, queue)]


def _patterns(both: Groups) -> dict[str, tuple[dict[str, Any], str]]:
    names = [group.ref("name") for group in both.all]
    launches = ["EC2 Instance Launch Successful", "EC2 Instance Launch Unsuccessful"]
    terminations = ["EC2 Instance Terminate Successful", "EC2 Instance Terminate Unsuccessful"]
    return {
        "spot_warning": (
            {"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]},
            "Two minutes before a spot instance is taken",
        ),
        "rebalance": (
            {"source": ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"]},
            "A spot instance is at elevated risk",
        ),
        "state_change": (
            {
                "source": ["aws.autoscaling"],
                "detail-type": [*launches, *terminations],
                "detail": {"AutoScalingGroupName": names},
            },
            "Instances of this fleet come and go, or fail to",
        ),
        "health": (
            {"source": ["aws.health"], "detail-type": ["AWS Health Event"], "detail": {"service": ["EC2"]}},
            "Scheduled maintenance and hardware failure",
        ),
    }
