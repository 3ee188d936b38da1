"""What is there today, written down, so that only what is new fails.

A finding is known by its rule, its file and its node: lines may move. What a node has more of than the baseline is new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aicost_iac.errors import UsageError
from aicost_iac.gate.judging import Accepted, Judgement, Located

VERSION = 1
_KEYS = ("rule", "part", "file", "address")

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Counts of accepted findings. `file` is where they are written."""

    file: Path
    counts: Counter[_Key]

    def over(self, judgement: Judgement) -> tuple[Judgement, int]:
        """The judgement with what is accepted set apart, and how many entries match nothing any more."""
        left = Counter(self.counts)
        new: list[Located] = []
        accepted: list[Accepted] = []
        for each in judgement.findings:
            if left[_key(each)] > 0:
                left[_key(each)] -= 1
                accepted.append(Accepted(each, f"in the baseline {self.file}", external=True))
            else:
                new.append(each)
        rest = replace(judgement, findings=tuple(new), accepted=(*judgement.accepted, *accepted))
        return rest, sum(left.values())


def read(file: Path) -> Baseline:
    """Raises `UsageError` for a file that `written` did not make."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise UsageError(f"baseline {file} has version {data['version']}, not {VERSION}: write it anew")
        counts = Counter({tuple(each[key] for key in _KEYS): int(each["count"]) for each in data["findings"]})
    except OSError as error:
        raise UsageError(f"baseline {file} can not be opened: {error.strerror}; --write-baseline makes one") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file} is no baseline that --write-baseline made: {error}") from error
    return Baseline(file, counts)


def written(findings: Sequence[Located]) -> str:
    """The baseline of some findings: one entry a line, so that a diff shows what was accepted."""
    counts = Counter(map(_key, findings))
    entries = [json.dumps({**dict(zip(_KEYS, key, strict=True)), "count": counts[key]}) for key in sorted(counts)]
    lines = ",\n".join(f"  {entry}" for entry in entries)
    body = f"[\n{lines}\n]" if lines else "[]"
    return f'{{"version": {VERSION}, "findings": {body}}}\n'


def _key(located: Located) -> _Key:
    return located.finding.rule, located.finding.part, Path(located.place.file).as_posix(), located.place.address
