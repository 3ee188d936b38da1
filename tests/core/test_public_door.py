"""The one public door: `__all__`, where each name lives, and what type checkers see are the same list."""

import ast
from pathlib import Path

import pytest

import aicost_iac

TREE = ast.parse(Path(aicost_iac.__file__).read_text(encoding="utf-8"))


def seen_by_type_checkers() -> dict[str, str]:
    """Name -> module of the imports below `if TYPE_CHECKING:`."""
    [block] = [node for node in TREE.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module).removeprefix("aicost_iac.") for node in imports for alias in node.names}


def test_the_three_lists_are_one() -> None:
    assert seen_by_type_checkers() == aicost_iac._HOME
    assert list(aicost_iac._HOME) == aicost_iac.__all__


def test_it_is_sorted() -> None:
    assert sorted(aicost_iac.__all__) == aicost_iac.__all__ == dir(aicost_iac)


@pytest.mark.parametrize("name", aicost_iac.__all__)
def test_every_name_is_there_and_at_home_where_it_says(name: str) -> None:
    home = getattr(getattr(aicost_iac, name), "__module__", None)
    assert home in (f"aicost_iac.{aicost_iac._HOME[name]}", None)


def test_another_name_is_refused_as_any_module_would() -> None:
    with pytest.raises(AttributeError, match="module 'aicost_iac' has no attribute 'Sttack'"):
        _ = aicost_iac.Sttack
