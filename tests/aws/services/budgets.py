"""AWS Budgets: subscribers, updates, tags and actions; moto knows budgets and notifications."""

import time

from moto.budgets.models import Budget, BudgetsBackend, budgets_backends

from tests.aws.services import tags
from tests.aws.services.actions import ACCOUNT, Call, Fault, Json, Service, Table, new_id

service = Service("AWSBudgetServiceGateway")
actions = Table("NotFoundException")

service.action("ListTagsForResource")(tags.list_resource_tags)
service.action("TagResource")(tags.tag_resource)
service.action("UntagResource")(tags.untag_resource)


@service.action("CreateBudget")
def create_budget(call: Call) -> Json:
    """Like moto's, with tags, and without the limit that moto wants even when AWS derives it."""
    budget = call["Budget"]
    if "AutoAdjustData" in budget:
        budget.setdefault("BudgetLimit", {"Amount": "1.0", "Unit": "USD"})
    _backend().create_budget(call["AccountId"], budget, call.get("NotificationsWithSubscribers", []))
    arn = f"arn:aws:budgets::{call['AccountId']}:budget/{budget['BudgetName']}"
    tags.set_tags(arn, tags.as_map(call.get("ResourceTags")))
    return {}


@service.action("UpdateBudget")
def update_budget(call: Call) -> Json:
    """Replaces the budget; its notifications stay."""
    new = call["NewBudget"]
    budget = _budget(call["AccountId"], new["BudgetName"])
    budget.budget = {"TimePeriod": budget.budget["TimePeriod"], **new, "LastUpdatedTime": time.time()}
    return {}


@service.action("DescribeSubscribersForNotification")
def describe_subscribers(call: Call) -> Json:
    """The subscribers of the notification that has the asked type, threshold and comparison."""
    asked = {name: value for name, value in call["Notification"].items() if name != "NotificationState"}
    for notification in _budget(call["AccountId"], call["BudgetName"]).notifications:
        if asked.items() <= notification.details.items():
            return {"Subscribers": notification.subscribers}
    raise Fault("NotFoundException", f"{call['BudgetName']} has no such notification")


@service.action("CreateBudgetAction")
def create_budget_action(call: Call) -> Json:
    """Remembers the action, waiting for its threshold."""
    action_id = new_id()
    actions[action_id] = {**call.params, "ActionId": action_id, "Status": "STANDBY"}
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/{call['BudgetName']}/action/{action_id}"
    tags.set_tags(arn, tags.as_map(call.get("ResourceTags")))
    return _of_budget(call) | {"ActionId": action_id}


@service.action("UpdateBudgetAction")
def update_budget_action(call: Call) -> Json:
    """Replaces what the call names."""
    old = dict(actions[call["ActionId"]])
    actions[call["ActionId"]].update(call.params)
    return _of_budget(call) | {"OldAction": old, "NewAction": actions[call["ActionId"]]}


@service.action("DescribeBudgetAction")
def describe_budget_action(call: Call) -> Json:
    """The action as it was created."""
    return _of_budget(call) | {"Action": actions[call["ActionId"]]}


@service.action("DeleteBudgetAction")
def delete_budget_action(call: Call) -> Json:
    """Forgets the action and returns it."""
    action = actions[call["ActionId"]]
    del actions[call["ActionId"]]
    return _of_budget(call) | {"Action": action}


def _of_budget(call: Call) -> Json:
    return {"AccountId": call["AccountId"], "BudgetName": call["BudgetName"]}


def _backend() -> BudgetsBackend:
    return budgets_backends[ACCOUNT]["aws"]


def _budget(account: str, name: str) -> Budget:
    _backend().describe_budget(account, name)
    return _backend().budgets[account][name]
