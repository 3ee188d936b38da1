"""A run as a picture: the load above, the replicas it makes below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aicost_iac.errors import UsageError
from aicost_iac.kubernetes.autoscaling.curves import Step
from aicost_iac.kubernetes.autoscaling.simulation import Change

SUFFIXES = (".png", ".svg")
_HOUR = 3600


def plot(
    path: Path, title: str, loads: Mapping[str, Sequence[Step]], changes: Sequence[Change], most: int, until_s: float
) -> None:
    """Draw `loads` by trigger and the replicas over hours; `most` is `maxReplicaCount`.

    The suffix of the path decides the format. Raises `UsageError` for another one, and where matplotlib is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--plot {path}: the name must end in {' or '.join(SUFFIXES)}")
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise UsageError("--plot needs matplotlib: pip install 'aicost-iac[plot]'") from error
    # Two runs, one picture: no creation date, no random ids; text stays text.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "aicost-iac"}):
        figure = Figure(figsize=(9, 5), layout="constrained")
        above, below = figure.subplots(2, sharex=True)
        for name, steps in loads.items():
            edges, values = _stairs([(moment, _drawn(value)) for moment, value in steps], until_s)
            above.stairs(values, edges, label=name, baseline=None, linewidth=1.5)
        edges, values = _stairs(changes, until_s)
        below.stairs(values, edges, fill=True, color="#9ecae1", label="replicas")
        below.axhline(most, color="#d94801", linestyle="--", label=f"maxReplicaCount {most}")
        above.set(title=title, ylabel="load", ylim=(0, None))
        below.set(xlabel="hours", ylabel="replicas", xlim=(0, until_s / _HOUR), ylim=(0, None))
        for axes in (above, below):
            axes.legend(loc="upper left")
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else {"Software": None})


def _drawn(value: object) -> float:
    """A gap where a read found nothing or failed."""
    return float(value) if isinstance(value, int | float) else float("nan")


def _stairs(steps: Sequence[tuple[float, float]], until_s: float) -> tuple[list[float], list[float]]:
    """Edges in hours, and the values between them."""
    shown = [(moment, value) for moment, value in sorted(steps, key=lambda step: step[0]) if moment < until_s]
    edges = [*(moment / _HOUR for moment, _ in shown), until_s / _HOUR]
    return edges, [value for _, value in shown]
