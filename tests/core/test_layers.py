"""Who may import whom: the house has layers, and only one module knows cdktf."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import aicost_iac

PACKAGE = Path(aicost_iac.__file__).parent
# Each part, from the ground up, and the parts of this package it may import.
LAYERS: dict[str, set[str]] = {}
LAYERS["errors"] = set()
LAYERS["collector"] = set()
LAYERS["expr"] = {"errors"}
LAYERS["canonical"] = {"errors", "expr"}
LAYERS["fields"] = {"errors", "expr"}
LAYERS["tags"] = {"errors", "fields"}
LAYERS["plan"] = {"canonical", "errors", "expr", "fields"}
LAYERS["model"] = {"expr", "fields", "tags"}
LAYERS["templating"] = {"expr"}
LAYERS["catalog"] = {"errors"}
LAYERS["terraform"] = {"canonical", "catalog", "errors", "expr", "fields", "plan"}
LAYERS["kubernetes"] = {"canonical", "catalog", "errors", "expr", "fields", "plan"}
_WRITERS = LAYERS["terraform"] | {"kubernetes", "terraform"}
LAYERS["rules"] = _WRITERS
LAYERS["cost"] = _WRITERS | {"rules", "templating"}
LAYERS["blueprints"] = _WRITERS | {"cost", "model", "tags", "templating"}
LAYERS["app"] = {"blueprints", "cost", "errors", "fields", "model", "plan", "tags"}
LAYERS["project"] = {"app", "errors"}
LAYERS["output"] = {"app", "canonical", "collector", "kubernetes", "plan", "terraform"}
LAYERS["gate"] = _WRITERS | {"cost", "output", "rules", "templating"}
LAYERS["synth"] = {"app", "canonical", "errors", "expr", "model", "output", "plan", "tags", "terraform"}
LAYERS["doctor"] = set()
LAYERS["advise"] = _WRITERS | {"cost", "templating"}
LAYERS["commands"] = LAYERS.keys() - {"commands"}
LAYERS["cli"] = LAYERS.keys() - {"cli"}
LAYERS["__main__"] = {"cli"}
LIBRARIES = frozenset({"cdktf", "cdktn", "constructs", "jsii"})
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs: what stands below `if TYPE_CHECKING:` does not."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and child in node.body:
            continue
        yield from statements(child)


@cache
def imports(path: Path) -> frozenset[str]:
    """Dotted names of what a module imports, wherever in it."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def parts(path: Path) -> set[str]:
    """First components, below this package, of what a module imports."""
    ours = [name.split(".") for name in imports(path) if name.startswith("aicost_iac.")]
    return {words[1] for words in ours if words[1] != "__version__"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_layers_below_its_own(path: Path) -> None:
    own = name_of(path).split(".")[0]
    assert parts(path) - {own} <= LAYERS[own]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_synth_imports_cdktf(path: Path) -> None:
    known = {name.split(".")[0] for name in imports(path)} & LIBRARIES
    assert not known or name_of(path).split(".")[0] == "synth"


def test_layers_have_an_order() -> None:
    seen: set[str] = set()
    for name, below in LAYERS.items():
        assert below <= LAYERS.keys() - {name}, name
        assert below <= seen or name in ("commands", "cli"), name
        seen.add(name)


def test_every_layer_stands_for_something_in_the_house() -> None:
    found = {name_of(path).split(".")[0] for path in MODULES}
    assert found <= LAYERS.keys()
