"""What a file is, by its name and by what stands in it, and which reader is for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.places import Found, TemplateDocument
from aicost_iac.gate.reading import (
    embedded,
    hcl,
    manifests,
    plan_json,
    python_calls,
    request_files,
    shell,
    terraform_json,
)
from aicost_iac.gate.reading.json_places import JsonPlaces
from aicost_iac.gate.reading.texts import STDIN, json_of

Read = Iterator[Found | UnreadableDocument]
_TEMPLATE = re.compile(r"\{\{|\{%")
_MANIFEST = re.compile(r"^\s*apiVersion:\s", re.MULTILINE)


@dataclass
class Readers:
    """The readers of one run. `texts` are files that are not written, by name."""

    texts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def roots(self) -> hcl.Roots:
        """Terraform's files of one folder know each other."""
        return hcl.Roots(self.texts)

    def read(self, file: str, text: str, *, named: bool) -> Read:
        """What a text holds, and what stands inside of that. `named`: the user named this very file."""
        for each in self._read(file, text, named=named):
            yield from embedded.opened(each) if isinstance(each, Found) else [each]

    def _read(self, file: str, text: str, *, named: bool) -> Read:
        if file.endswith(".tf.json"):
            return _terraform(file, text)
        if file.endswith(".tf"):
            return self.roots.read(file, text)
        if file.endswith(".sh"):
            return shell.read(text, file)
        if file.endswith(".py"):
            return _python(file, text, named=named)
        if file.endswith(".json") or (file == STDIN and text.lstrip().startswith("{")):
            return _json(file, text, named=named)
        return _yaml(file, text, named=named)


def _terraform(file: str, text: str) -> Read:
    data = json_of(text, file)
    yield from terraform_json.read(data, file, str(Path(file).parent), JsonPlaces(text).position)


def _python(file: str, text: str, *, named: bool) -> Read:
    """Sources that speak of AWS; what is no Python of today counts where the user named it."""
    if not python_calls.is_about_aws(text):
        return
    try:
        yield from python_calls.read(text, file)
    except UnreadableDocument:
        if named:
            raise


def _json(file: str, text: str, *, named: bool) -> Read:
    """A manifest or a plan; any other JSON is somebody else's, broken or not."""
    try:
        data = json_of(text, file)
    except UnreadableDocument:
        if named:
            raise
        return
    if isinstance(data, dict):
        locate = JsonPlaces(text).position
        if plan_json.is_plan(data):
            yield from plan_json.read(data, file, locate)
        elif "resource" in data and file == STDIN:
            yield from terraform_json.read(data, file, file, locate)
        elif "kind" in data:
            yield from manifests.read_objects(data, file, locate)
        else:
            yield from request_files.read(data, file, locate)


def _yaml(file: str, text: str, *, named: bool) -> Read:
    """A broken stream counts where somebody meant manifests: templates of all sorts are called `.yaml`, too."""
    meant = named or _MANIFEST.search(text) is not None
    for each in manifests.read_yaml(text, file):
        if isinstance(each, Found):
            yield each
        elif meant:
            yield each if _TEMPLATE.search(text) is None else TemplateDocument.of(each)
