"""What a rule says, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Severity = Literal["error", "warning"]
Group = Literal["money", "broken", "security", "hygiene"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a mistake costs in a month at list price, and the day (ISO 8601) the price was stated."""

    usd_month: Decimal
    as_of: str


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a rule has to say about a node; the engine adds whose it is.

    `path` leads to the place inside the node's body. `cost` is None where no price is known. `part` names one of
    several findings of a rule, so that it can be suppressed alone (`SPOT004[volume]`). `severity` overrides the
    rule's own; `folded` is for what may well be elsewhere, and is said behind the rest.
    """

    path: Path
    message: str
    fix: str
    cost: Cost | None = None
    part: str = ""
    severity: Severity | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's judgement of a node. `root` is the Terraform root or the manifest set the node came from.

    `usd_month` is what it costs in a month at list price, None where no price is known; `priced_on` is that price's
    day. `folded` marks what is true of nearly every file.
    """

    rule: str
    name: str
    severity: Severity
    group: Group
    address: str
    root: str
    path: Path
    message: str
    fix: str
    usd_month: Decimal | None
    source: str
    part: str = ""
    priced_on: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that the node's author knows of, and why it stands."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in the order of the nodes, then what the engine itself has to say."""

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What refuses."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What tells."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")
