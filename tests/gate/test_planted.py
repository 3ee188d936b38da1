"""Inputs that are wrong in the ways people publish them: every planted trap is found in its place, the twin is silent.

A line that ends with `# <- RULE ...` in a `bad` file is where those rules must find something; a JSON file has its
lines in a file `<name>.expected` beside it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicost_iac.gate import load
from aicost_iac.gate.judging import Judgement, Located, judge
from tests.gate.files import TODAY

PLANTED = Path(__file__).parent / "planted"
CASES = sorted(path.name for path in PLANTED.iterdir())
_MARK = re.compile(r"# <- ([A-Z0-9 ]+)$")

Expected = tuple[str, int, str]


def judgement(folder: Path) -> Judgement:
    return judge(load([str(folder)]), TODAY)


def expected(folder: Path) -> Iterator[Expected]:
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if path.suffix == ".expected":
                line_number, *named = line.split()
                yield from ((path.stem, int(line_number), rule) for rule in named)
            elif found := _MARK.search(line):
                yield from ((path.name, number, rule) for rule in found[1].split())


@pytest.mark.parametrize("case", CASES)
def test_every_planted_trap_is_found_in_its_place(case: str) -> None:
    told = {(Path(each.place.file).name, each.place.line, each.finding.rule) for each in _findings(case, "bad")}
    wanted = set(expected(PLANTED / case / "bad"))
    assert wanted
    assert wanted <= told, f"not found: {sorted(wanted - told)}"


@pytest.mark.parametrize("case", CASES)
def test_the_corrected_twin_is_silent(case: str) -> None:
    assert [f"{each.finding.rule} {each.finding.message}" for each in _findings(case, "good")] == []


def test_the_traps_are_of_every_kind_of_input_and_of_judgement() -> None:
    every = [each for case in CASES for each in expected(PLANTED / case / "bad")]
    assert {Path(file).suffix for file, _, _ in every} == {".json", ".py", ".sh", ".tf", ".yaml"}
    areas = {rule.rstrip("0123456789") for _, _, rule in every}
    assert {"BUD", "CE", "KEDA", "MIG", "NODE", "SERVE", "SM", "SPOT", "TAG"} <= areas
    assert len({rule for _, _, rule in every}) >= 25


def _findings(case: str, side: str) -> Iterator[Located]:
    yield from judgement(PLANTED / case / side).findings
