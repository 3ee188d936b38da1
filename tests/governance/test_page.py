"""What docs/governance.md shows comes out."""

import re

import aicost_iac
from tests.environments import REPOSITORY
from tests.governance.stacks import fleet, stack

PAGE = (REPOSITORY / "docs" / "governance.md").read_text(encoding="utf-8")


def test_the_ladder_on_the_page_becomes_what_is_said() -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names = {name: getattr(aicost_iac, name) for name in aicost_iac.__all__}
    exec(program, names)
    plan = stack(fleet(), names["ladder"]).plan()
    own = [resource for resource in plan.resources if resource.origin == names["ladder"].origin]
    made = {resource.type for resource in own}
    assert {"aws_budgets_budget", "aws_ce_cost_allocation_tag", "aws_ce_cost_category", "aws_sns_topic"} <= made
    assert len(list(plan.of_type("aws_budgets_budget"))) == 2
    guards = [resource for resource in own if resource.type == "aws_cloudwatch_metric_alarm"]
    shown = re.findall(r"^\| `(\w+)-\*`", PAGE, re.M)
    told = [resource.body["alarm_name"].removeprefix("recommender-").partition("-")[0] for resource in guards]
    assert told
    assert set(told) <= set(shown)
    notes = {note.name for resource in own for note in resource.assume}
    assert "burn_before_first_mail" in notes
