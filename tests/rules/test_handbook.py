"""The pages below docs/rules are what the rules say of themselves."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aicost_iac.rules import all_rules, handbook

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
COMMAND = f"{Path(sys.executable).name} -m aicost_iac.rules.handbook docs/rules"
BY_HAND = {"left-out.md"}


def test_the_pages_are_current() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.name not in BY_HAND}
    assert there == handbook.files(), f"write them anew: {COMMAND}"


@pytest.mark.parametrize("name", sorted({*handbook.files(), *BY_HAND}))
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (FOLDER / name).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not link.startswith("http") and not (FOLDER / link).exists()] == []


def test_the_index_names_every_rule_once() -> None:
    listed = re.findall(r"^\| \[(\w+)\]", handbook.files()[handbook.INDEX], re.MULTILINE)
    assert sorted(listed) == [rule.id for rule in all_rules()]


def test_what_is_left_out_is_no_rule() -> None:
    named = re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", (FOLDER / "left-out.md").read_text(encoding="utf-8"))
    assert named
    assert {rule.name for rule in all_rules()} & set(named) == set()


def test_the_command_writes_and_takes_away(tmp_path: Path) -> None:
    (tmp_path / "OLD001.md").write_text("a rule that is gone")
    (tmp_path / "left-out.md").write_text("written by hand")
    subprocess.run([sys.executable, "-m", "aicost_iac.rules.handbook", str(tmp_path)], check=True)
    assert {path.name for path in tmp_path.iterdir()} == {*handbook.files(), "left-out.md"}
    lost = subprocess.run([sys.executable, "-m", "aicost_iac.rules.handbook"], capture_output=True, text=True)
    assert lost.returncode == 1
    assert "FOLDER" in lost.stderr
