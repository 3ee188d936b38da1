"""The benchmarks' table can say that a goal is missed, and every topic is one that can be run."""

import pkgutil
from importlib import import_module

import pytest

from benchmarks import __main__ as program
from benchmarks import topics
from benchmarks.row import Goal, Row, at_least_faster, at_most_slower


@pytest.mark.parametrize(
    ("ours", "other", "goal", "ratio", "met"),
    [
        (0.2, 8.0, at_least_faster(30), 40, True),
        (0.4, 8.0, at_least_faster(30), 20, False),
        (3.0, 1.0, at_most_slower(4), 3, True),
        (5.0, 1.0, at_most_slower(4), 5, False),
        (5.0, 1.0, None, 5, True),
    ],
)
def test_a_ratio_is_held_against_its_goal(
    ours: float, other: float, goal: Goal | None, ratio: float, met: bool
) -> None:
    row = Row("ours", ours, "theirs", other, goal)
    assert (round(row.ratio, 6), row.met) == (ratio, met)


def test_a_missed_goal_stands_in_the_table_and_in_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missed = Row("ours", 2.0, "theirs", 1.0, at_most_slower(1.5))
    monkeypatch.setattr(program, "_rows", lambda name: iter([missed]))
    monkeypatch.setattr(program, "compile_bytecode", lambda *folders: None)
    assert program.main(["start"]) == 1
    heading, _, line = capsys.readouterr().out.splitlines()
    assert len(heading) == len(line)
    assert "2.00x" in line
    assert "MISSED" in line


def test_an_unknown_topic_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["strat"]) == 2
    assert "there is no topic strat; there are" in capsys.readouterr().err


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(topics.__path__)])
def test_every_topic_says_what_it_measures(name: str) -> None:
    topic = import_module(f"{topics.__name__}.{name}")
    assert topic.__doc__
    assert callable(topic.rows)
