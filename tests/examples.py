"""The repository's own apps: its stacks, and every example that is an app."""

from importlib import import_module
from pathlib import Path

from aicost_iac import App, Stack
from stacks import app as own

REPOSITORY = Path(__file__).parents[1]
# Programs of cdktf's, not apps of ours.
PROGRAMS = frozenset({"inside_cdktf"})


def examples() -> dict[str, App]:
    """By file name."""
    names = [path.stem for path in sorted((REPOSITORY / "examples").glob("[a-z]*.py"))]
    return {name: import_module(f"examples.{name}").app for name in names if name not in PROGRAMS}


def all_stacks() -> dict[str, Stack]:
    """By app and stack name."""
    apps = {"stacks": own, **examples()}
    return {f"{name}-{stack.name}": stack for name, app in apps.items() for stack in app.stacks}
