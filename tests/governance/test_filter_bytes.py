"""What Terraform makes of the filters we write: the separator `$` must survive its template syntax. And of Slack."""

from typing import Any

import pytest

from aicost_iac import BudgetScope, SlackChannel, Stack
from tests.aws.moto_process import MotoServer
from tests.aws.terraform import Terraform
from tests.aws.test_fleets import write
from tests.governance.stacks import TAGS, ladder

# Values that Terraform would take for templates or their escapes, behind a `$`.
HOSTILE = ["{x}", "${x}", "$${x}", "$", "%{x}", "a${b", "{", 'say "hi"', "back\\slash"]
SCOPES = {
    "plain": BudgetScope(tags={"workload_type": ["training", "inference"]}, elsewhere=True),
    "own": BudgetScope(tags={"Owner.of": ["Team_A", "0"]}, elsewhere=True),
    "hostile": BudgetScope(cost_categories={"Team": HOSTILE}),
}
EXPECTED = {
    "plain": {"user:workload-type$training", "user:workload-type$inference"},
    "own": {"user:Owner.of$Team_A", "user:Owner.of$0"},
    "hostile": {f"Team${value}" for value in HOSTILE},
}


@pytest.fixture(scope="module")
def planned(
    terraform: Terraform, moto_server: MotoServer, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """The resources of a plan of these ladders."""
    items = [ladder(name, scope=scope, untagged=None, limit=10) for name, scope in SCOPES.items()]
    slack = SlackChannel(workspace_id="T07EA123LEP", channel_id="C07EZ1ABC23")
    account = BudgetScope(accounts=["123456789012"])
    items.append(ladder("heard", scope=account, untagged=None, limit=10, slack=slack))
    declared = Stack(name="filters", region="us-east-1", tags=TAGS, items=items)
    root = terraform.root(write(declared, tmp_path_factory.mktemp("filters")), moto_server.url)
    root.init()
    resources: list[dict[str, Any]] = root.plan().document["planned_values"]["root_module"]["resources"]
    return resources


def test_the_bytes_of_a_filter_reach_the_provider(planned: list[dict[str, Any]]) -> None:
    found = {
        resource["values"]["name"]: {value for block in resource["values"]["cost_filter"] for value in block["values"]}
        for resource in planned
        if resource["type"] == "aws_budgets_budget"
    }
    assert found == {**EXPECTED, "heard": {"123456789012"}}


def test_the_provider_takes_a_slack_channel(planned: list[dict[str, Any]]) -> None:
    [channel] = [each["values"] for each in planned if each["type"] == "aws_chatbot_slack_channel_configuration"]
    assert (channel["slack_team_id"], channel["slack_channel_id"]) == ("T07EA123LEP", "C07EZ1ABC23")
