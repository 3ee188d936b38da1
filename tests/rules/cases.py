"""Named cases of a rule: `cases/<ID>.yaml`, a list of

- name: what is special about it
  fires: true                   # or false
  near_miss: true               # it looks like the mistake and is none
  docs: [...]                   # manifests, Terraform JSON and requests, as YAML
  like: bad                     # or: the documents of the page's example (bad, good, bad 2), or of a case above
  change: {Deployment: {spec: {replicas: 2}}}    # ... changed: see `changed`
  also: [...]                   # ... and more documents
  facts: {cluster: {keda_version: "2.16"}}       # what the gate was told
  complete: false               # the set is plainly a part
  count: 2                      # findings of this rule; at least one where it is not said
  severity: warning             # of all of them
  message: text that a finding has in its message or its fix
  usd: "5022.40"                # what the first costs in a month
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from aicost_iac.rules import World, page
from aicost_iac.rules.registry import some_rules
from tests.rules.documents import Document, facts, read, world

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case; `docs` are ready to be judged."""

    rule: str
    name: str
    fires: bool
    docs: tuple[Document, ...]
    near_miss: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = True
    count: int | None = None
    severity: str = ""
    message: str = ""
    usd: str = ""

    @property
    def world(self) -> World:
        return world(self.docs, facts(self.facts), self.complete)


@cache
def cases(rule: str) -> tuple[Case, ...]:
    """The cases of a rule, none where it has no file."""
    file = FOLDER / f"{rule}.yaml"
    return tuple(_cases(rule, yaml.safe_load(file.read_text(encoding="utf-8")))) if file.is_file() else ()


@cache
def examples(rule: str) -> Mapping[str, tuple[Document, ...]]:
    """The documents of the page's examples: `bad`, `good`, `bad 2` and so on."""
    [one] = some_rules([rule])
    found: dict[str, tuple[Document, ...]] = {}
    for name, sets in (("bad", page(one).bad), ("good", page(one).good)):
        for index, blocks in enumerate(sets):
            documents = [each for block in blocks for each in read(block.language, block.text)]
            found[name if index == 0 else f"{name} {index + 1}"] = tuple(documents)
    return found


def changed(documents: tuple[Document, ...], change: Mapping[str, Any]) -> tuple[Document, ...]:
    """The documents with other values: null takes a key (or a document) away, a number picks an item of a list, `+`
    appends one, and inside a text keys are replaced by values.

    A first key `Deployment` or `Deployment chat` is a manifest, `resource` is of Terraform, `request` (or `request
    get-cost-and-usage`) a request.
    """
    made = [copy.deepcopy(each) for each in documents]
    for key, patch in change.items():
        index = next((i for i, each in enumerate(made) if _is(each, key)), None)
        if index is None:
            raise LookupError(f"no document is {key!r}")
        if patch is None:
            del made[index]
        elif key in made[index] or key.startswith("request"):
            made[index] = _patched(made[index], {"parameters" if key.startswith("request") else key: patch})
        else:
            made[index] = _patched(made[index], patch)
    return tuple(made)


def _cases(rule: str, listed: list[dict[str, Any]]) -> Iterator[Case]:
    known = dict(examples(rule))
    for entry in listed:
        given = dict(entry)
        docs = (*known[given.pop("like")], *given.pop("also", ())) if "like" in given else tuple(given.pop("docs"))
        case = Case(rule, docs=changed(docs, given.pop("change", {})), **given)
        if case.name in known:
            raise ValueError(f"{rule}: two cases are called {case.name!r}")
        known[case.name] = case.docs
        yield case


def _is(document: Document, key: str) -> bool:
    kind, _, name = key.partition(" ")
    if kind == "request":
        return "operation" in document and name in ("", document["operation"])
    if kind in document and "apiVersion" not in document:
        return True
    return document.get("kind") == kind and name in ("", document.get("metadata", {}).get("name"))


def _patched(value: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    if isinstance(value, str):
        for old, new in patch.items():
            assert old in value, f"{old!r} is not in {value!r}"
            value = value.replace(old, new)
        return value
    made = list(value) if isinstance(value, list) else dict(value) if isinstance(value, Mapping) else {}
    for key, item in patch.items():
        _put(made, key, item)
    return made


def _put(holder: Any, key: Any, item: Any) -> None:
    if key == "+":
        holder.append(item)
    elif item is None:
        del holder[key]
    else:
        there = holder[key] if isinstance(holder, list) or key in holder else None
        holder[key] = _patched(there, item)
