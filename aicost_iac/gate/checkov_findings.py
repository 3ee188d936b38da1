"""What Checkov reports, in our own words for places and nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aicost_iac.gate.judging import Located
from aicost_iac.gate.loading import Loaded
from aicost_iac.gate.places import Found, Place
from aicost_iac.rules import Finding
from aicost_iac.rules.findings import Path

INDEX = "https://www.checkov.io/5.Policy%20Index/all.html"
_NUMBER = re.compile(r"\[?(\d+)\]?")


class Nodes:
    """The nodes of each file, by the line they start on."""

    def __init__(self, loaded: Loaded) -> None:
        self._by_file: dict[str, list[Found]] = {}
        self._starts: dict[str, list[tuple[int, Found]]] = {}
        for each in loaded.found:
            self._by_file.setdefault(each.file, []).append(each)

    def at(self, file: str, first: int, last: int, name: str) -> Found | None:
        """The node of a name that starts within some lines; Checkov's own names lack types and namespaces."""
        if file not in self._starts:
            self._starts[file] = [(each.locate(())[0], each) for each in self._by_file.get(file, ())]
        within = [each for line, each in self._starts[file] if first <= line <= last]
        named = [each for each in within if each.address.endswith(name)]
        return next(iter(named or (within if len(within) == 1 else [])), None)


def located(failed: Mapping[str, Any], file: str, nodes: Nodes) -> Located:
    """One failed check."""
    first, last = failed["file_line_range"]
    resource = str(failed.get("resource") or "")
    node = nodes.at(file, first, last, resource.rpartition(".")[2])
    keys = [key for key in failed.get("check_result", {}).get("evaluated_keys", ()) if key]
    line, column = node.locate(_path(keys[0])) if node and keys else node.locate(()) if node else (first, 1)
    address = node.address if node else resource
    return Located(
        _finding(failed, keys, address),
        Place(address, file, line or first, column, node.construct if node else ""),
        tool="checkov",
    )


def _finding(failed: Mapping[str, Any], keys: Sequence[str], address: str) -> Finding:
    return Finding(
        rule=failed["check_id"],
        name=_slug(failed["check_name"]),
        severity="error",
        group="security",
        address=address,
        root="",
        path=(),
        message=failed["check_name"],
        fix=f"do as it says{_at(keys)}, or give {failed['check_id']} a reason in the gate's checkov.skip",
        usd_month=None,
        source=failed.get("guideline") or INDEX,
    )


def _at(keys: Sequence[str]) -> str:
    return f" at {', '.join('.'.join(map(str, _path(key))) for key in keys)}" if keys else ""


def _path(key: str) -> Path:
    """`spec/containers/[0]/image` as the keys of a body."""
    parts = (part for part in key.split("/") if part)
    return tuple(int(found[1]) if (found := _NUMBER.fullmatch(part)) else part for part in parts)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
