"""Rules: what works and should not be done, judged on our own plans and on anybody's files alike.

    from aicost_iac.rules import Subject, World, check

    report = check(World(tuple(Subject(node) for node in plan.nodes)))

One rule is one file whose name starts with its id; its docstring is its page. A rule reads nodes of a plan and the
catalog, never a file, a clock or the network: what it can not know there it is told in `Facts`, and what depends on
something nobody told gives no error. Importing this package loads no rule: `check` loads those it runs.
"""

from __future__ import annotations

from aicost_iac.rules.engine import check
from aicost_iac.rules.findings import Cost, Finding, Group, Report, Severity, Suppressed
from aicost_iac.rules.page import Page, page
from aicost_iac.rules.registry import Rule, all_rules
from aicost_iac.rules.requests import AwsRequest
from aicost_iac.rules.world import Cluster, Facts, Subject, World

__all__ = [
    "AwsRequest",
    "Cluster",
    "Cost",
    "Facts",
    "Finding",
    "Group",
    "Page",
    "Report",
    "Rule",
    "Severity",
    "Subject",
    "Suppressed",
    "World",
    "all_rules",
    "check",
    "page",
]
