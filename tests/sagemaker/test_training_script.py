"""The scaffold of a training script: killed at any moment, it goes on, and ends as if nothing had been."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aicost_iac.templating import render_template
from tests.environments import python_environment

STEPS = 40_000


class Script:
    """The script in a folder of its own, as SageMaker would start it."""

    def __init__(
        self, folder: Path, kind: str = "python", python: Path = Path(sys.executable), steps: int = STEPS
    ) -> None:
        self.suffix = {"python": "json", "pytorch": "pt"}[kind]
        text = render_template(
            f"sagemaker/train_{kind}.py.j2", checkpoint_path="/opt/ml/checkpoints", suffix=self.suffix
        )
        self.path = folder / "train.py"
        self.path.write_text(text)
        self.checkpoints, self.model = folder / "checkpoints", folder / "model"
        self.python = python
        own = {"CHECKPOINTS": self.checkpoints, "SM_MODEL_DIR": self.model, "STEPS": steps, "SAVE_EVERY": steps // 20}
        self.environment = {**os.environ, **{name: str(value) for name, value in own.items()}}

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.python, self.path], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def finish(self) -> str:
        """Runs to the end; what it said first."""
        done = subprocess.run(
            [self.python, self.path], env=self.environment, capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout + done.stderr

    def interrupt(self, number: signal.Signals, after: int) -> int:
        """Sends a signal when there are `after` checkpoints more; the exit code."""
        process = self.start()
        seen: set[Path] = set(self.saved())
        wanted = len(seen) + after
        deadline = time.monotonic() + 120
        while len(seen) < wanted:
            assert process.poll() is None, "the script ended before it could be interrupted"
            assert time.monotonic() < deadline
            seen |= set(self.saved())
        process.send_signal(number)
        process.communicate(timeout=60)
        return process.returncode

    def saved(self) -> list[Path]:
        return sorted(self.checkpoints.glob(f"rank0-step*.{self.suffix}"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run that nobody interrupts ends with."""
    script = Script(tmp_path_factory.mktemp("whole"))
    script.finish()
    return (script.model / "weights.json").read_text()


def test_it_learns(whole: str) -> None:
    slope, offset = json.loads(whole)
    assert (round(slope, 2), round(offset, 2)) == (3, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_was_interrupted_ends_with_the_same_result(
    number: signal.Signals, whole: str, tmp_path: Path
) -> None:
    script = Script(tmp_path)
    for _ in range(2):
        code = script.interrupt(number, after=2)
        assert code == (128 + signal.SIGTERM if number == signal.SIGTERM else -signal.SIGKILL)
        assert not script.model.exists()
    said = script.finish()
    assert not said.startswith("step 0 ")
    assert (script.model / "weights.json").read_text() == whole


def test_sigterm_saves_even_where_no_regular_checkpoint_is_due(tmp_path: Path) -> None:
    script = Script(tmp_path, steps=10_000_000)
    script.environment["SAVE_EVERY"] = "20000000"
    process = script.start()
    assert process.stdout is not None
    assert process.stdout.readline() == "step 0 of 10000000\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    [saved] = script.saved()
    state = json.loads(saved.read_text())
    assert saved.name == f"rank0-step{state['step']:012d}.json"
    assert state["step"] > 0


def test_a_torn_checkpoint_is_passed_over(whole: str, tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.interrupt(signal.SIGKILL, after=3)
    newest = script.saved()[-1]
    newest.write_bytes(newest.read_bytes()[:40])
    assert f"checkpoint {newest.name} is not readable" in script.finish()
    assert (script.model / "weights.json").read_text() == whole


def test_what_was_half_written_is_no_checkpoint_and_goes(whole: str, tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.checkpoints.mkdir()
    torn = script.checkpoints / "rank0-step000000000999.part"
    torn.write_text("{")
    script.finish()
    assert not torn.exists()
    assert (script.model / "weights.json").read_text() == whole


def test_two_checkpoints_are_kept_and_other_ranks_are_left_alone(tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.checkpoints.mkdir()
    other = script.checkpoints / "rank1-step000000000001.json"
    other.write_text("{}")
    script.finish()
    assert len(script.saved()) == 2
    assert other.exists()


@pytest.mark.heavy
def test_the_same_with_pytorch(tmp_path: Path) -> None:
    python = python_environment("pytorch", ["torch==2.13.0", "numpy>=2,<3"])
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = Script(tmp_path / "a", "pytorch", python, steps=4000)
    plain.finish()
    script = Script(tmp_path / "b", "pytorch", python, steps=4000)
    for number in (signal.SIGTERM, signal.SIGKILL):
        script.interrupt(number, after=2)
    script.finish()
    compare = (
        "import sys, torch; a, b = (torch.load(path) for path in sys.argv[1:]);"
        "assert all(torch.equal(a[key], b[key]) for key in a); print(len(a))"
    )
    models = [str(each.model / "model.pt") for each in (plain, script)]
    done = subprocess.run([python, "-c", compare, *models], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "2", done.stderr
