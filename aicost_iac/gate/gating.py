"""One run of the gate: files read, our rules and Checkov side by side, one judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aicost_iac.errors import UsageError
from aicost_iac.gate import checkov, files
from aicost_iac.gate.judging import Judgement, judge
from aicost_iac.gate.loading import Loaded, load
from aicost_iac.gate.settings import Settings


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be judged: files and folders, and texts that are in no file, by name.

    `complete` is None where it follows from the targets: one file alone is plainly a part of something.
    """

    paths: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    complete: bool | None = None

    @property
    def whole(self) -> bool:
        if self.complete is not None:
            return self.complete
        return bool(self.texts) or len(self.paths) > 1 or any(Path(path).is_dir() for path in self.paths)


def run(targets: Targets, settings: Settings, checkov_program: str | None) -> Judgement:
    """Judge. Raises `UsageError` when there is nothing to judge: a gate that looked at nothing has not passed."""
    if checkov_program is None:
        return _judged(targets, settings, hygiene=True)[0]
    chosen = files.chosen(targets.paths, settings.exclude)
    with checkov.running(checkov_program, targets.paths, chosen, targets.texts) as others:
        judgement, loaded = _judged(targets, settings, hygiene=False)
        found = others.findings(loaded)
    return judgement.and_those(*checkov.accept(found, settings.checkov.skip))


def _judged(targets: Targets, settings: Settings, *, hygiene: bool) -> tuple[Judgement, Loaded]:
    loaded = load(targets.paths, texts=targets.texts, exclude=settings.exclude)
    judgement = judge(loaded, settings, complete=targets.whole, hygiene=hygiene)
    if not judgement.checked and not judgement.errors:
        names = ", ".join((*targets.paths, *targets.texts)) or "."
        raise UsageError(f"nothing to judge in {names}: no Terraform, plan, Kubernetes manifest or request to AWS")
    return judgement, loaded
