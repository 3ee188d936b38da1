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
    from aicost_iac.blueprints._pipeline.settings import (
        ElastiCache,
        EmbeddingServer,
        ExactCache,
        KeyBudgets,
        KeywordRule,
        LiteLLM,
        OwnRouter,
        Redis,
        RequestMix,
        SemanticCache,
    )
    from aicost_iac.blueprints._sagemaker.containers import Framework
    from aicost_iac.blueprints._sagemaker.settings import CapacityRetry, Channel, Container, DataCapture, Metric, Vpc
    from aicost_iac.blueprints.async_endpoint import AsyncEndpoint
    from aicost_iac.blueprints.batch_transform import BatchTransform
    from aicost_iac.blueprints.inference_recommender import Candidate, InferenceRecommender, LoadTest, Phase
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining
    from aicost_iac.blueprints.mig_layout import MigLayout
    from aicost_iac.blueprints.multi_model_endpoint import MultiModelEndpoint
    from aicost_iac.blueprints.offline_batch import OfflineBatch
    from aicost_iac.blueprints.scale_to_zero_endpoint import ScaleToZeroEndpoint
    from aicost_iac.blueprints.serverless_endpoint import ServerlessEndpoint
    from aicost_iac.blueprints.spot_training_fleet import SpotPrice, SpotTrainingFleet, Subnet
    from aicost_iac.errors import AicostError, InvalidBlueprint
    from aicost_iac.expr import Expr, Raw, Ref, template
    from aicost_iac.fields import Suppress
    from aicost_iac.kubernetes.placement import MigSlice, Placement, Toleration, WholeGpus
    from aicost_iac.kubernetes.secrets import SecretKey
    from aicost_iac.model import Blueprint, Context
    from aicost_iac.plan import Assumption, File, KubeObject, Output, Plan, Resource
    from aicost_iac.tags import CostTags

_HOME = {
    "AicostError": "errors",
    "App": "app",
    "Assumption": "plan",
    "AsyncEndpoint": "blueprints.async_endpoint",
    "BatchTransform": "blueprints.batch_transform",
    "Blueprint": "model",
    "Candidate": "blueprints.inference_recommender",
    "CapacityRetry": "blueprints._sagemaker.settings",
    "Channel": "blueprints._sagemaker.settings",
    "Checkpoints": "blueprints._fleet.settings",
    "Container": "blueprints._sagemaker.settings",
    "Context": "model",
    "CostTags": "tags",
    "DataCapture": "blueprints._sagemaker.settings",
    "ElastiCache": "blueprints._pipeline.settings",
    "EmbeddingServer": "blueprints._pipeline.settings",
    "ExactCache": "blueprints._pipeline.settings",
    "Expr": "expr",
    "File": "plan",
    "Framework": "blueprints._sagemaker.containers",
    "IdleGuard": "blueprints._fleet.settings",
    "InferenceRecommender": "blueprints.inference_recommender",
    "InvalidBlueprint": "errors",
    "KeyBudgets": "blueprints._pipeline.settings",
    "KeywordRule": "blueprints._pipeline.settings",
    "KubeObject": "plan",
    "LiteLLM": "blueprints._pipeline.settings",
    "LoadTest": "blueprints.inference_recommender",
    "LocalBackend": "app",
    "ManagedSpotTraining": "blueprints.managed_spot_training",
    "Metric": "blueprints._sagemaker.settings",
    "MigDemand": "blueprints._mig.settings",
    "MigLayout": "blueprints.mig_layout",
    "MigPartition": "blueprints._mig.settings",
    "MigSlice": "kubernetes.placement",
    "MultiModelEndpoint": "blueprints.multi_model_endpoint",
    "OfflineBatch": "blueprints.offline_batch",
    "OnDemandFallback": "blueprints._fleet.settings",
    "Output": "plan",
    "OwnRouter": "blueprints._pipeline.settings",
    "Phase": "blueprints.inference_recommender",
    "Placement": "kubernetes.placement",
    "Plan": "plan",
    "ProviderAlias": "app",
    "Raw": "expr",
    "Redis": "blueprints._pipeline.settings",
    "Ref": "expr",
    "RequestMix": "blueprints._pipeline.settings",
    "Resource": "plan",
    "S3Backend": "app",
    "ScaleToZeroEndpoint": "blueprints.scale_to_zero_endpoint",
    "SecretKey": "kubernetes.secrets",
    "SemanticCache": "blueprints._pipeline.settings",
    "ServerlessEndpoint": "blueprints.serverless_endpoint",
    "SpotPrice": "blueprints.spot_training_fleet",
    "SpotTrainingFleet": "blueprints.spot_training_fleet",
    "Stack": "app",
    "Subnet": "blueprints.spot_training_fleet",
    "Suppress": "fields",
    "Toleration": "kubernetes.placement",
    "Vpc": "blueprints._sagemaker.settings",
    "WholeGpus": "kubernetes.placement",
    "template": "expr",
}

__version__ = "0.1.0"
__all__ = [
    "AicostError",
    "App",
    "Assumption",
    "AsyncEndpoint",
    "BatchTransform",
    "Blueprint",
    "Candidate",
    "CapacityRetry",
    "Channel",
    "Checkpoints",
    "Container",
    "Context",
    "CostTags",
    "DataCapture",
    "ElastiCache",
    "EmbeddingServer",
    "ExactCache",
    "Expr",
    "File",
    "Framework",
    "IdleGuard",
    "InferenceRecommender",
    "InvalidBlueprint",
    "KeyBudgets",
    "KeywordRule",
    "KubeObject",
    "LiteLLM",
    "LoadTest",
    "LocalBackend",
    "ManagedSpotTraining",
    "Metric",
    "MigDemand",
    "MigLayout",
    "MigPartition",
    "MigSlice",
    "MultiModelEndpoint",
    "OfflineBatch",
    "OnDemandFallback",
    "Output",
    "OwnRouter",
    "Phase",
    "Placement",
    "Plan",
    "ProviderAlias",
    "Raw",
    "Redis",
    "Ref",
    "RequestMix",
    "Resource",
    "S3Backend",
    "ScaleToZeroEndpoint",
    "SecretKey",
    "SemanticCache",
    "ServerlessEndpoint",
    "SpotPrice",
    "SpotTrainingFleet",
    "Stack",
    "Subnet",
    "Suppress",
    "Toleration",
    "Vpc",
    "WholeGpus",
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
