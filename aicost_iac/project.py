"""What a repository says to the command line: its app, and `[tool.aicost]` in ./pyproject.toml."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from aicost_iac.errors import AicostError, UsageError, did_you_mean

if TYPE_CHECKING:
    from aicost_iac.app import App, Stack

PYPROJECT = Path("pyproject.toml")
DEFAULT_APP = "stacks:app"


def settings() -> Mapping[str, Any]:
    """The table `[tool.aicost]`, empty where there is none."""
    import tomllib

    if not PYPROJECT.is_file():
        return {}
    try:
        found = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{PYPROJECT} can not be read: {error}") from error
    table: Mapping[str, Any] = found.get("tool", {}).get("aicost", {})
    return table


def load_app(path: str | None) -> App:
    """The app at `module:attr`, by default the one `[tool.aicost]` names."""
    from aicost_iac.app import App

    path = path or str(settings().get("app", DEFAULT_APP))
    module, separator, attribute = path.partition(":")
    if not separator or not module or not attribute:
        raise UsageError(f"--app {path!r} is not MODULE:ATTR, such as stacks:app")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    found = getattr(_imported(module), attribute, None)
    if not isinstance(found, App):
        what = "nothing" if found is None else f"a {type(found).__name__}"
        raise UsageError(f"{path} is {what}, not an App")
    return found


def _imported(module: str) -> ModuleType:
    """The user's module. What is wrong in it is told with its place, in one line."""
    try:
        return import_module(module)
    except AicostError:
        raise
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and module.startswith(error.name or module):
            raise UsageError(f"there is no module {module!r} here; name the app with --app MODULE:ATTR") from error
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error}"
        raise UsageError(f"{module!r} fails at {place.filename}:{place.lineno}: {what}; see aicost --debug") from error


def chosen(app: App, names: Sequence[str]) -> list[Stack]:
    """The stacks of these names, or all."""
    known = {stack.name: stack for stack in app.stacks}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"the app has {sorted(known)}"
            raise UsageError(f"there is no stack {name!r}; {hint}")
    return [known[name] for name in dict.fromkeys(names)] if names else list(app.stacks)
