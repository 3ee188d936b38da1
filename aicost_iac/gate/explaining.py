"""The page of a rule, and of what the gate itself has to say."""

from __future__ import annotations

from collections.abc import Mapping

from aicost_iac.errors import UnknownName
from aicost_iac.rules.handbook import explained
from aicost_iac.rules.registry import ids, some_rules

_OWN: Mapping[str, str] = {
    "ENGINE001": """A rule crashed on a node: an error, for the node was not judged by that rule. Report the body that
does this; until it is mended, switch the rule off (`[tool.aicost.rules] KEDA001 = "off"`).""",
    "ENGINE002": """A suppression that nothing needs: the mistake is gone, or never was. Remove it: it would hide the
next one.""",
    "ENGINE003": "A suppression that names no rule. `aicost rules list` shows the ids.",
    "ENGINE004": """A suppression without a reason is not honoured. Write why the finding is right to stay:
`# aicost:ignore KEDA001 the queue's own metric wakes it, see the runbook`.""",
    "GATE001": """A file, or a document in it, that can not be read: broken, or beyond the limits of size, depth and
aliases. What is not read is not judged, so it counts as an error. Mend it, split it, or pass the file over with
`exclude` in the gate's settings.""",
}


def explanation(id_: str) -> str:
    """What a rule finds, why that costs, and what to write instead. Raises `UnknownName`."""
    id_ = id_.upper().partition("[")[0]
    if id_ in _OWN:
        return f"# {id_}\n\n{_OWN[id_]}\n"
    if id_ not in ids():
        raise UnknownName("rule", id_, (*ids(), *_OWN), listed_by="aicost rules list")
    (rule,) = some_rules([id_])
    return explained(rule)
