"""What Terraform makes of the filters we write: the separator `$` must survive its template syntax."""

from pathlib import Path

from aicost_iac import BudgetScope, Stack
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


def test_the_bytes_of_a_filter_reach_the_provider(terraform: Terraform, tmp_path: Path) -> None:
    items = [ladder(name, scope=scope, untagged=None, limit=10) for name, scope in SCOPES.items()]
    declared = Stack(name="filters", region="us-east-1", tags=TAGS, items=items)
    root = terraform.root(write(declared, tmp_path))
    root.init()
    planned = root.plan().document["planned_values"]["root_module"]["resources"]
    found = {
        resource["values"]["name"]: {value for block in resource["values"]["cost_filter"] for value in block["values"]}
        for resource in planned
        if resource["type"] == "aws_budgets_budget"
    }
    assert found == EXPECTED
