"""A training script that goes on where it was interrupted, to begin with: copy it, and make it yours.

Put your model into `build` and everything that changes into the state: weights, optimizer, position in the data,
random numbers. What is left out starts anew after an interruption, and the result is another one.
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

import torch

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
    final = CHECKPOINTS / f"rank{RANK}-step{step:012d}.pt"
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
    return sorted(CHECKPOINTS.glob(f"rank{RANK}-step*.pt"))


def write(state: dict[str, Any], file: IO[bytes]) -> None:
    torch.save(state, file)


def read(file: IO[bytes]) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    return state


def build() -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = torch.nn.Linear(1, 1)
    return model, torch.optim.Adam(model.parameters(), lr=0.01)


def main() -> None:
    signal.signal(signal.SIGTERM, on_sigterm)
    model, optimizer = build()
    first = 0
    if (state := load()) is not None:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        first = state["step"]
    print(f"step {first} of {STEPS}", flush=True)
    try:
        train(model, optimizer, first)
    except Interrupted:
        sys.exit(128 + signal.SIGTERM)
    folder = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / "model.pt")


def train(model: torch.nn.Module, optimizer: torch.optim.Optimizer, first: int) -> None:
    """Fits a line; a checkpoint is always that of a finished step."""
    for step in range(first + 1, STEPS + 1):
        x = torch.rand(16, 1) * 2 - 1
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), 3 * x + 1)
        loss.backward()
        optimizer.step()
        if stopping.is_set() or step % SAVE_EVERY == 0:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            save({**state, "random": torch.get_rng_state(), "step": step}, step)
        if stopping.is_set():
            raise Interrupted


if __name__ == "__main__":
    main()
