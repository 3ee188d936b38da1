"""What costs nothing by itself, and what is billed by use: everything else without a pricer is unknown.

The lists are short on purpose: a type that is not here and that nobody prices is reported, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from aicost_iac.cost.prices import Missing

# Rules, roles, bindings and settings: AWS bills what they govern.
_FREE = re.compile(
    r"""aws_(
        autoscaling_(attachment|group_tag|lifecycle_hook|notification|policy|schedule|traffic_source_attachment)
        | appautoscaling_.* | launch_template | launch_configuration | placement_group | key_pair | iam_.* | region
        | (default_)?(vpc|subnet|route|route_table|network_acl|security_group)(_.*)? | main_route_table_association
        | (internet|egress_only_internet)_gateway(_attachment)? | nat_gateway_eip_association | eip_association
        | vpc_security_group_.* | network_interface(_.*)? | volume_attachment
        | lb_(listener.*|target_group.*) | acm_certificate(_validation)?
        | s3_bucket_.+ | sns_topic_(policy|subscription) | sqs_queue_(policy|redrive_policy|redrive_allow_policy)
        | kms_(alias|grant|key_policy) | secretsmanager_secret_(policy|rotation|version)
        | cloudwatch_event_(rule|target|permission)
        | cloudwatch_log_(metric_filter|subscription_filter|stream|resource_policy)
        | lambda_(permission|alias|event_source_mapping|layer_version.*)
        | scheduler_schedule(_group)? | ssm_(parameter|document|association)
        | eks_(access_.*|addon|identity_provider_config|pod_identity_association)
        | elasticache_(parameter_group|subnet_group|user|user_group|user_group_association)
        | ecr_(lifecycle_policy|repository_policy) | sagemaker_(model|model_package_group|domain_settings|image)
        | budgets_budget | ce_.* | cur_report_definition | bcmdataexports_export
        | costoptimizationhub_.* | computeoptimizer_.*
        | organizations_.* | resourcegroups_.* | servicequotas_.* | chatbot_.* | account_.* | ram_.*
    )""",
    re.VERBOSE,
)
_BY_USE: Mapping[str, str] = {
    "aws_budgets_budget_action": "the day, beyond the first two budgets with actions",
    "aws_cloudwatch_event_bus": "the event",
    "aws_cloudwatch_log_group": "the GB taken in and kept",
    "aws_config_config_rule": "the evaluation",
    "aws_config_organization_managed_rule": "the evaluation",
    "aws_dynamodb_table": "the request and GB",
    "aws_ecr_repository": "the GB kept",
    "aws_lambda_function": "the request and GB-second",
    "aws_sagemaker_pipeline": "the job its steps start",
    "aws_sfn_state_machine": "the state transition",
    "aws_sns_topic": "the message",
    "aws_sqs_queue": "the request",
}
# Providers whose resources are values, files or waits.
_LOCAL = re.compile(r"provider|(archive|cloudinit|external|http|local|null|random|template|terraform|time|tls)_\w+")
# Commands and calls in scripts and programs; those that ask or tell cost next to nothing.
_CALL = re.compile(r"(aws [\w-]+|sagemaker-sdk) (?P<operation>.+)")
_STARTS = ("create-", "request-", "run-", "start-")
# What makes things that stand nowhere in the files.
_ELSEWHERE: Mapping[str, str] = {
    "HelmRelease": "what a chart installs is not read",
    "helm_release": "what a chart installs is not read",
    "module": "what the module makes is not here: estimate the plan of its root",
}
_OTHER_CLOUDS = re.compile(r"(azurerm|azapi|google|oci)_\w+")
# Kubernetes objects that describe, permit, select or scale; what they act on is priced where it stands.
_OBJECTS = re.compile(
    r"""(
        APIService | AuthenticationConfiguration | ClusterPolicy | ClusterQueue | ClusterRole
        | ClusterRoleBinding | ClusterTriggerAuthentication | ConfigMap | ControllerRevision | CSIDriver
        | CustomResourceDefinition | DeviceClass | EC2NodeClass | Endpoints | EndpointSlice | GatewayClass
        | HorizontalPodAutoscaler | HTTPRoute | Ingress | IngressClass | Kustomization | Lease | LimitRange
        | LocalQueue | MutatingWebhookConfiguration | Namespace | NetworkPolicy | Node | NodeOverlay | NodeClaim
        | PersistentVolume | PodDisruptionBudget | PodMonitor | PriorityClass | PrometheusRule | Provisioner
        | ReferenceGrant | ResourceClaim | ResourceClaimTemplate | ResourceFlavor | ResourceQuota | Role
        | RoleBinding | RuntimeClass | ScaledObject | Secret | ServiceAccount | ServiceMonitor | StorageClass
        | TriggerAuthentication | ValidatingAdmissionPolicy | ValidatingAdmissionPolicyBinding
        | ValidatingWebhookConfiguration | VolumeAttachment | VolumeSnapshotClass | WorkloadPriorityClass
    )""",
    re.VERBOSE,
)


@lru_cache(maxsize=2048)
def without_price(kind: str) -> Missing | None:
    """Why a kind nobody prices costs what no one knows; None for one that costs nothing by itself."""
    if kind.startswith("data.") or _OBJECTS.fullmatch(kind) or _FREE.fullmatch(kind) or _LOCAL.fullmatch(kind):
        return None
    if kind in _BY_USE:
        return Missing(f"billed by {_BY_USE[kind]}; nothing is assumed of its use")
    if call := _CALL.fullmatch(kind):
        starts = call["operation"].startswith(_STARTS)
        return Missing("what the request starts is not read") if starts else None
    if kind in _ELSEWHERE:
        return Missing(_ELSEWHERE[kind])
    if _OTHER_CLOUDS.fullmatch(kind):
        return Missing(f"{kind}: only AWS and Kubernetes are estimated")
    return Missing(f"no price is known for {kind}")
