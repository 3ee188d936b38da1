"""Whoever reads a signature finds what it means beside it."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

import aicost_iac
from aicost_iac import Blueprint
from aicost_iac.fields import Model
from tests.core.test_layers import MODULES, name_of

BLUEPRINTS = [
    found
    for name in aicost_iac.__all__
    if isinstance(found := getattr(aicost_iac, name), type) and issubclass(found, Blueprint)
]


def undocumented(path: Path) -> Iterator[str]:
    """The module, its public functions and classes."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(module):
        yield "(module)"
    for node in module.body:
        if (
            isinstance(node, ast.ClassDef | ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_names_have_docstrings(path: Path) -> None:
    assert list(undocumented(path)) == []


def described(model: type[Model]) -> set[str]:
    """Fields that a string follows."""
    [declaration] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(declaration, ast.ClassDef)
    return {
        ast.unparse(field.target)
        for field, text in pairwise(declaration.body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr)
    }


def is_described_by_its_type(model: type[Model], field: str) -> bool:
    annotation = model.model_fields[field].annotation
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
    return any(issubclass(kind, Model) and kind.__doc__ for kind in kinds)


@pytest.mark.parametrize("model", BLUEPRINTS)
def test_every_field_of_a_blueprint_is_described(model: type[Blueprint]) -> None:
    known = {field for base in model.__mro__ if issubclass(base, Blueprint) for field in described(base)}
    missing = [
        field for field in model.model_fields if field not in known and not is_described_by_its_type(model, field)
    ]
    assert missing == []
