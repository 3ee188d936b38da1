"""A rung that stops, and what looks every minute beside a budget that looks every 8 to 12 hours."""

from collections import Counter
from typing import Any

from aicost_iac import (
    BudgetGuards,
    CostTags,
    IdleGuard,
    Ref,
    catalog,
)
from tests.governance.stacks import EMAILS, STOPPING, fleet, ladder, made_by, one, stack, statements


def test_a_rung_that_stops_sets_every_covered_group_to_zero() -> None:
    other = fleet("service", tags=CostTags(workload_type="inference"))
    plan = made_by(ladder(rungs=STOPPING), fleet(), other)
    policies = {each.body["autoscaling_group_name"]: each for each in plan.of_type("aws_autoscaling_policy")}
    assert set(policies) == {
        Ref("aws_autoscaling_group.gpus_group", "name"),
        Ref("aws_autoscaling_group.gpus_fallback", "name"),
    }
    for each in policies.values():
        assert each.body["adjustment_type"] == "ExactCapacity"
        assert each.body["step_adjustment"] == [{"metric_interval_lower_bound": "0", "scaling_adjustment": 0}]
    alarm = one(plan, "aws_cloudwatch_metric_alarm")
    assert set(alarm["alarm_actions"]) == {each.ref("arn") for each in policies.values()}


def test_what_stops_hears_the_budget_and_nobody_else() -> None:
    plan = made_by(ladder(rungs=STOPPING, untagged=None))
    told = one(plan, "aws_budgets_budget")["notification"]
    assert [each.get("subscriber_sns_topic_arns") for each in told] == [None, [Ref("aws_sns_topic.money_stop", "arn")]]
    [publish] = statements(plan, "aws_sns_topic_policy")
    assert publish["Principal"] == {"Service": ["budgets.amazonaws.com"]}
    _, published = one(plan, "aws_cloudwatch_metric_alarm")["metric_query"]
    [metric] = published["metric"]
    assert (metric["namespace"], metric["metric_name"]) == ("AWS/SNS", "NumberOfMessagesPublished")
    assert metric["dimensions"] == {"TopicName": one(plan, "aws_sns_topic")["name"]}


def test_an_alarm_has_five_actions_and_a_ladder_as_many_alarms_as_it_takes() -> None:
    fleets = [fleet(f"gpus-{index}") for index in range(6)]
    plan = made_by(ladder(rungs=STOPPING, topic_emails=EMAILS), *fleets)
    alarms = list(plan.of_type("aws_cloudwatch_metric_alarm"))
    assert max(len(alarm.body["alarm_actions"]) for alarm in alarms) == 5
    told = Counter(str(action) for alarm in alarms for action in alarm.body["alarm_actions"])
    assert {told[str(policy.ref("arn"))] for policy in plan.of_type("aws_autoscaling_policy")} == {1}
    assert len(list(plan.of_type("aws_autoscaling_policy"))) == 12


def test_groups_of_another_stack_are_stopped_by_their_names() -> None:
    governed = stack(ladder(rungs=STOPPING), name="governance")
    seen = (stack(fleet(), name="training").first_pass(), governed.first_pass())
    names = {each.body["autoscaling_group_name"] for each in governed.plan(seen).of_type("aws_autoscaling_policy")}
    assert names == {"gpus", "gpus-on-demand"}


def test_named_groups_are_stopped_too() -> None:
    plan = made_by(ladder(rungs=STOPPING, stop_groups=["workers"]))
    names = {str(each.body["autoscaling_group_name"]) for each in plan.of_type("aws_autoscaling_policy")}
    assert "workers" in names
    assert len(names) == 3


def alarms(guards: BudgetGuards, *others: Any) -> dict[str, dict[str, Any]]:
    plan = made_by(ladder(guards=guards), *(others or (fleet(),)))
    return {each.body["alarm_name"]: dict(each.body) for each in plan.of_type("aws_cloudwatch_metric_alarm")}


def test_guards_look_at_vcpus_quotas_shortfall_and_idleness() -> None:
    assert set(alarms(BudgetGuards(), fleet(on_demand_fallback=None))) == {
        "money-running-l-c4bd4855-1",
        "money-quota-l-c4bd4855",
        "money-short-gpus",
        "money-idle-gpus",
    }


def test_running_vcpus_are_held_against_what_the_app_can_start() -> None:
    found = alarms(BudgetGuards(other_vcpus=10), fleet(), fleet("more", instances=2))
    # Six nodes on spot; as many on demand by the fallbacks.
    vcpus = 6 * catalog.instance("p5.48xlarge").vcpus
    assert found["money-running-l-c4bd4855-1"]["threshold"] == vcpus + 10
    assert found["money-running-l-417a185b-1"]["threshold"] == vcpus + 10


def test_which_vcpus_a_quota_counts_is_asked_not_guessed() -> None:
    plan = made_by(ladder(guards=BudgetGuards()))
    metric = next(
        metric
        for alarm in plan.of_type("aws_cloudwatch_metric_alarm")
        for query in alarm.body["metric_query"]
        for metric in query.get("metric", [])
        if metric["namespace"] == "AWS/Usage"
    )
    asked = metric["dimensions"]["Class"]
    assert isinstance(asked, Ref)
    assert plan.by_address[asked.address].body["quota_code"] in ("L-C4BD4855", "L-417A185B")  # type: ignore[attr-defined]


def test_a_group_that_watches_itself_is_not_watched_twice() -> None:
    own = fleet(command=["train"], idle_guard=IdleGuard())
    found = alarms(BudgetGuards(running=False, quota_percent=None), own)
    # The fleet compares its spot group with its target by itself, and its agent knows its GPUs.
    assert set(found) == {"money-short-gpus-on-demand"}


def test_guards_act_when_they_are_told_to() -> None:
    found = alarms(BudgetGuards(stop=True))
    stop = Ref("aws_autoscaling_policy.money_stops_gpus", "arn")
    assert found["money-idle-gpus"]["alarm_actions"][0] == stop
    assert stop in found["money-running-l-c4bd4855-1"]["alarm_actions"]
    assert stop not in found["money-quota-l-c4bd4855"]["alarm_actions"]
