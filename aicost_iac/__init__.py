"""One typed description of an AI workload becomes infrastructure that is right, priced and gated before it is merged.

Everything a user imports is here; each name is loaded when it is first used, so that importing the package costs little
and loads neither cdktf, boto3 nor checkov.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicost_iac.app import App, LocalBackend, ProviderAlias, S3Backend, Stack
    from aicost_iac.blueprints._anomalies.alerts import AnomalyAlert
    from aicost_iac.blueprints._autoscaler.authentication import AwsIdentity, SecretParameters
    from aicost_iac.blueprints._autoscaler.settings import MetricFallback, Prometheus, ScalePace
    from aicost_iac.blueprints._autoscaler.targets import ScaleTarget
    from aicost_iac.blueprints._autoscaler.triggers import (
        Arrivals,
        Cron,
        GpuActivity,
        KvCacheUse,
        QueueDepth,
        SqsQueue,
        WaitingRequests,
    )
    from aicost_iac.blueprints._budgets.actions import DenyInAccounts, DenyLaunches, StopInstances
    from aicost_iac.blueprints._budgets.limits import AutoAdjust, WorstCase
    from aicost_iac.blueprints._budgets.rungs import Rung
    from aicost_iac.blueprints._budgets.scope import BudgetScope
    from aicost_iac.blueprints._budgets.settings import BudgetGuards, SlackChannel, UntaggedSpend
    from aicost_iac.blueprints._fleet.settings import Checkpoints, IdleGuard, OnDemandFallback
    from aicost_iac.blueprints._mig.settings import MigDemand, MigPartition
    from aicost_iac.blueprints._nodes.settings import CommittedPrice, Taint
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
        Scaling,
        SemanticCache,
    )
    from aicost_iac.blueprints._sagemaker.containers import Framework
    from aicost_iac.blueprints._sagemaker.settings import CapacityRetry, Channel, Container, DataCapture, Metric, Vpc
    from aicost_iac.blueprints._serving.settings import ModelStorage, Speculative
    from aicost_iac.blueprints._tagging.settings import (
        GpuPodLabels,
        LaunchGuard,
        OrganizationTags,
        RequiredTagsRule,
        SplitCategory,
    )
    from aicost_iac.blueprints.anomaly_detection import AnomalyDetection
    from aicost_iac.blueprints.async_endpoint import AsyncEndpoint
    from aicost_iac.blueprints.batch_transform import BatchTransform
    from aicost_iac.blueprints.budget_ladder import BudgetLadder
    from aicost_iac.blueprints.gpu_autoscaler import GpuAutoscaler
    from aicost_iac.blueprints.gpu_monitoring import GpuMonitoring
    from aicost_iac.blueprints.gpu_node_pool import GpuNodePool
    from aicost_iac.blueprints.inference_pipeline import InferencePipeline
    from aicost_iac.blueprints.inference_recommender import Candidate, InferenceRecommender, LoadTest, Phase
    from aicost_iac.blueprints.managed_spot_training import ManagedSpotTraining
    from aicost_iac.blueprints.mig_layout import MigLayout
    from aicost_iac.blueprints.model_server import ModelServer
    from aicost_iac.blueprints.multi_model_endpoint import MultiModelEndpoint
    from aicost_iac.blueprints.offline_batch import OfflineBatch
    from aicost_iac.blueprints.scale_to_zero_endpoint import ScaleToZeroEndpoint
    from aicost_iac.blueprints.serverless_endpoint import ServerlessEndpoint
    from aicost_iac.blueprints.spot_training_fleet import SpotPrice, SpotTrainingFleet, Subnet
    from aicost_iac.blueprints.tag_policy import TagPolicy
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
    "AnomalyAlert": "blueprints._anomalies.alerts",
    "AnomalyDetection": "blueprints.anomaly_detection",
    "App": "app",
    "Arrivals": "blueprints._autoscaler.triggers",
    "Assumption": "plan",
    "AsyncEndpoint": "blueprints.async_endpoint",
    "AutoAdjust": "blueprints._budgets.limits",
    "AwsIdentity": "blueprints._autoscaler.authentication",
    "BatchTransform": "blueprints.batch_transform",
    "Blueprint": "model",
    "BudgetGuards": "blueprints._budgets.settings",
    "BudgetLadder": "blueprints.budget_ladder",
    "BudgetScope": "blueprints._budgets.scope",
    "Candidate": "blueprints.inference_recommender",
    "CapacityRetry": "blueprints._sagemaker.settings",
    "Channel": "blueprints._sagemaker.settings",
    "Checkpoints": "blueprints._fleet.settings",
    "CommittedPrice": "blueprints._nodes.settings",
    "Container": "blueprints._sagemaker.settings",
    "Context": "model",
    "CostTags": "tags",
    "Cron": "blueprints._autoscaler.triggers",
    "DataCapture": "blueprints._sagemaker.settings",
    "DenyInAccounts": "blueprints._budgets.actions",
    "DenyLaunches": "blueprints._budgets.actions",
    "ElastiCache": "blueprints._pipeline.settings",
    "EmbeddingServer": "blueprints._pipeline.settings",
    "ExactCache": "blueprints._pipeline.settings",
    "Expr": "expr",
    "File": "plan",
    "Framework": "blueprints._sagemaker.containers",
    "GpuActivity": "blueprints._autoscaler.triggers",
    "GpuAutoscaler": "blueprints.gpu_autoscaler",
    "GpuMonitoring": "blueprints.gpu_monitoring",
    "GpuNodePool": "blueprints.gpu_node_pool",
    "GpuPodLabels": "blueprints._tagging.settings",
    "IdleGuard": "blueprints._fleet.settings",
    "InferencePipeline": "blueprints.inference_pipeline",
    "InferenceRecommender": "blueprints.inference_recommender",
    "InvalidBlueprint": "errors",
    "KeyBudgets": "blueprints._pipeline.settings",
    "KeywordRule": "blueprints._pipeline.settings",
    "KubeObject": "plan",
    "KvCacheUse": "blueprints._autoscaler.triggers",
    "LaunchGuard": "blueprints._tagging.settings",
    "LiteLLM": "blueprints._pipeline.settings",
    "LoadTest": "blueprints.inference_recommender",
    "LocalBackend": "app",
    "ManagedSpotTraining": "blueprints.managed_spot_training",
    "Metric": "blueprints._sagemaker.settings",
    "MetricFallback": "blueprints._autoscaler.settings",
    "MigDemand": "blueprints._mig.settings",
    "MigLayout": "blueprints.mig_layout",
    "MigPartition": "blueprints._mig.settings",
    "MigSlice": "kubernetes.placement",
    "ModelServer": "blueprints.model_server",
    "ModelStorage": "blueprints._serving.settings",
    "MultiModelEndpoint": "blueprints.multi_model_endpoint",
    "OfflineBatch": "blueprints.offline_batch",
    "OnDemandFallback": "blueprints._fleet.settings",
    "OrganizationTags": "blueprints._tagging.settings",
    "Output": "plan",
    "OwnRouter": "blueprints._pipeline.settings",
    "Phase": "blueprints.inference_recommender",
    "Placement": "kubernetes.placement",
    "Plan": "plan",
    "Prometheus": "blueprints._autoscaler.settings",
    "ProviderAlias": "app",
    "QueueDepth": "blueprints._autoscaler.triggers",
    "Raw": "expr",
    "Redis": "blueprints._pipeline.settings",
    "Ref": "expr",
    "RequestMix": "blueprints._pipeline.settings",
    "RequiredTagsRule": "blueprints._tagging.settings",
    "Resource": "plan",
    "Rung": "blueprints._budgets.rungs",
    "S3Backend": "app",
    "ScalePace": "blueprints._autoscaler.settings",
    "ScaleTarget": "blueprints._autoscaler.targets",
    "ScaleToZeroEndpoint": "blueprints.scale_to_zero_endpoint",
    "Scaling": "blueprints._pipeline.settings",
    "SecretKey": "kubernetes.secrets",
    "SecretParameters": "blueprints._autoscaler.authentication",
    "SemanticCache": "blueprints._pipeline.settings",
    "ServerlessEndpoint": "blueprints.serverless_endpoint",
    "SlackChannel": "blueprints._budgets.settings",
    "Speculative": "blueprints._serving.settings",
    "SplitCategory": "blueprints._tagging.settings",
    "SpotPrice": "blueprints.spot_training_fleet",
    "SpotTrainingFleet": "blueprints.spot_training_fleet",
    "SqsQueue": "blueprints._autoscaler.triggers",
    "Stack": "app",
    "StopInstances": "blueprints._budgets.actions",
    "Subnet": "blueprints.spot_training_fleet",
    "Suppress": "fields",
    "TagPolicy": "blueprints.tag_policy",
    "Taint": "blueprints._nodes.settings",
    "Toleration": "kubernetes.placement",
    "UntaggedSpend": "blueprints._budgets.settings",
    "Vpc": "blueprints._sagemaker.settings",
    "WaitingRequests": "blueprints._autoscaler.triggers",
    "WholeGpus": "kubernetes.placement",
    "WorstCase": "blueprints._budgets.limits",
    "template": "expr",
}

__version__ = "0.1.0"
__all__ = [
    "AicostError",
    "AnomalyAlert",
    "AnomalyDetection",
    "App",
    "Arrivals",
    "Assumption",
    "AsyncEndpoint",
    "AutoAdjust",
    "AwsIdentity",
    "BatchTransform",
    "Blueprint",
    "BudgetGuards",
    "BudgetLadder",
    "BudgetScope",
    "Candidate",
    "CapacityRetry",
    "Channel",
    "Checkpoints",
    "CommittedPrice",
    "Container",
    "Context",
    "CostTags",
    "Cron",
    "DataCapture",
    "DenyInAccounts",
    "DenyLaunches",
    "ElastiCache",
    "EmbeddingServer",
    "ExactCache",
    "Expr",
    "File",
    "Framework",
    "GpuActivity",
    "GpuAutoscaler",
    "GpuMonitoring",
    "GpuNodePool",
    "GpuPodLabels",
    "IdleGuard",
    "InferencePipeline",
    "InferenceRecommender",
    "InvalidBlueprint",
    "KeyBudgets",
    "KeywordRule",
    "KubeObject",
    "KvCacheUse",
    "LaunchGuard",
    "LiteLLM",
    "LoadTest",
    "LocalBackend",
    "ManagedSpotTraining",
    "Metric",
    "MetricFallback",
    "MigDemand",
    "MigLayout",
    "MigPartition",
    "MigSlice",
    "ModelServer",
    "ModelStorage",
    "MultiModelEndpoint",
    "OfflineBatch",
    "OnDemandFallback",
    "OrganizationTags",
    "Output",
    "OwnRouter",
    "Phase",
    "Placement",
    "Plan",
    "Prometheus",
    "ProviderAlias",
    "QueueDepth",
    "Raw",
    "Redis",
    "Ref",
    "RequestMix",
    "RequiredTagsRule",
    "Resource",
    "Rung",
    "S3Backend",
    "ScalePace",
    "ScaleTarget",
    "ScaleToZeroEndpoint",
    "Scaling",
    "SecretKey",
    "SecretParameters",
    "SemanticCache",
    "ServerlessEndpoint",
    "SlackChannel",
    "Speculative",
    "SplitCategory",
    "SpotPrice",
    "SpotTrainingFleet",
    "SqsQueue",
    "Stack",
    "StopInstances",
    "Subnet",
    "Suppress",
    "TagPolicy",
    "Taint",
    "Toleration",
    "UntaggedSpend",
    "Vpc",
    "WaitingRequests",
    "WholeGpus",
    "WorstCase",
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
