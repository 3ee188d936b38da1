"""Files in a folder, and what the gate says of them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from aicost_iac.gate import Found, Loaded, load
from aicost_iac.gate.judging import Judgement, Located, judge
from aicost_iac.gate.settings import Settings
from aicost_iac.plan import Node

TODAY = Settings(now=date(2026, 11, 20))


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The files, below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(text: str, name: str = "given.yaml") -> Loaded:
    """One file that is nowhere."""
    return load((), texts={name: text})


def only(loaded: Loaded) -> Found:
    """The one node there is."""
    assert not loaded.broken, [str(each) for each in loaded.broken]
    [found] = loaded.found
    return found


def node(text: str, name: str) -> Node:
    """The one node of a text."""
    return only(read(text, name)).node


def judged(paths: Mapping[str, str], settings: Settings = TODAY, *, complete: bool = True) -> Judgement:
    """What is said of files that are nowhere."""
    return judge(load((), texts=paths), settings, complete=complete)


def rules(judgement: Judgement) -> set[str]:
    """The ids of what was found."""
    return {each.finding.rule for each in judgement.findings}


def of(judgement: Judgement, rule: str) -> Located:
    """The one finding of a rule."""
    [found] = [each for each in judgement.findings if each.finding.rule == rule]
    return found
