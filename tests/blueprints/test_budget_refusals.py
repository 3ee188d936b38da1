"""What BudgetLadder refuses, with the field, the value and the way out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import (
    AutoAdjust,
    BudgetGuards,
    BudgetLadder,
    BudgetScope,
    CostTags,
    DenyLaunches,
    KubeObject,
    Ref,
    Resource,
    Rung,
    SlackChannel,
    StopInstances,
    UntaggedSpend,
    WorstCase,
)
from aicost_iac.errors import InvalidBlueprint
from tests.governance.stacks import EMAILS, STOPPING, fleet, ladder, stack

MONTHS = {f"2027-{month:02}": 1_000 for month in range(1, 13)}
ELEVEN = dict.fromkeys(list(MONTHS)[:11], 1000)
NO_GUARD = {"running": False, "quota_percent": None, "shortfall_minutes": None, "idle_minutes": None}


def refusal(make: Any, **fields: Any) -> str:
    with pytest.raises(InvalidBlueprint) as refused:
        make(**fields)
    return str(refused.value)


BAD: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "text for a limit": ({"limit": "50,000"}, "limit: is no amount of USD such as 50000"),
    "no money": ({"limit": 0}, "limit: is no amount above 0"),
    "endless money": ({"limit": "Infinity"}, "limit: is no amount above 0"),
    "a bad month": ({"limit": {"2027-13": 1}}, "limit.2027-13: is not a month"),
    "a month without money": ({"limit": {**MONTHS, "2027-02": -5}}, "limit: 2027-02: is no amount above 0"),
    "eleven months": ({"limit": dict.fromkeys(list(MONTHS)[:11], 1)}, "must be planned for 12 periods in a row"),
    "a gap": (
        {"limit": {**dict.fromkeys(list(MONTHS)[:11], 1), "2028-05": 1}},
        "must be planned for 12 periods in a row",
    ),
    "a planned year": (
        {"limit": MONTHS, "period": "annually"},
        "can not be planned for this period (got 'annually')",
    ),
    "months for quarters": ({"limit": MONTHS, "period": "quarterly"}, "must be planned for 4 periods in a row"),
    "quarters from February": (
        {"limit": dict.fromkeys(["2027-02", "2027-05", "2027-08", "2027-11"], 1), "period": "quarterly"},
        "must begin with a quarter",
    ),
    "too much history": ({"limit": AutoAdjust(periods=13)}, "limit.periods: is more than the 12"),
    "no rungs": ({"rungs": []}, "rungs: Value should have at least 1 item"),
    "only a forecast": ({"rungs": [Rung(percent=90, of="forecast", emails=EMAILS)]}, "rungs: only forecast"),
    "a daily forecast": (
        {"rungs": [Rung(percent=9, emails=EMAILS), Rung(percent=90, of="forecast", emails=EMAILS)], "period": "daily"},
        "forecast a day whose bill comes when it is over",
    ),
    "falling rungs": (
        {"rungs": [Rung(percent=80, emails=EMAILS), Rung(percent=50, emails=EMAILS)]},
        "rungs.1.percent: does not rise above the rung before it (80 %) (got '50 %')",
    ),
    "a rung twice": (
        {"rungs": [Rung(percent=80, emails=EMAILS), Rung(percent=80, emails=["other@example.com"])]},
        "rungs.1.percent: does not rise",
    ),
    "an amount below a percentage": (
        {"rungs": [Rung(percent=50, emails=EMAILS), Rung(usd=Decimal(20_000), emails=EMAILS)]},
        "rungs.1.usd: does not rise above the rung before it (50 %) (got '20000 USD')",
    ),
    "eleven rungs": (
        {"rungs": [Rung(percent=percent, emails=EMAILS) for percent in range(1, 12)]},
        "rungs: are more than the 10 of a budget (got 11)",
    ),
    "nothing to activate": ({"scope": BudgetScope(), "tag_activation": "wait"}, "tag_activation: has no tags"),
    "two topics": (
        {"topic_arn": "arn:aws:sns:us-east-1:123456789012:a", "topic_emails": EMAILS},
        "topic_emails: and topic_arn are two ways to one end",
    ),
    "a topic for nothing": ({"topic_arn": "arn:aws:sns:us-east-1:123456789012:a"}, "topic_arn: hears nothing"),
    "no topic": ({"topic_arn": "my-topic"}, "topic_arn: is not an ARN (got 'my-topic')"),
    "both topics on a rung": (
        {"rungs": [Rung(percent=5, emails=EMAILS), Rung(percent=9, stop=True, topic=True)]},
        "rungs.1.topic: with stop is one topic too many",
    ),
    "an action nobody hears of": (
        {"rungs": [Rung(percent=9, stop=True, action=DenyLaunches(roles=["a"]))]},
        "rungs.0.action: must be told to somebody",
    ),
    "groups that nothing stops": ({"stop_groups": ["a"]}, "stop_groups: are stopped by nothing"),
    "a catch-all nobody hears of": ({"rungs": [Rung(percent=9, topic=True)]}, "untagged.emails: is required"),
    "an unknown field": ({"treshold": 5}, "treshold: is not a field here"),
    "a name AWS takes no tail of": (
        {"name": "a" * 40, "scope": BudgetScope(tags={"k" * 63: "v", "team": "vision"}, elsewhere=True)},
        "makes a budget name of 108 characters, and AWS takes 100",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_ladder_that_no_stack_could_hold(case: str) -> None:
    fields, message = BAD[case]
    assert message in refusal(ladder, **fields)


def test_all_problems_are_told_at_once() -> None:
    told = refusal(ladder, limit=AutoAdjust(periods=60), topic_emails=["no address"], stop_groups=["a"], period="x")
    assert told.startswith("BudgetLadder 'money': ")
    assert "topic_emails.0: is not an e-mail address (got 'no address')" in told
    assert "period: Input should be 'daily', 'monthly', 'quarterly' or 'annually'" in told


RUNGS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "no height": ({"emails": EMAILS}, "percent: or usd is required"),
    "two heights": ({"percent": 5, "usd": 5, "emails": EMAILS}, "percent: or usd is required, and only one of them"),
    "nobody": ({"percent": 5}, "emails: or topic is required: a rung must be heard"),
    "no address": ({"percent": 5, "emails": ["[email protected]"]}, "emails.0: is not an e-mail address"),
    "eleven addresses": ({"percent": 5, "emails": [f"{i}@example.com" for i in range(11)]}, "emails: "),
    "an address twice": ({"percent": 5, "emails": EMAILS * 2}, "emails: name one address twice"),
    "a forecast that stops": ({"percent": 5, "of": "forecast", "stop": True}, "stop: on a forecast would stop work"),
    "a percentage of nothing": ({"percent": 0, "emails": EMAILS}, "percent: Input should be greater than 0"),
    "beyond the API": ({"percent": 1_000_001, "emails": EMAILS}, "percent: Input should be less than or equal to"),
}


@pytest.mark.parametrize("case", RUNGS)
def test_a_rung_that_is_none(case: str) -> None:
    fields, message = RUNGS[case]
    assert message in refusal(Rung, **fields)


SCOPES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "a value CostTags would not take": ({"tags": {"workload_type": "trainin"}}, "tags.workload-type: Input should be"),
    "a key that is none": ({"tags": {"my key": "a"}}, "tags.my key: is not a valid key"),
    "AWS's own key": ({"tags": {"aws-team": "a"}}, "tags.aws-team: is reserved"),
    "one key in two spellings": ({"tags": {"cost_center": "a", "cost-center": "b"}}, "tags: names one key twice"),
    "a value twice": ({"tags": {"team": ["a", "a"]}}, "tags.team: names one value twice"),
    "no value": ({"tags": {"team": []}}, "tags.team: needs a value"),
    "a number": ({"tags": {"team": 5}}, "tags: 5 is neither a value nor a list of values"),
    "no mapping": ({"tags": "team"}, "tags: is neither CostTags nor a mapping"),
    "a service nobody bills": (
        {"services": ["ecc2"]},
        "services: is no service a bill knows",
    ),
    "a short account": ({"accounts": ["1234"]}, "accounts.0: is not an account id"),
    "no type": ({"instance_types": ["p5"]}, "instance_types.0: is not an instance type"),
    "a separator": ({"cost_categories": {"a$b": ["c"]}}, "cost_categories: has a name that no category has"),
}


@pytest.mark.parametrize("case", SCOPES)
def test_a_scope_that_matches_nothing(case: str) -> None:
    fields, message = SCOPES[case]
    assert message in refusal(BudgetScope, **fields)


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (DenyLaunches, {}, "roles: or groups or users are required"),
        (DenyLaunches, {"roles": ["arn:aws:iam::123456789012:role/a"]}, "is not the name of a role"),
        (StopInstances, {"instance_ids": ["gpus"], "region": "us-east-1"}, "is not an instance id"),
        (StopInstances, {"instance_ids": [], "region": "us-east-1"}, "instance_ids: Value should have at least 1"),
        (SlackChannel, {"workspace_id": "acme.slack.com", "channel_id": "C1"}, "workspace_id: is not a workspace id"),
        (UntaggedSpend, {"limit": -1}, "limit: Input should be greater than 0"),
        (BudgetGuards, NO_GUARD, "running: or another guard is required"),
        (BudgetGuards, {"idle_minutes": 12}, "idle_minutes: Input should be a multiple of 5"),
        (AutoAdjust, {}, "periods: is required"),
        (WorstCase, {"margin_percent": -1}, "margin_percent: Input should be greater than or equal to 0"),
    ],
)
def test_settings_that_are_none(make: Any, fields: Mapping[str, Any], message: str) -> None:
    assert message in refusal(make, **fields)


def placed(made: BudgetLadder, *others: Any, **fields: Any) -> str:
    with pytest.raises(InvalidBlueprint) as refused:
        stack(made, *(others or (fleet(),)), **fields).plan()
    return str(refused.value)


def test_a_value_that_nothing_carries() -> None:
    told = placed(ladder(scope=BudgetScope(tags={"workload_type": ["training", "inference"]})))
    assert "scope.tags.workload-type: has a value that nothing in the app carries (got 'inference')" in told
    assert "carried are training" in told


def test_a_key_that_nothing_carries() -> None:
    told = placed(ladder(scope=BudgetScope(tags={"Team": "vision"})))
    assert "scope.tags.Team: is carried by nothing in the app (got 'Team'); did you mean 'team'?" in told


def test_labels_of_kubernetes_are_not_tags() -> None:
    labelled = KubeObject("v1", "ConfigMap", "a", "b", labels={"workload-type": "evaluation"})
    assert "nothing in the app carries" in placed(
        ladder(scope=BudgetScope(tags={"workload_type": "evaluation"})), fleet(), labelled
    )


def test_what_is_carried_elsewhere_is_believed() -> None:
    elsewhere = BudgetScope(tags={"workload_type": "inference"}, elsewhere=True)
    assert stack(ladder(scope=elsewhere), fleet()).plan().resources


def test_keys_that_nothing_carries_together() -> None:
    scope = BudgetScope(tags={"workload_type": "inference", "team": "vision"})
    speech = fleet("speech", tags=CostTags(workload_type="inference", team="speech"))
    assert "scope.tags: match nothing together" in placed(ladder(scope=scope), fleet(), speech)


def test_a_limit_that_has_nothing_to_derive_it_from() -> None:
    bucket = Resource("aws_iam_role", "a", {"name": "a", "tags": {"workload-type": "training"}})
    assert "limit: can not be derived: nothing with a price is covered" in placed(ladder(limit=WorstCase()), bucket)


def test_a_rung_that_stops_the_sum_of_budgets_that_cover_more() -> None:
    scope = BudgetScope(tags={"workload_type": "training", "team": "vision"})
    told = placed(ladder(scope=scope, rungs=STOPPING))
    assert "rungs: stop or act on the sum of several keys or dimensions" in told
    assert 'provider_version=">= 6.62, < 7"' in told
    assert stack(ladder(scope=scope, rungs=STOPPING), fleet(), provider_version=">= 6.62").plan().resources


def test_a_group_that_keeps_a_minimum_can_not_be_stopped() -> None:
    assert "aws_autoscaling_group.gpus_group keeps 1 by min_size" in placed(
        ladder(rungs=STOPPING), fleet(min_capacity=1)
    )


def test_an_accelerator_that_is_in_no_group_can_not_be_stopped() -> None:
    alone = Resource("aws_instance", "alone", {"instance_type": "p5.48xlarge", "tags": {"workload-type": "training"}})
    assert "aws_instance.alone is no Auto Scaling group" in placed(ladder(rungs=STOPPING), fleet(), alone)


def test_a_group_of_another_region_can_not_be_stopped_from_here() -> None:
    governed = stack(ladder(rungs=STOPPING), name="governance")
    seen = (stack(fleet(), name="training", region="us-west-2").first_pass(), governed.first_pass())
    with pytest.raises(InvalidBlueprint, match=r"gpus_group is not in us-east-1: an alarm acts in its own region"):
        governed.plan(seen)


def test_a_group_whose_name_only_another_root_knows_can_not_be_stopped_from_here() -> None:
    body = {"name": Ref("random_pet.name", "id"), "min_size": 0, "max_size": 1}
    theirs = Resource("aws_autoscaling_group", "theirs", body)
    everything = ladder(rungs=STOPPING, scope=BudgetScope(), untagged=None)
    training = stack(theirs, name="training", external=["random_pet.name"])
    governed = stack(everything, name="governance")
    with pytest.raises(InvalidBlueprint, match="has a name that only its own Terraform root knows"):
        governed.plan((training.first_pass(), governed.first_pass()))


def test_a_rung_that_stops_nothing() -> None:
    role = Resource("aws_iam_role", "a", {"name": "a", "tags": {"workload-type": "training"}})
    assert "rungs: stop, but the scope covers no group" in placed(ladder(rungs=STOPPING), role)


def test_a_guard_that_would_see_nothing() -> None:
    body = {
        "name": "plain",
        "min_size": 0,
        "max_size": 1,
        "tag": [{"key": "workload-type", "value": "training", "propagate_at_launch": True}],
    }
    told = placed(ladder(guards=BudgetGuards()), Resource("aws_autoscaling_group", "plain", body))
    assert "its enabled_metrics lack GroupDesiredCapacity, GroupInServiceInstances" in told
