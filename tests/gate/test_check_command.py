"""`aicost check`, `explain` and `rules`: results on stdout, messages on stderr, exit 0, 1 or 2."""

import json
from pathlib import Path

import pytest

from aicost_iac.rules.registry import ids
from tests.environments import REPOSITORY
from tests.gate.conftest import Aicost
from tests.gate.files import write

WRONG = """\
resource "aws_spot_fleet_request" "f" {
  iam_fleet_role      = "arn:aws:iam::123456789012:role/fleet"
  target_capacity     = 1
  allocation_strategy = "priceCapacityOptimized"
}
"""
TOLD = """\
resource "aws_budgets_budget" "b" {
  name         = "b"
  budget_type  = "COST"
  limit_amount = "1"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
}
"""
RIGHT = 'resource "aws_s3_bucket" "data" {\n  bucket = "example-data"\n}\n'
SETTINGS = """\
[tool.aicost]
fail_on = "warning"

[tool.aicost.rules]
money = "off"
broken = "off"
security = "off"
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (WRONG, (), 1),
        (WRONG, ("--fail-on", "never"), 0),
        (TOLD, (), 0),
        (TOLD, ("--fail-on", "warning"), 1),
        (RIGHT, ("--fail-on", "warning"), 0),
        ("resource {", (), 1),
    ],
)
def test_the_exit_code_says_what_was_found(aicost: Aicost, text: str, options: tuple[str, ...], code: int) -> None:
    write(Path(), {"main.tf": text})
    assert aicost("check", "--no-checkov", *options, ".").exit_code == code


@pytest.mark.parametrize("given", [("nowhere.tf",), ("empty",), (".",), ()])
def test_nothing_to_judge_is_an_error(aicost: Aicost, given: tuple[str, ...]) -> None:
    write(Path(), {"empty/values.yaml": "image: {tag: 1}\n", "empty/README.md": "# nothing\n"})
    done = aicost("check", "--no-checkov", *given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nothing to judge in" in done.stderr or "there is no file or folder" in done.stderr


def test_what_is_piped_in_is_judged(aicost: Aicost) -> None:
    done = aicost("check", "--no-checkov", "--format", "json", "-", stdin=f"{POD}---\nkind: [\n")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["checked"]) == (1, {"files": 1, "resources": 0, "manifests": 1})
    assert [(each["file"], each["line"]) for each in report["findings"]] == [("-", 6)]


def test_what_is_piped_in_and_broken_is_a_finding(aicost: Aicost) -> None:
    for text in ("a: [\n", '{"a": '):
        assert aicost("check", "--no-checkov", "-", stdin=text).exit_code == 1


def test_json_is_piped_in_too(aicost: Aicost) -> None:
    document = '{"resource": {"aws_s3_bucket": {"data": {}}}}'
    for text in (document, json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})):
        assert aicost("check", "--no-checkov", "-", stdin=text).exit_code == 0


def test_folders_hold_everything_but_what_is_somebody_elses(aicost: Aicost) -> None:
    passed_over = (
        ".terraform/a.tf",
        "node_modules/a.tf",
        ".git/a.tf",
        "venv/a.tf",
        "chart/templates/a.yaml",
        "out/a.tf",
    )
    write(Path(), dict.fromkeys(passed_over, "resource {"))
    write(
        Path(),
        {"chart/Chart.yaml": "name: a\n", "main.tf": RIGHT, "sub/b.tf": RIGHT, "k/p.yml": POD, "venv/pyvenv.cfg": ""},
    )
    done = aicost("check", "--no-checkov", "--format", "json", "--exclude", "out", ".")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["checked"] == {"files": 3, "resources": 2, "manifests": 1}


def test_patches_of_a_kustomization_are_no_objects(aicost: Aicost) -> None:
    kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n  - path: patch.yaml\n"
    write(Path(), {"overlay/kustomization.yaml": kustomization, "overlay/patch.yaml": POD, "base/pod.yaml": POD})
    done = aicost("check", "--no-checkov", "--format", "json", ".")
    assert json.loads(done.stdout)["checked"]["manifests"] == 1
    assert aicost("check", "--no-checkov", "overlay/patch.yaml").exit_code == 0


def test_a_single_file_is_a_part_of_something(aicost: Aicost) -> None:
    write(
        Path(),
        {
            "main.tf": TOLD.replace(
                "}\n", '  cost_filter {\n    name = "TagKeyValue"\n    values = ["user:a$b"]\n  }\n}\n'
            )
            + RIGHT.replace("}", "  tags = { c = 1 }\n}")
        },
    )

    def refused(*options: str) -> bool:
        done = aicost("check", "--no-checkov", "--format", "json", *options)
        [found] = [each for each in json.loads(done.stdout)["findings"] if each["rule"] == "TAG001"]
        return bool(found["severity"] == "error")

    assert (refused("."), refused("main.tf"), refused("--partial", ".")) == (True, False, False)


def test_settings_come_from_pyproject_and_the_command_line_over_them(aicost: Aicost) -> None:
    write(
        Path(),
        {
            "main.tf": WRONG,
            "pyproject.toml": SETTINGS,
        },
    )
    assert aicost("check", "--no-checkov", ".").exit_code == 0
    write(Path(), {"other.yaml": "rules: {SPOT002: warning}\n"})
    assert aicost("check", "--no-checkov", "--config", "other.yaml", ".").exit_code == 0
    assert aicost("check", "--no-checkov", "--config", "other.yaml", "--fail-on", "warning", ".").exit_code == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--set", "rules.SPOT002=off", "--set", "broken=x"), 2),
        (("--set", "rules.SPOT002"), 2),
        (("--set", "rules.money=off", "--set", "rules.broken=off", "--set", "rules.security=off"), 0),
        (("--set", "cluster.honor_labels=true", "--set", "cluster.keda_version=2.18", "--set", "now=2026-11-20"), 1),
        (("--set", "external_tags=[team, a=b]"), 1),
    ],
)
def test_every_setting_is_a_flag_too(aicost: Aicost, options: tuple[str, ...], code: int) -> None:
    write(Path(), {"main.tf": WRONG})
    assert aicost("check", "--no-checkov", *options, ".").exit_code == code


def test_wrong_settings_are_an_error_in_plain_words(aicost: Aicost) -> None:
    write(Path(), {"main.tf": RIGHT, ".aicost.yaml": "rules: {SPOT99: off}\n"})
    done = aicost("check", "--no-checkov", ".")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "rules.SPOT99: is neither a rule's id nor a group; did you mean" in done.stderr


def test_a_baseline_is_written_and_then_accepts(aicost: Aicost) -> None:
    write(Path(), {"main.tf": WRONG})
    assert aicost("check", "--no-checkov", "--write-baseline", "baseline.json", ".").exit_code == 0
    assert aicost("check", "--no-checkov", "--baseline", "baseline.json", ".").exit_code == 0
    write(Path(), {"more.tf": WRONG.replace('"f"', '"g"')})
    assert aicost("check", "--no-checkov", "--baseline", "baseline.json", ".").exit_code == 1
    write(Path(), {"main.tf": RIGHT, "more.tf": ""})
    assert "are no more: write it anew" in aicost("check", "--no-checkov", "--baseline", "baseline.json", ".").stderr


def test_several_formats_come_from_one_run(aicost: Aicost) -> None:
    write(Path(), {"main.tf": WRONG})
    done = aicost(
        "check", "--no-checkov", "--report", "sarif=a.sarif", "--report", "markdown=a.md", "--report", "text=a.txt", "."
    )
    assert "SPOT002" in done.stdout
    assert json.loads(Path("a.sarif").read_text())["version"] == "2.1.0"
    assert Path("a.md").read_text().startswith("<!-- aicost check -->")
    assert "\x1b" not in Path("a.txt").read_text()
    assert aicost("check", "--report", "pdf=a.pdf", ".").exit_code == 2


def test_a_file_of_a_hundred_megabytes_is_not_read(aicost: Aicost) -> None:
    with Path("large.yaml").open("wb") as file:
        file.truncate(100 * 2**20)
    write(Path(), {"main.tf": RIGHT})
    done = aicost("check", "--no-checkov", "--format", "json", ".")
    [found] = json.loads(done.stdout)["findings"]
    assert (done.exit_code, found["file"], found["message"]) == (
        1,
        "large.yaml",
        "is larger than 64 MiB: give the gate its parts",
    )


def test_text_that_is_not_utf8_has_its_line(aicost: Aicost) -> None:
    Path("a.yaml").write_bytes(b"apiVersion: v1\nkind: \xff\n")
    done = aicost("check", "--no-checkov", "--format", "json", ".")
    [found] = json.loads(done.stdout)["findings"]
    assert (found["line"], found["message"]) == (2, "is no UTF-8 text (byte 0xff)")


def test_explain_shows_the_page_of_a_rule(aicost: Aicost) -> None:
    done = aicost("explain", "keda001")
    assert done.exit_code == 0
    assert done.stdout == (REPOSITORY / "docs" / "rules" / "KEDA001.md").read_text(encoding="utf-8")
    for own in ("ENGINE001", "ENGINE004", "GATE001"):
        assert aicost("explain", own).stdout.startswith(f"# {own}\n")
    missing = aicost("explain", "KEDA999")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "unknown rule 'KEDA999'" in missing.stderr


def test_rules_are_listed(aicost: Aicost) -> None:
    lines = aicost("rules", "list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(ids())
    listed = json.loads(aicost("rules", "list", "--format", "json", "--group", "money").stdout)
    assert listed["version"] == 1
    assert {each["group"] for each in listed["rules"]} == {"money"}
    folder = Path(aicost("rules", "--checkov-dir").stdout.strip())
    assert {path.name for path in folder.glob("*.py")} == {"__init__.py", "aicost_checks.py"}
