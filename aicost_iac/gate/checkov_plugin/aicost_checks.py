"""Loaded by Checkov, in Checkov's own environment: finds our package, and registers its checks.

Custom checks: https://www.checkov.io/3.Custom%20Policies/Python%20Custom%20Policies.html
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.kubernetes.checks.resource.base_spec_check import BaseK8Check
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck


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
    """Checkov goes on, and passes, without checks that it can not load: then one check fails on everything."""
    try:
        if sys.version_info < (3, 11):  # noqa: UP036 - Checkov's Python may be older than what this package asks for
            raise ImportError(f"they need Python 3.11, Checkov runs on {sys.version.split()[0]}")
        _find_package()
        from aicost_iac.gate.checkov_checks import register

        register()
    except Exception as error:
        reason = f"the checks of aicost can not be loaded ({type(error).__name__}: {error})"
        print(f"aicost: {reason}", file=sys.stderr)
        _BrokenTerraform(reason, _BROKEN, [CheckCategories.CONVENTION], ["*"])
        _BrokenKubernetes(reason, _BROKEN, [CheckCategories.CONVENTION], ["*"])


_BROKEN = "CKV_AICOST_000"


class _BrokenTerraform(BaseResourceCheck):
    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        return CheckResult.FAILED


class _BrokenKubernetes(BaseK8Check):
    def scan_spec_conf(self, conf: dict[str, Any]) -> CheckResult:
        return CheckResult.FAILED


_register()
