"""The rules for people who read Markdown: an index, and one page each.

    python -m aicost_iac.rules.handbook docs/rules

writes the files below `docs/rules`, and takes away pages of rules that are gone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from aicost_iac.rules.page import page
from aicost_iac.rules.registry import Rule, all_rules

INDEX = "index.md"
# What the letters of an id stand for; the index is in this order.
AREAS: Mapping[str, str] = {
    "MIG": "Multi-Instance GPU",
    "GPU": "GPU scheduling",
    "NODE": "Node pools",
    "JOB": "Jobs",
    "KEDA": "Autoscaling with KEDA",
    "SERVE": "Model servers",
    "SPOT": "Spot capacity and EC2",
    "SM": "SageMaker",
    "CE": "Cost Explorer and Savings Plans",
    "BUD": "Budgets",
    "TAG": "Cost allocation",
    "CACHE": "Caches",
    "DOC": "Documents",
    "TF": "Terraform",
}
_HEADING = re.compile(r"^(What happens|Why it costs|Bad|Good):[ \n]+", re.MULTILINE)
_PAGE = re.compile(r"[A-Z]+\d{3}\.md")


def explained(rule: Rule) -> str:
    """A rule's page."""
    title, *rest = _HEADING.split(page(rule).text)
    sections = [f"## {heading}\n\n{_sentence(text)}" for heading, text in zip(rest[::2], rest[1::2], strict=True)]
    facts = f"`{rule.name}`, {rule.severity}, group `{rule.group}`{_folded(rule)}. {_reads(rule)}"
    footer = f"Source: <{rule.source}>. The rule: [`{rule.path}`](../../{rule.path})."
    return "\n\n".join([f"# {rule.id}", title.strip(), facts, *sections, "---", footer]) + "\n"


def index(rules: Iterable[Rule]) -> str:
    """The table of all rules, by area."""
    ordered = sorted(rules, key=lambda rule: (list(AREAS).index(_area(rule)), rule.id))
    tables = [_table(area, list(those)) for area, those in groupby(ordered, _area)]
    return "\n\n".join([_INTRODUCTION.format(count=len(ordered)).strip(), *tables]) + "\n"


def files() -> dict[str, str]:
    """Every generated file, by name."""
    rules = all_rules()
    return {INDEX: index(rules), **{f"{rule.id}.md": explained(rule) for rule in rules}}


def write(folder: Path) -> None:
    """Write the files, and remove the pages of rules that are no more."""
    made = files()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if _PAGE.fullmatch(path.name) and path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


_INTRODUCTION = """
# Rules

<!-- Written by `python -m aicost_iac.rules.handbook docs/rules`. -->

{count} rules. An error refuses, a warning tells. Groups: `money` costs and looks fine, `broken` does not work and may
look fine, `security` is open, `hygiene` is what other linters say too (off while Checkov runs). What is *folded* is
true of nearly every file: it is said in one line, behind the rest. [What no rule judges](left-out.md), and why.

A rule is switched off for one place by its id and a reason, such as `# aicost:ignore KEDA001 woken by hand at night`.
"""


def _sentence(text: str) -> str:
    """A section by itself: in the docstring it goes on after its heading."""
    stripped = text.strip()
    return stripped[:1].upper() + stripped[1:]


def _table(area: str, rules: list[Rule]) -> str:
    rows = "\n".join(_row(rule) for rule in rules)
    return f"## {AREAS[area]}\n\n| rule | what it finds | severity | group |\n| --- | --- | --- | --- |\n{rows}"


def _row(rule: Rule) -> str:
    what = page(rule).title.rstrip(".").replace("|", "\\|")
    return f"| [{rule.id}]({rule.id}.md) `{rule.name}` | {what} | {rule.severity}{_folded(rule)} | {rule.group} |"


def _folded(rule: Rule) -> str:
    return ", folded" if rule.folded else ""


def _reads(rule: Rule) -> str:
    return f"It reads {', '.join(f'`{kind}`' for kind in rule.reads)}."


def _area(rule: Rule) -> str:
    return rule.id.rstrip("0123456789")


def _main(arguments: list[str]) -> Iterator[str]:
    if len(arguments) != 1:
        yield "usage: python -m aicost_iac.rules.handbook FOLDER"
        return
    write(Path(arguments[0]))


if __name__ == "__main__":
    sys.exit(next(_main(sys.argv[1:]), None))
