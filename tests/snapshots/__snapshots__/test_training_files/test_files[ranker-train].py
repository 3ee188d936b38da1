"""A training script that goes on where it was interrupted, to begin with: copy it, and make it yours.

Put your model into `train` and everything that changes into its state: weights, optimizer, position in the data,
random numbers. What is left out starts anew after an interruption, and the result is another one.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

STEPS = int(os.environ.get("STEPS", "1000"))
SAVE_EVERY = int(os.environ.get("SAVE_EVERY", "50"))
CHECKPOINTS = Path(os.environ.get("CHECKPOINTS", "/opt/ml/checkpoints"))
RANK = int(os.environ.get("RANK", "0"))
KEEP = 2
stopping = threading.Event()


class Interrupted(Exception):
    """SageMaker wants the container to end: two minutes are left."""


def on_sigterm(signal_number: int, frame: object) -> None:
    """Only a note: a step that has begun is finished, then its state is saved."""
    stopping.set()


def save(state: dict[str, Any], step: int) -> None:
    """All of it or nothing: SageMaker copies the folder while this runs, and the machine may go at any moment.

    Each rank writes files of its own; ranks that wrote one file would overwrite each other.
    """
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    for torn in CHECKPOINTS.glob(f"rank{RANK}-step*.part"):
        torn.unlink(missing_ok=True)
    final = CHECKPOINTS / f"rank{RANK}-step{step:012d}.json"
    part = final.with_suffix(".part")
    with part.open("wb") as file:
        write(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(final)
    for old in saved()[:-KEEP]:
        old.unlink(missing_ok=True)


def load() -> dict[str, Any] | None:
    """The newest state that is whole; none at the first start."""
    for path in reversed(saved()):
        try:
            with path.open("rb") as file:
                return read(file)
        except Exception as error:  # whatever a torn file makes the reader say
            print(f"checkpoint {path.name} is not readable, the one before is tried: {error}", file=sys.stderr)
    return None


def saved() -> list[Path]:
    """This rank's checkpoints, oldest first."""
    return sorted(CHECKPOINTS.glob(f"rank{RANK}-step*.json"))


def write(state: dict[str, Any], file: IO[bytes]) -> None:
    file.write(json.dumps(state).encode())


def read(file: IO[bytes]) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(file.read())
    return state


def main() -> None:
    signal.signal(signal.SIGTERM, on_sigterm)
    state = load() or {"step": 0, "weights": [0.0, 0.0], "random": None}
    print(f"step {state['step']} of {STEPS}", flush=True)
    try:
        train(state)
    except Interrupted:
        sys.exit(128 + signal.SIGTERM)
    model = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    model.mkdir(parents=True, exist_ok=True)
    (model / "weights.json").write_text(json.dumps(state["weights"]))


def train(state: dict[str, Any]) -> None:
    """Fits a line; `state` is always that of a finished step."""
    source = random.Random(0)
    if state["random"]:
        version, numbers, rest = state["random"]
        source.setstate((version, tuple(numbers), rest))
    while state["step"] < STEPS:
        x = source.uniform(-1, 1)
        slope, offset = state["weights"]
        error = slope * x + offset - (3 * x + 1)
        state["weights"] = [slope - 0.05 * error * x, offset - 0.05 * error]
        state["step"] += 1
        state["random"] = source.getstate()
        if stopping.is_set() or state["step"] % SAVE_EVERY == 0:
            save(state, state["step"])
        if stopping.is_set():
            raise Interrupted


if __name__ == "__main__":
    main()
