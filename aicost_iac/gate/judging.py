"""Files judged: what the rules say of them, with places, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path as File

from aicost_iac.errors import UnreadableDocument
from aicost_iac.expr import Raw
from aicost_iac.gate.loading import Loaded
from aicost_iac.gate.places import Place, TemplateDocument
from aicost_iac.gate.reading.terraform_json import SETTINGS
from aicost_iac.gate.settings import Choice, Settings
from aicost_iac.plan import KubeObject, Resource
from aicost_iac.rules import Facts, Finding, Rule, Severity, World, all_rules, check

UNREADABLE = "GATE001"


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and its place. `tool` is who found it: `aicost`, or `checkov`."""

    finding: Finding
    place: Place
    tool: str = "aicost"

    @property
    def is_error(self) -> bool:
        return self.finding.severity == "error"

    @property
    def usd_month(self) -> Decimal:
        """What it costs in a month as far as that is known."""
        return self.finding.usd_month or Decimal(0)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that stands, and why. `external`: it is said outside of the file, in a baseline or in the settings."""

    located: Located
    reason: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was judged. Requests to AWS in scripts and programs count as resources."""

    files: int = 0
    resources: int = 0
    manifests: int = 0

    def __bool__(self) -> bool:
        return bool(self.resources or self.manifests)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything there is to report, errors first in the order of the files."""

    findings: tuple[Located, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    checked: Checked = Checked()
    files: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Located, ...]:
        return tuple(each for each in self.findings if each.is_error)

    @property
    def warnings(self) -> tuple[Located, ...]:
        return tuple(each for each in self.findings if not each.is_error)

    def and_those(self, findings: Iterable[Located], accepted: Iterable[Accepted] = ()) -> Judgement:
        """With somebody else's findings."""
        merged = sorted((*self.findings, *findings), key=_order)
        return replace(self, findings=tuple(merged), accepted=(*self.accepted, *accepted))


def judge(loaded: Loaded, settings: Settings, *, complete: bool = True, hygiene: bool = True) -> Judgement:
    """Judge what was loaded. `hygiene`: also what Checkov says anyway, where the settings leave it open."""
    rules = {rule.id: _choice(rule, settings, hygiene) for rule in all_rules()}
    report = check(
        World(loaded.subjects, facts_of(loaded, settings), complete),
        disabled={id_ for id_, choice in rules.items() if choice == "off"},
        severities=_severities(rules),
    )
    found = [Located(finding, loaded.place(finding)) for finding in report.findings]
    found += [_unreadable(problem) for problem in loaded.broken]
    accepted = (Accepted(Located(each.finding, loaded.place(each.finding)), each.reason) for each in report.suppressed)
    return Judgement(tuple(sorted(found, key=_order)), tuple(accepted), checked(loaded), loaded.files)


def checked(loaded: Loaded) -> Checked:
    """How much was loaded."""
    manifests = sum(isinstance(each.node, KubeObject) for each in loaded.found)
    settings = sum(isinstance(each.node, Resource) and each.node.type in SETTINGS for each in loaded.found)
    return Checked(len(loaded.files), len(loaded.found) - manifests - settings, manifests)


def _choice(rule: Rule, settings: Settings, hygiene: bool) -> Choice:
    default: Choice = "on" if hygiene or rule.group != "hygiene" else "off"
    return settings.rules.get(rule.id, settings.rules.get(rule.group, default))


def _severities(rules: Mapping[str, Choice]) -> dict[str, Severity]:
    return {id_: choice for id_, choice in rules.items() if choice in ("error", "warning")}


def facts_of(loaded: Loaded, settings: Settings) -> Facts:
    """What the settings say, and the region where the files agree on one."""
    facts = settings.facts()
    regions = set(_regions(loaded))
    (only,) = regions if len(regions) == 1 else (None,)
    return replace(facts, region=facts.region or only or None)


def _regions(loaded: Loaded) -> Iterator[str]:
    for each in loaded.found:
        if isinstance(each.node, Resource) and each.node.address == "provider.aws":
            region = each.node.body.get("region", Raw("unknown"))
            yield region if isinstance(region, str) else ""


def _unreadable(problem: UnreadableDocument) -> Located:
    finding = Finding(
        rule=UNREADABLE,
        name="can-not-be-read",
        severity="warning" if isinstance(problem, TemplateDocument) else "error",
        group="broken",
        address="",
        root=problem.file,
        path=(),
        message=problem.reason,
        fix="mend it, or exclude the file: what is not read is not judged",
        usd_month=None,
        source="aicost_iac/gate/judging.py",
    )
    return Located(finding, Place("", problem.file, problem.line, problem.column))


def _order(each: Located) -> tuple[object, ...]:
    finding, place = each.finding, each.place
    return (not each.is_error, finding.folded, File(place.file).parts, place.line, place.column, finding.rule)
