"""The gate: anybody's files, judged by the rules and reported with their places.

    from aicost_iac.gate import load

    loaded = load(["infrastructure/"])
    report = check(World(loaded.subjects))
    print(loaded.place(report.findings[0]))

Reading is lenient and its limits are firm: what can not be read is a finding of its own, with its place.
"""

from __future__ import annotations

from aicost_iac.gate.loading import Loaded, load
from aicost_iac.gate.places import Found, Place

__all__ = ["Found", "Loaded", "Place", "load"]
