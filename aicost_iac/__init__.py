"""One typed description of an AI workload becomes infrastructure that is right, priced and gated before it is merged.

Everything a user imports is here; each name is loaded when it is first used, so that importing the package costs little
and loads neither cdktf, boto3 nor checkov.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicost_iac.app import App, LocalBackend, ProviderAlias, S3Backend, Stack
    from aicost_iac.blueprints._fleet.settings import Checkpoints, IdleGuard, OnDemandFallback
    from aicost_iac.blueprints.spot_training_fleet import SpotPrice, SpotTrainingFleet, Subnet
    from aicost_iac.errors import AicostError, InvalidBlueprint
    from aicost_iac.expr import Expr, Raw, Ref, template
    from aicost_iac.fields import Suppress
    from aicost_iac.model import Blueprint, Context
    from aicost_iac.plan import Assumption, KubeObject, Output, Plan, Resource
    from aicost_iac.tags import CostTags

_HOME = {
    "AicostError": "errors",
    "App": "app",
    "Assumption": "plan",
    "Blueprint": "model",
    "Checkpoints": "blueprints._fleet.settings",
    "Context": "model",
    "CostTags": "tags",
    "Expr": "expr",
    "IdleGuard": "blueprints._fleet.settings",
    "InvalidBlueprint": "errors",
    "KubeObject": "plan",
    "LocalBackend": "app",
    "OnDemandFallback": "blueprints._fleet.settings",
    "Output": "plan",
    "Plan": "plan",
    "ProviderAlias": "app",
    "Raw": "expr",
    "Ref": "expr",
    "Resource": "plan",
    "S3Backend": "app",
    "SpotPrice": "blueprints.spot_training_fleet",
    "SpotTrainingFleet": "blueprints.spot_training_fleet",
    "Stack": "app",
    "Subnet": "blueprints.spot_training_fleet",
    "Suppress": "fields",
    "template": "expr",
}

__version__ = "0.1.0"
__all__ = [
    "AicostError",
    "App",
    "Assumption",
    "Blueprint",
    "Checkpoints",
    "Context",
    "CostTags",
    "Expr",
    "IdleGuard",
    "InvalidBlueprint",
    "KubeObject",
    "LocalBackend",
    "OnDemandFallback",
    "Output",
    "Plan",
    "ProviderAlias",
    "Raw",
    "Ref",
    "Resource",
    "S3Backend",
    "SpotPrice",
    "SpotTrainingFleet",
    "Stack",
    "Subnet",
    "Suppress",
    "template",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
