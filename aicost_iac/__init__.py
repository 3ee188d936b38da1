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
    from aicost_iac.blueprints._mig.settings import MigDemand, MigPartition
    from aicost_iac.blueprints._sagemaker.containers import Framework
    from aicost_iac.blueprints._sagemaker.settings import CapacityRetry, Channel, Container, DataCapture, Metric, Vpc
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining
    from aicost_iac.blueprints.mig_layout import MigLayout
    from aicost_iac.blueprints.spot_training_fleet import SpotPrice, SpotTrainingFleet, Subnet
    from aicost_iac.errors import AicostError, InvalidBlueprint
    from aicost_iac.expr import Expr, Raw, Ref, template
    from aicost_iac.fields import Suppress
    from aicost_iac.model import Blueprint, Context
    from aicost_iac.plan import Assumption, File, KubeObject, Output, Plan, Resource
    from aicost_iac.tags import CostTags

_HOME = {
    "AicostError": "errors",
    "App": "app",
    "Assumption": "plan",
    "Blueprint": "model",
    "CapacityRetry": "blueprints._sagemaker.settings",
    "Channel": "blueprints._sagemaker.settings",
    "Checkpoints": "blueprints._fleet.settings",
    "Container": "blueprints._sagemaker.settings",
    "Context": "model",
    "CostTags": "tags",
    "DataCapture": "blueprints._sagemaker.settings",
    "Expr": "expr",
    "File": "plan",
    "Framework": "blueprints._sagemaker.containers",
    "IdleGuard": "blueprints._fleet.settings",
    "InvalidBlueprint": "errors",
    "KubeObject": "plan",
    "LocalBackend": "app",
    "ManagedSpotTraining": "blueprints.managed_spot_training",
    "Metric": "blueprints._sagemaker.settings",
    "MigDemand": "blueprints._mig.settings",
    "MigLayout": "blueprints.mig_layout",
    "MigPartition": "blueprints._mig.settings",
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
    "Vpc": "blueprints._sagemaker.settings",
    "template": "expr",
}

__version__ = "0.1.0"
__all__ = [
    "AicostError",
    "App",
    "Assumption",
    "Blueprint",
    "CapacityRetry",
    "Channel",
    "Checkpoints",
    "Container",
    "Context",
    "CostTags",
    "DataCapture",
    "Expr",
    "File",
    "Framework",
    "IdleGuard",
    "InvalidBlueprint",
    "KubeObject",
    "LocalBackend",
    "ManagedSpotTraining",
    "Metric",
    "MigDemand",
    "MigLayout",
    "MigPartition",
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
    "Vpc",
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
