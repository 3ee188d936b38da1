"""What `aicost synth` refuses to write: output of the app that a rule calls an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aicost_iac.gate.judging import judge
from aicost_iac.gate.loading import load
from aicost_iac.gate.settings import Settings


def refusal(rendered: Mapping[str, str], settings: Settings, *, complete: bool) -> str:
    """The errors in files that are not written yet, for a person to read; empty where there are none.

    `complete` says that these are all files of the app.
    """
    judgement = judge(load((), texts=rendered), settings, complete=complete)
    if not judgement.errors:
        return ""
    from aicost_iac.gate.formats.text import render

    told = render(replace(judgement, findings=judgement.errors, accepted=()))
    return f"{told}\nnothing is written: mend it, or suppress the rule with a reason"
