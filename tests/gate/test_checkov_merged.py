"""`aicost check` beside a stand-in for Checkov: how findings are merged and skipped, and what a failure of it means."""

import json
from pathlib import Path

import pytest

from tests.gate.conftest import Aicost
from tests.gate.fake_checkov import ARGUMENTS, failed_check, fake_checkov
from tests.gate.files import write

WRONG = """\
resource "aws_spot_fleet_request" "f" {
  iam_fleet_role      = "arn:aws:iam::123456789012:role/fleet"
  target_capacity     = 1
  allocation_strategy = "priceCapacityOptimized"
}
"""
RIGHT = 'resource "aws_s3_bucket" "data" {\n  bucket = "example-data"\n}\n'
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


def test_checkov_is_merged_into_one_report(aicost: Aicost, tmp_path: Path) -> None:
    write(Path(), {"main.tf": f"# first\n{RIGHT}{WRONG}", "other/x.tf": RIGHT})
    failed = [
        failed_check(tmp_path / "main.tf", 2, 4, "aws_s3_bucket.data"),
        failed_check(tmp_path / "not/ours.tf", 1, 2, "a.b"),
    ]
    program = fake_checkov(tmp_path, failed)
    done = aicost("check", "--checkov-bin", program, "--format", "json", "--exclude", "other", ".")
    found = {each["rule"]: each for each in json.loads(done.stdout)["findings"]}
    theirs = found["CKV_AWS_18"]
    assert (theirs["file"], theirs["line"], theirs["column"]) == ("main.tf", 3, 3)
    assert (theirs["address"], theirs["severity"]) == ("aws_s3_bucket.data", "error")
    assert {"CKV_AWS_18", "SPOT002"} <= found.keys()
    asked = json.loads((tmp_path / ARGUMENTS).read_text())
    assert asked[:2] == ["--directory", "."]
    assert {"--skip-download", "--soft-fail", "json"} <= set(asked)


def test_checkov_alone_fails_the_gate_unless_it_is_given_a_reason(aicost: Aicost, tmp_path: Path) -> None:
    write(Path(), {"main.tf": RIGHT})
    program = fake_checkov(tmp_path, [failed_check(tmp_path / "main.tf", 1, 3, "aws_s3_bucket.data")])
    assert aicost("check", "--checkov-bin", program, ".").exit_code == 1
    for skipped, code in (("CKV_AWS_18", 0), ("CKV_AWS_18[aws_s3_bucket.*]", 0), ("CKV_AWS_18[other.*]", 1)):
        write(Path(), {".aicost.yaml": f"checkov: {{skip: {{'{skipped}': logs of this bucket are not wanted}}}}\n"})
        done = aicost("check", "--checkov-bin", program, "--format", "json", ".")
        assert done.exit_code == code
        assert len(json.loads(done.stdout)["suppressed"]) == 1 - code


def test_what_is_piped_in_goes_to_checkov_too(aicost: Aicost, tmp_path: Path) -> None:
    program = fake_checkov(tmp_path)
    assert aicost("check", "--checkov-bin", program, "-", stdin=POD).exit_code == 0
    asked = json.loads((tmp_path / ARGUMENTS).read_text())
    assert (asked[0], Path(asked[1]).name) == ("--directory", "texts")


def test_checkov_that_is_not_there_is_said(aicost: Aicost, tmp_path: Path) -> None:
    write(Path(), {"main.tf": RIGHT})
    done = aicost("check", ".")
    assert done.exit_code == 0
    assert "Checkov was not found: `pipx install checkov`" in done.stderr
    assert aicost("check", "--no-checkov", ".").stderr == ""
    asked = aicost("check", "--checkov", ".")
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "Checkov was not found" in asked.stderr
    assert aicost("check", "--checkov-bin", "no-such-program", ".").exit_code == 2
    write(Path(), {".aicost.yaml": "checkov: {run: true}\n"})
    assert aicost("check", ".").exit_code == 2
    assert aicost("check", "--no-checkov", ".").exit_code == 0


@pytest.mark.parametrize(("code", "said"), [(2, None), (0, "no JSON"), (0, "")])
def test_a_checkov_that_fails_is_no_pass(aicost: Aicost, tmp_path: Path, code: int, said: str | None) -> None:
    write(Path(), {"main.tf": RIGHT})
    done = aicost("check", "--checkov-bin", fake_checkov(tmp_path, code=code, said=said), ".")
    assert done.exit_code == 2
    assert "Checkov failed" in done.stderr
    assert "a message of its own" in done.stderr


def test_checkov_is_found_on_the_path_and_in_the_environment(
    aicost: Aicost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(), {"main.tf": RIGHT})
    program = fake_checkov(tmp_path, [failed_check(tmp_path / "main.tf", 1, 3, "aws_s3_bucket.data")])
    assert aicost("check", ".").exit_code == 1
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("AICOST_CHECKOV", program)
    assert aicost("check", ".").exit_code == 1
