"""The page about model servers says what really happens."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from aicost_iac import GpuAutoscaler, InvalidBlueprint, Stack
from aicost_iac.blueprints._autoscaler.triggers import Trigger
from aicost_iac.cli import main
from aicost_iac.kubernetes.autoscaling import simulate
from aicost_iac.kubernetes.manifest import manifest
from examples.night_sleeper import app
from tests.blueprints.serving import SLICE, SLICES, server
from tests.examples import REPOSITORY

FOLDER = REPOSITORY / "docs"
PAGE = (FOLDER / "serving.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(language: str, words: str) -> str:
    [found] = [text for kind, text in BLOCKS if kind == language and words in text]
    return str(found)


def flat(text: str) -> str:
    return " ".join(text.split())


def sleeper() -> tuple[Stack, GpuAutoscaler]:
    [stack] = app.stacks
    [scaler] = [item for item in stack.items if isinstance(item, GpuAutoscaler)]
    return stack, scaler


def test_the_day_it_shows_is_the_examples(tmp_path: Path) -> None:
    stack, _ = sleeper()
    [scaled] = [item for item in stack.plan().objects if item.kind == "ScaledObject"]
    file = tmp_path / "scaled.yaml"
    file.write_text(yaml.safe_dump(manifest(scaled)))
    load = str(REPOSITORY / "examples" / "night_sleeper.csv")
    done = CliRunner().invoke(main, ["simulate", str(file), "--load", load])
    shown = block("console", "aicost simulate").splitlines()
    assert done.stdout.splitlines() == [line for line in shown if not line.startswith(("$ ", "    --"))]


def test_the_picture_is_of_the_same_day() -> None:
    total = re.search(r"[\d.]+ replica-hours", block("console", "aicost simulate"))
    assert total
    assert total[0] in (FOLDER / "images" / "night_sleeper.svg").read_text(encoding="utf-8")


def test_an_estimate_says_what_a_wake_costs() -> None:
    done = CliRunner().invoke(main, ["cost", "--app", "examples.night_sleeper:app"])
    assert "each wake from zero costs $0.70" in flat(done.stdout)
    assert "an estimate says both" in flat(PAGE)


def test_the_call_it_shows_gives_what_it_says() -> None:
    _, scaler = sleeper()
    code = block("python", "changes = simulate(")
    said = re.search(r"\[(\(0, 0\), \(603, 1\)), \.\.\.\]", code)
    assert said
    names = {"scaler": scaler, "simulate": simulate}
    exec(code, names)
    assert names["changes"] == [(0, 0), (603, 1)]


def test_the_refusal_it_shows_is_the_one_that_comes() -> None:
    with pytest.raises(InvalidBlueprint) as raised:
        server(placement=SLICES, accelerator=SLICE)
    assert flat(str(raised.value)) == flat(block("text", "is too small"))


def test_every_trigger_is_in_its_table() -> None:
    listed = {name: last == "yes" for name, last in re.findall(r"^\| `(\w+)` \|.*\| (yes|no) \|$", PAGE, re.MULTILINE)}
    assert listed == {each.__name__: each.at_zero for each in Trigger.__args__}


def test_its_links_lead_somewhere() -> None:
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if not link.startswith("https://")]
    assert targets
    assert [link for link in targets if not (FOLDER / link).exists()] == []
