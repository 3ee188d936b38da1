"""A layout's objects, files and outputs: all of them from the same cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._mig import documents
from aicost_iac.kubernetes import core, gpu_operator, manifest
from aicost_iac.kubernetes.metadata import Metadata, labels
from aicost_iac.plan import File, KubeObject, Output, Plan

if TYPE_CHECKING:
    from aicost_iac.blueprints.mig_layout import MigLayout
    from aicost_iac.model import Context


def expand(layout: MigLayout, context: Context) -> Plan:
    """ConfigMap, ClusterPolicy, Helm values and sheet; with a cluster's own plugin only the sheet."""
    cuts = layout.cuts
    sheet = File(f"{layout.name}/mig-placement.txt", documents.sheet(layout.compiled, context.region))
    configs = Output({cut.name: dict(cut.resources()) for cut in cuts}, "What a node or GPU of each config offers")
    if layout.plugin == "native":
        return Plan(outputs={"configs": configs}, files=(sheet,))
    own = gpu_operator.mig_values(layout.name, layout.strategy, reboot=layout.cluster != "self-managed")
    values = gpu_operator.merged(layout.operator_values, own)
    text = manifest.text(values)
    return Plan(
        objects=tuple(_objects(layout, values, labels(layout.name, context.tags.keys()))),
        outputs={"configs": configs, "operator_values": Output(text, "Values for the gpu-operator chart")},
        files=(sheet, File(f"{layout.name}/gpu-operator-values.yaml", text)),
    )


def _objects(layout: MigLayout, values: dict[str, Any], marked: dict[str, str]) -> list[KubeObject]:
    data = {gpu_operator.CONFIG_FILE: documents.config_file(layout.cuts)}
    config = core.config_map(Metadata(layout.namespace, marked), layout.name, data)
    if layout.cluster_policy is None:
        return [config]
    # A patch sets no labels: those are Helm's, which knows its objects by them.
    return [config, gpu_operator.cluster_policy(Metadata(), layout.cluster_policy, values)]
