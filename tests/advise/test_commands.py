"""`aicost advise` as a person and a program use it."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from click.testing import CliRunner, Result

from aicost_iac.advise import history as histories
from aicost_iac.advise import permissions
from aicost_iac.cli import main
from tests.advise.years import history, recommendation, series, year
from tests.kubernetes.strict import assert_valid

SCOPE = "g6e us-east-1"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A year of hours for two plans, AWS's recommendation for the first."""
    family = series(year(8), "EC2_INSTANCE_SP", SCOPE)
    path = tmp_path / "history.json"
    path.write_text(histories.dump(history(series(year()), family, recommendations=[recommendation()])))
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["advise", *map(str, arguments)])


def test_text_says_what_to_commit_and_why(saved: Path) -> None:
    done = run("commitments", "--from", saved, "--discount", "EC2_INSTANCE_SP=35%")
    assert done.exit_code == 0, done.output
    assert "COMPUTE_SP: commit to $14.4" in done.stdout
    assert "discount 28.0 % (derived from AWS's own recommendation of 2026-11-24T08:00:00Z)" in done.stdout
    assert "discount 35.0 % (given with --discount)" in done.stdout
    assert "AWS recommends" in done.stdout
    assert re.search(r"AWS's own\s+\$18.200", done.stdout)


def test_plans_that_cover_the_same_hours_are_not_added_up(saved: Path) -> None:
    done = run("commitments", "--from", saved)
    assert "COMPUTE_SP and EC2_INSTANCE_SP cover the same EC2 hours" in done.stdout


def test_json_is_the_contract(saved: Path) -> None:
    done = run("commitments", "--from", saved, "--format", "json", "--discount", "0.35")
    answer = json.loads(done.stdout)
    assert answer["version"] == 1
    [compute, family] = answer["advice"]
    assert (compute["plan"], family["scope"]) == ("COMPUTE_SP", SCOPE)
    assert compute["quantile"] == "0.3500"
    assert Decimal(compute["advised"]["commitment_usd_hour"]) > 0
    assert all(isinstance(value, str) for value in compute["advised"].values())
    assert compute["aws"]["usd_hour"] == "18.2"
    assert family["aws"] is None


def test_markdown_is_a_page(saved: Path) -> None:
    done = run("commitments", "--from", saved, "--format", "markdown", "--discount", "0.35")
    assert done.stdout.startswith("# Commitments\n")
    assert "| advised | $" in done.stdout


def test_a_plan_without_a_known_discount_gets_no_advice(saved: Path) -> None:
    done = run("commitments", "--from", saved)
    assert done.exit_code == 0
    assert "EC2_INSTANCE_SP g6e us-east-1: no advice, its discount is not known" in done.stderr
    assert "EC2_INSTANCE_SP g6e" not in done.stdout


def test_few_hours_get_no_advice(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(histories.dump(history(series([Decimal(1)] * 100))))
    done = run("commitments", "--from", path, "--discount", "0.3")
    assert done.exit_code == 2
    assert "no advice on 100 hours, a week is the least" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--term", "3"], "no three-year advice"),
        (["--discount", "COMPUTE=0.3"], "'COMPUTE' is no plan; there are COMPUTE_SP"),
        (["--discount", "130%"], "no share from 0 to 1"),
        (["--discount", "0"], "nothing to commit for"),
        (["--lookback", "9 weeks"], "no number of days from 1 to 400"),
    ],
)
def test_bad_input_names_the_way_out(saved: Path, arguments: list[str], said: str) -> None:
    done = run("commitments", "--from", saved, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_three_years_can_be_asked_for(saved: Path) -> None:
    terms = ["--term", "3", "--allow-three-years", "--discount", "0.5", "--price-decline", "10%"]
    done = run("commitments", "--from", saved, *terms)
    assert "an hour for 3 years" in done.stdout
    assert "prices expected to fall 10.0 % a year" in done.stdout


@pytest.mark.parametrize("broken", ["{", '{"lookback_days": 0}', '{"lookback_days": 60, "series": [{"plan": "X"}]}'])
def test_a_history_that_is_none_is_named(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "history.json"
    path.write_text(broken)
    done = run("commitments", "--from", path)
    assert done.exit_code == 2
    assert "history.json" in done.stderr


def test_a_history_is_read_back_as_itself(saved: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    run("commitments", "--from", saved, "--save", again)
    assert histories.load(again) == histories.load(saved)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_curve_is_drawn_the_same_every_time(saved: Path, tmp_path: Path, kind: str) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        run("commitments", "--from", saved, "--plot", folder, "--plot-format", kind)
    [first], [second] = (sorted(folder.iterdir()) for folder in folders)
    assert first.name == f"compute-sp.{kind}"
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"\x89PNG" if kind == "png" else b"<?xml")


def iac(saved: Path, folder: Path, *arguments: str) -> tuple[Result, dict[str, str]]:
    done = run("commitments", "--from", saved, "--discount", "EC2_INSTANCE_SP=0.35", "--iac", folder, *arguments)
    return done, {path.name: path.read_text() for path in folder.iterdir()}


def test_a_commitment_becomes_terraform_and_prices_for_karpenter(saved: Path, tmp_path: Path) -> None:
    _, written = iac(saved, tmp_path / "iac")
    assert sorted(written) == [
        "compute-sp.request.json",
        "compute-sp.tf.json",
        "ec2-instance-sp-g6e-us-east-1.nodeoverlay.yaml",
    ]
    plan = json.loads(written["compute-sp.tf.json"])["resource"]["aws_savingsplans_savings_plan"]["compute_sp"]
    assert plan["savings_plan_offering_id"] == "00000000-0000-0000-0000-000000000000"
    assert plan["lifecycle"] == {"prevent_destroy": True}
    assert plan["commitment"] == json.loads(written["compute-sp.request.json"])["commitment"]
    overlay = yaml.safe_load(written["ec2-instance-sp-g6e-us-east-1.nodeoverlay.yaml"])
    assert overlay["spec"]["priceAdjustment"] == "-35.0%"
    assert overlay["spec"]["requirements"][0]["values"] == ["g6e"]
    assert_valid([overlay])


def test_the_request_is_one_the_api_knows(saved: Path, tmp_path: Path) -> None:
    from botocore.validate import validate_parameters

    _, written = iac(saved, tmp_path / "iac")
    model = botocore.session.get_session().get_service_model("savingsplans")
    request = json.loads(written["compute-sp.request.json"])
    validate_parameters(request, model.operation_model("CreateSavingsPlan").input_shape)


@pytest.mark.parametrize(
    ("constraint", "said"),
    [(">= 5.100, < 7", "6.29 has it"), (">= 6.29, < 7", "buy another at the next apply"), ("~> 6.69", None)],
)
def test_terraform_only_where_every_version_can_buy_once(
    saved: Path, tmp_path: Path, constraint: str, said: str | None
) -> None:
    done, written = iac(saved, tmp_path / "iac", "--provider-version", constraint)
    assert ("compute-sp.tf.json" in written) == (said is None)
    assert said is None or said in done.stderr


def test_the_policy_allows_what_is_called_and_nothing_that_buys() -> None:
    done = run("--iam-policy")
    allowed = {action for each in json.loads(done.stdout)["Statement"] for action in each["Action"]}
    assert allowed == {*permissions.COMMITMENTS, *permissions.USAGE}
    verbs = {action.partition(":")[2] for action in allowed}
    assert all(verb.startswith(("Get", "List", "Describe", "StartSavingsPlansPurchase")) for verb in verbs)
    assert verbs == called()


def called() -> set[str]:
    """The operations the package names in its calls, by the API's names."""
    import aicost_iac.advise

    sources = "".join(path.read_text() for path in Path(str(aicost_iac.advise.__file__)).parent.glob("*.py"))
    session: Any = botocore.session.get_session()
    known: dict[str, str] = {}
    for service in ("ce", "savingsplans", "cloudwatch"):
        names = session.get_service_model(service).operation_names
        known |= {botocore.xform_name(name): name for name in names}
    return {known[word] for word in re.findall(r'"([a-z_]+)"', sources) if word in known}
