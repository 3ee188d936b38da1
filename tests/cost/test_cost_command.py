"""`aicost cost` as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicost_iac.cli import main
from aicost_iac.terraform.document import render
from tests.cost.plans import mixed, template

APP = """
from aicost_iac import App, CostTags, SpotTrainingFleet, Stack

TAGS = CostTags(workload_type="training", model_name="m", cost_center="c", team="t")
FLEET = SpotTrainingFleet(name="sweep", instances=2, instance_types=["g6e.xlarge"], subnet_ids=["subnet-0a1b2c3d"])
app = App(stacks=[Stack(name="one", region="us-east-1", tags=TAGS, items=[FLEET]),
                  Stack(name="two", region="us-east-1", tags=TAGS, items=[FLEET])])
"""


def run(*arguments: Any, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["cost", *map(str, arguments)], input=stdin)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Terraform root with a fleet of two, and a queue."""
    return write(tmp_path / "main.tf.json", 2)


def write(file: Path, count: int, **more: Any) -> Path:
    from aicost_iac import Plan, Resource

    nodes = (template(), mixed({"g6e.xlarge": None}, sizes=(0, count, count)), Resource("aws_sqs_queue", "q"))
    document = render(Plan(nodes), more or None)
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_json_is_the_contract_and_nothing_else(root: Path) -> None:
    result = run(root, "--format", "json")
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert made["total"]["expected_month"] == "2749.06"
    assert [each["address"] for each in made["items"]] == ["aws_autoscaling_group.g"]
    assert [each["address"] for each in made["unpriced"]] == ["aws_sqs_queue.q"]


def test_text_says_what_it_costs_what_is_missing_and_whose_prices_these_are(root: Path) -> None:
    result = run(root, "--details")
    assert result.exit_code == 0
    assert "$2,749.06" in result.stdout
    assert "spot instances: 2 x g6e.xlarge at $1.861 an hour; at least nothing" in result.stdout
    assert "aws_sqs_queue.q: billed by the request" in result.stdout
    assert "Prices: list prices of 2026-07-20 to 2026-11-24. A month is 730 hours." in result.stdout


def test_an_app_s_stacks_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "two_stacks.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    made = json.loads(run("--app", "two_stacks:app", "--format", "json").stdout)
    assert [(each["stack"], each["blueprint"]) for each in made["items"]] == [
        ("one", "SpotTrainingFleet/sweep"),
        ("two", "SpotTrainingFleet/sweep"),
    ]
    one = json.loads(run("--app", "two_stacks:app", "--stack", "two", "--format", "json").stdout)
    assert [each["stack"] for each in one["items"]] == ["two"]


def test_what_is_piped_in_is_priced(root: Path) -> None:
    result = run("-", "--format", "json", stdin="apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\n"
                 "spec: {storageClassName: gp3, resources: {requests: {storage: 100Gi}}}\n")  # fmt: skip
    assert json.loads(result.stdout)["total"]["expected_month"] == "8.00"


def test_given_spot_prices_count_the_command_line_first(root: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    entry = {"instance_type": "g6e.xlarge", "market": "spot", "usd_hour": "0.9", "as_of": "2026-11-01"}
    prices.write_text(json.dumps({"version": 1, "prices": [entry]}))
    by_file = json.loads(run(root, "--prices", prices, "--format", "json").stdout)
    assert by_file["total"]["expected_month"] == "1346.00"
    by_hand = json.loads(
        run(root, "--prices", prices, "--spot", "g6e.xlarge=0.5@2026-11-20", "--format", "json").stdout
    )
    assert by_hand["total"]["expected_month"] == "762.00"
    line = by_hand["items"][0]["parts"][0]["expected"]
    assert (line["basis"], line["as_of"], line["source"]) == ("given", "2026-11-20", "--spot")


def test_the_cache_is_used_only_when_asked_for(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    from decimal import Decimal

    from aicost_iac.cost import cache
    from aicost_iac.cost.given import Given

    none = run(root, "--cached")
    assert (none.exit_code, "there is no cache of prices" in none.stderr) == (2, True)
    cache.write(cache.Cache((Given("g6e.xlarge", "us-east-1", "spot", Decimal("0.5"), "2026-11-24"),)))
    assert json.loads(run(root, "--format", "json").stdout)["total"]["expected_month"] == "2749.06"
    assert json.loads(run(root, "--cached", "--format", "json").stdout)["total"]["expected_month"] == "762.00"


def test_save_compare_and_fail_above(root: Path, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    assert run(root, "--save", base).exit_code == 0
    write(root, 4)
    compared = run(root, "--compare", base, "--fail-above", "500")
    assert compared.exit_code == 1
    assert "+$2,749.06" in compared.stdout
    assert "a month is expected to cost $2,749.06 more, above --fail-above $500.00" in compared.stderr
    assert run(root, "--compare", base, "--fail-above", "2749.06").exit_code == 0
    comment = run(root, "--compare", base, "--format", "markdown").stdout
    assert comment.startswith("<!-- aicost cost -->\n### Cost: +$2,749.06 a month")
    made = json.loads(run(root, "--compare", base, "--format", "json").stdout)
    assert made["total"]["added"]["expected_month"] == "2749.06"


def test_budgets_fail_by_their_worst_case(tmp_path: Path) -> None:
    from aicost_iac import Plan, Resource

    limit = {"budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "2000", "limit_unit": "USD"}
    plan = Plan((template(), mixed({"g6e.xlarge": None}, sizes=(0, 1, 2)), Resource("aws_budgets_budget", "b", limit)))
    file = tmp_path / "main.tf.json"
    file.write_text(json.dumps(render(plan)))
    assert run(file).exit_code == 0
    failed = run(file, "--budget")
    assert failed.exit_code == 1
    assert (
        "at worst $2,749.06 a month, above its limit of $2,000.00; $45.19 can be gone in the 12 hours" in failed.stderr
    )
    assert run(write(tmp_path / "other.tf.json", 1), "--budget").exit_code == 0


def test_the_region_is_the_provider_s_unless_told(tmp_path: Path) -> None:
    file = write(tmp_path / "main.tf.json", 2, provider={"aws": [{"region": "eu-west-1"}]})
    made = json.loads(run(file, "--format", "json").stdout)
    assert made["items"] == []
    assert "'eu-west-1'" in made["unpriced"][0]["reason"]
    assert json.loads(run(file, "--region", "us-east-1", "--format", "json").stdout)["items"] != []


def test_a_file_that_can_not_be_read_is_among_what_has_no_price(root: Path) -> None:
    (root.parent / "broken.tf.json").write_text("{")
    made = json.loads(run(root.parent, "--format", "json").stdout)
    assert made["total"]["expected_month"] == "2749.06"
    assert any("can not be read" in each["reason"] for each in made["unpriced"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fail-above", "5"], "--fail-above needs --compare"),
        (["--compare", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["--spot", "x"], "is no spot price: TYPE=USD or TYPE=USD@DATE"),
        (["--prices", "nowhere.json"], "nowhere.json: No such file or directory"),
    ],
)
def test_what_can_not_be_done_is_said_with_exit_2(root: Path, arguments: list[str], message: str) -> None:
    result = run(root, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_where_nothing_can_be_read_no_zero_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "broken.tf.json").write_text("{")
    done = run(tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "broken.tf.json:1:2: is no JSON" in done.stderr


def test_nothing_to_estimate_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "nothing to estimate in" in result.stderr
