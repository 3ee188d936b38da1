"""The load-duration curve of a series with the commitment in it, as PNG or SVG."""

from __future__ import annotations

from pathlib import Path

from aicost_iac.advise.commitment import Advice
from aicost_iac.errors import UsageError

SUFFIXES = (".png", ".svg")


def plot(advice: Advice, path: Path) -> None:
    """Draw the hours, largest first, the level the advised commitment covers, and AWS's."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--plot {path}: the name must end in {' or '.join(SUFFIXES)}")
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise UsageError("--plot needs matplotlib: pip install 'aicost-iac[plot]'") from error
    # Two runs, one picture: no creation date, no random ids.
    with mpl.rc_context({"svg.hashsalt": "aicost-iac"}):
        figure = Figure(figsize=(9, 5), layout="constrained")
        axes = figure.subplots()
        hours = [float(hour) for hour in sorted(advice.series.usd_hour, reverse=True)]
        shares = [100 * index / len(hours) for index in range(len(hours) + 1)]
        axes.stairs(hours, shares, fill=True, color="#9ecae1", label="on-demand spend, hours sorted")
        level = float(advice.outcome.usd_hour / advice.terms.rate)
        axes.axhline(level, color="#d94801", label=f"covered by ${advice.outcome.usd_hour} an hour")
        if advice.recommended is not None:
            theirs = float(advice.recommended.usd_hour / advice.terms.rate)
            axes.axhline(
                theirs, color="#636363", linestyle="--", label=f"AWS's own, ${advice.recommended.usd_hour} an hour"
            )
        axes.set(
            title=advice.series.name,
            xlabel="share of hours, %",
            ylabel="USD per hour, on demand",
            xlim=(0, 100),
            ylim=(0, None),
        )
        axes.legend(loc="upper right")
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else {"Software": None})
