"""One stack with every part of governance that moto, as extended here, implements; it needs an organization.

Not in it, and only planned: the Slack channel (moto has no Chatbot), and `filter_expression` (provider 6.62).
"""

import json

from aicost_iac import (
    AnomalyAlert,
    AnomalyDetection,
    AutoAdjust,
    BudgetGuards,
    BudgetLadder,
    BudgetScope,
    CostTags,
    DenyInAccounts,
    DenyLaunches,
    GpuPodLabels,
    LaunchGuard,
    OrganizationTags,
    Ref,
    RequiredTagsRule,
    Resource,
    Rung,
    SplitCategory,
    SpotTrainingFleet,
    Stack,
    StopInstances,
    TagPolicy,
    WorstCase,
)
from aicost_iac.model import Blueprint
from tests.aws.everything import network

TAGS = CostTags(workload_type="training", cost_center="research", team="vision")
TEAM, LEADS, FINANCE = ["team@example.com"], ["leads@example.com"], ["finance@example.com"]
ACCOUNT = "123456789012"


def governed(root_id: str) -> Stack:
    """Ladders of every kind over one fleet, detection, and a taxonomy everywhere. `root_id` is the organization's."""
    items: list[Blueprint | Resource] = [
        *network(),
        *_surroundings(),
        _fleet(),
        *_ladders(),
        _detection(),
        _taxonomy(root_id),
    ]
    return Stack(name="governed", region="us-east-1", tags=TAGS, items=items)


def _fleet() -> SpotTrainingFleet:
    return SpotTrainingFleet(
        name="gpus",
        instances=2,
        instance_types=["p4d.24xlarge"],
        subnet_ids=[Ref("aws_subnet.zone_a", "id")],
        vpc_id=Ref("aws_vpc.main", "id"),
    )


def _surroundings() -> list[Resource]:
    """What an account has already: Config's recorder, and a role that people start instances with."""
    roles = [
        Resource("aws_iam_role", name, {"name": name, "assume_role_policy": _trust(f"{service}.amazonaws.com")})
        for name, service in (("recorder", "config"), ("developer", "ec2"))
    ]
    recorder = {"name": "all", "role_arn": roles[0].ref("arn")}
    return [*roles, Resource("aws_config_configuration_recorder", "all", recorder)]


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _ladders() -> list[Blueprint]:
    several = BudgetScope(tags={"team": "vision"}, services=["ec2"], cost_categories={"Team": ["Vision"]})
    return [
        BudgetLadder.standard(
            "common",
            50_000,
            team=TEAM,
            leads=LEADS,
            finance=FINANCE,
            scope=BudgetScope(tags={"workload_type": "training"}),
            guards=BudgetGuards(stop=True),
            topic_emails=TEAM,
        ),
        BudgetLadder(
            name="hard",
            limit=WorstCase(),
            scope=BudgetScope(tags={"team": "vision"}),
            tag_activation="elsewhere",
            untagged=None,
            rungs=[Rung(percent=80, emails=TEAM), Rung(percent=100, emails=LEADS, stop=True)],
        ),
        BudgetLadder(
            name="planned",
            limit={f"2027-{month:02}": 1_000 + month for month in range(1, 13)},
            scope=several,
            tag_activation="wait",
            untagged=None,
            rungs=[Rung(percent=50, emails=TEAM), Rung(percent=100, emails=TEAM)],
        ),
        BudgetLadder(
            name="adjusted",
            limit=AutoAdjust(periods=6),
            rungs=[
                Rung(percent=80, emails=TEAM, action=DenyLaunches(roles=["developer"])),
                Rung(percent=90.5, emails=TEAM, action=StopInstances(instance_ids=["i-0a1b2c3d"], region="us-east-1")),
                Rung(percent=95, emails=LEADS, action=DenyInAccounts(targets=[ACCOUNT], approval="manual")),
            ],
        ),
    ]


def _detection() -> AnomalyDetection:
    return AnomalyDetection(
        name="unusual",
        services=True,
        by_tags={"workload_type": "training"},
        accounts=[ACCOUNT],
        alerts=[
            AnomalyAlert.model_validate(
                {"name": "now", "frequency": "immediate", "above_usd": 500, "above_percent": 40, "combine": "or"}
            ),
            AnomalyAlert.model_validate({"name": "digest", "frequency": "weekly", "above_usd": 100, "emails": TEAM}),
        ],
        topic_emails=TEAM,
    )


def _taxonomy(root_id: str) -> TagPolicy:
    extras: dict[str, list[str]] = {f"key-{n}": [] for n in range(3)}
    return TagPolicy(
        name="taxonomy",
        required={"workload_type": ["training", "inference"], "cost_center": ["research", "shared"], "team": []},
        optional=extras,
        organization=OrganizationTags(targets=[root_id], enforce=["ec2:instance", "ec2:volume"], lock=True),
        config_rule=RequiredTagsRule(),
        resource_groups="workload_type",
        cost_category=SplitCategory(by="cost_center", shared="shared", split={"research": 100}),
        launch_guard=LaunchGuard(targets=[ACCOUNT], iam_policy=True),
        gpu_pods=GpuPodLabels(),
    )
