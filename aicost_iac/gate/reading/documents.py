"""What a file is, by its name and by what stands in it, and which reader is for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aicost_iac.errors import UnreadableDocument
from aicost_iac.gate.places import Found
from aicost_iac.gate.reading import manifests, terraform_json
from aicost_iac.gate.reading.json_places import JsonPlaces
from aicost_iac.gate.reading.texts import STDIN, json_of

Read = Iterator[Found | UnreadableDocument]
_MANIFEST = re.compile(r"^\s*apiVersion:\s", re.MULTILINE)


def read(file: str, text: str, *, named: bool) -> Read:
    """What a text holds. `named` says that the user named the file: then it is certainly meant to be read."""
    if file.endswith(".tf.json"):
        return _terraform(file, text)
    if file.endswith(".json") or (file == STDIN and text.lstrip().startswith("{")):
        return _json(file, text, named=named)
    if file.endswith((".yaml", ".yml")) or file == STDIN:
        return _yaml(file, text, named=named)
    return iter(())


def _terraform(file: str, text: str) -> Read:
    try:
        data = json_of(text, file)
    except UnreadableDocument as problem:
        return iter([problem])
    return terraform_json.read(data, file, str(Path(file).parent), JsonPlaces(text).position)


def _json(file: str, text: str, *, named: bool) -> Read:
    """A manifest or a plan; any other JSON is somebody else's, broken or not."""
    try:
        data = json_of(text, file)
    except UnreadableDocument as problem:
        return iter([problem] if named else [])
    locate = JsonPlaces(text).position
    if not isinstance(data, dict):
        return iter(())
    return manifests.read_objects(data, file, locate)


def _yaml(file: str, text: str, *, named: bool) -> Read:
    """A broken stream counts where somebody meant manifests: templates of all sorts are called `.yaml`, too."""
    meant = named or _MANIFEST.search(text) is not None
    found = manifests.read_yaml(text, file)
    return found if meant else (each for each in found if isinstance(each, Found))
