"""Loaded by Checkov, in Checkov's own environment: finds our package, and registers its checks.

Custom checks: https://www.checkov.io/3.Custom%20Policies/Python%20Custom%20Policies.html
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path


def _find_package() -> None:
    """Make `aicost_iac` importable without its neighbours: what else lies beside it is for another environment."""
    if find_spec("aicost_iac") is not None:
        return
    folder = Path(__file__).resolve().parents[2]
    spec = spec_from_file_location("aicost_iac", folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is not None and spec.loader is not None:
        module = sys.modules["aicost_iac"] = module_from_spec(spec)
        spec.loader.exec_module(module)


def _register() -> None:
    """Checkov goes on without checks that it can not load, and passes: that would be a gate which looked at nothing."""
    try:
        _find_package()
        from aicost_iac.gate.checkov_checks import register

        register()
    except Exception as error:
        raise SystemExit(_FAILED.format(f"{type(error).__name__}: {error}")) from error


_FAILED = "aicost: its checks can not be loaded into Checkov: {}"
if sys.version_info < (3, 11):  # noqa: UP036 - Checkov's Python may be older than what this package asks for
    raise SystemExit(_FAILED.format(f"they need Python 3.11, it runs on {sys.version.split()[0]}"))
_register()
