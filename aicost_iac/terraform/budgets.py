"""Budgets, what they say, and what they do.

Limits: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from aicost_iac.expr import Text, template
from aicost_iac.plan import Assumption, Resource
from aicost_iac.terraform import iam
from aicost_iac.terraform.tagging import Tags

TimeUnit = Literal["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"]
Basis = Literal["ACTUAL", "FORECASTED"]
Approval = Literal["AUTOMATIC", "MANUAL"]
ActionType = Literal["APPLY_IAM_POLICY", "APPLY_SCP_POLICY", "RUN_SSM_DOCUMENTS"]

MAX_NOTIFICATIONS = 10
MAX_EMAILS = 10
MAX_NAME = 100
# A budget is computed anew up to three times a day, 8 to 12 hours after the time before:
# https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
REFRESH_HOURS = 12
BURN = "burn_before_first_mail"
"""An assumption's name: USD that can be spent between two looks of a budget at its bill."""
PUBLISHER = "budgets.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a budget speaks or acts: above a percentage of its limit, or above an amount."""

    basis: Basis
    value: Decimal
    percent: bool

    @property
    def kind(self) -> str:
        return "PERCENTAGE" if self.percent else "ABSOLUTE_VALUE"

    @property
    def number(self) -> int | float:
        """As the provider takes it: a number of its own, not of money."""
        return int(self.value) if self.value == self.value.to_integral_value() else float(self.value)


def notification(threshold: Threshold, emails: Sequence[str], topic: Text | None) -> dict[str, Any]:
    """Who hears when a threshold is passed: told once a period."""
    return {
        "comparison_operator": "GREATER_THAN",
        "notification_type": threshold.basis,
        "threshold": threshold.number,
        "threshold_type": threshold.kind,
        "subscriber_email_addresses": list(emails),
        "subscriber_sns_topic_arns": [] if topic is None else [topic],
    }


def budget(
    name: str,
    budget_name: str,
    time_unit: TimeUnit,
    limit: Mapping[str, Any],
    covers: Mapping[str, Any],
    notifications: Sequence[Mapping[str, Any]],
    tags: Tags,
    assume: tuple[Assumption, ...] = (),
) -> Resource:
    """A cost budget: `limit` is made by `fixed`, `planned` or `adjusted`, `covers` by `spend.filtered`."""
    body = {
        "name": budget_name,
        "budget_type": "COST",
        "time_unit": time_unit,
        "notification": list(notifications),
        "tags": tags,
        **limit,
        **covers,
    }
    return Resource("aws_budgets_budget", name, body, assume=assume)


def fixed(amount: Decimal) -> dict[str, Any]:
    """The same limit in every period."""
    return {"limit_amount": f"{amount:f}", "limit_unit": "USD"}


def planned(limits: Mapping[str, Decimal]) -> dict[str, Any]:
    """A limit per month or quarter, by its first month (`2027-01`); the budget begins with the first."""
    starts = [f"{month}-01_00:00" for month in limits]
    blocks = [
        {"start_time": start, "amount": f"{amount:f}", "unit": "USD"}
        for start, amount in zip(starts, limits.values(), strict=True)
    ]
    return {"planned_limit": blocks, "time_period_start": starts[0]}


def adjusted(periods: int) -> dict[str, Any]:
    """A limit that AWS sets anew each period: the average of so many before."""
    history = [{"budget_adjustment_period": periods}]
    return {"auto_adjust_data": [{"auto_adjust_type": "HISTORICAL", "historical_options": history}]}


def action(
    name: str,
    made: Resource,
    threshold: Threshold,
    kind: ActionType,
    definition: Mapping[str, Any],
    approval: Approval,
    role: Resource,
    subscribers: Sequence[tuple[Literal["EMAIL", "SNS"], Text]],
    tags: Tags,
) -> Resource:
    """What a budget does when a threshold is passed, by itself or when somebody approves."""
    body = {
        "budget_name": made.ref("name"),
        "action_type": kind,
        "approval_model": approval,
        "notification_type": threshold.basis,
        "execution_role_arn": role.ref("arn"),
        "action_threshold": [
            {"action_threshold_type": threshold.kind, "action_threshold_value": threshold.number},
        ],
        "definition": [definition],
        "subscriber": [{"subscription_type": kind_, "address": address} for kind_, address in subscribers],
        "tags": tags,
    }
    return Resource("aws_budgets_budget_action", name, body)


def execution_role(name: str, role_name: str, account: Text, partition: str, tags: Tags) -> Resource:
    """The role of a budget's actions, for budgets of this account only.

    https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html#budgets-action-role
    """
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": PUBLISHER},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": template(f"arn:{partition}:budgets::", account, ":budget/*")},
        },
    }
    body = {
        "name": role_name,
        "description": "Budget actions",
        "assume_role_policy": iam.policy_document([trust]),
        "tags": tags,
    }
    return Resource("aws_iam_role", name, body)
