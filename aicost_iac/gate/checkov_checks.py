"""Checkov's classes around our rules. Imported in Checkov's environment only."""

from __future__ import annotations

from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.kubernetes.checks.resource.base_spec_check import BaseK8Check
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from aicost_iac.gate.checkov_conf import manifest_node, terraform_node
from aicost_iac.gate.checkov_rules import AloneRule, alone_rules
from aicost_iac.plan import Node


class _Judging:
    """What the checks of both frameworks share."""

    rule: AloneRule
    evaluated_keys: list[str]
    details: list[str]

    def judged(self, node: Node | None) -> CheckResult:
        """A node that could not be read is neither passed nor failed."""
        if node is None:
            return CheckResult.UNKNOWN
        told = self.rule.judge(node)
        self.evaluated_keys = ["/".join(map(str, each.path)) for each in told]
        self.details += [f"{each.message}; write: {each.fix}" for each in told]
        return CheckResult.FAILED if told else CheckResult.PASSED


class TerraformCheck(_Judging, BaseResourceCheck):
    """A rule over Terraform resources, in HCL, JSON and plans."""

    def __init__(self, rule: AloneRule) -> None:
        self.rule = rule
        super().__init__(rule.title, rule.check_id, [_category(rule)], list(rule.types), guideline=rule.source)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        return self.judged(terraform_node(conf, self.entity_type, self.entity_path))


class KubernetesCheck(_Judging, BaseK8Check):
    """A rule over Kubernetes objects."""

    def __init__(self, rule: AloneRule) -> None:
        self.rule = rule
        super().__init__(rule.title, rule.check_id, [_category(rule)], list(rule.kinds), guideline=rule.source)

    def scan_spec_conf(self, conf: dict[str, Any]) -> CheckResult:
        return self.judged(manifest_node(conf))


def register() -> None:
    """Make the checks: Checkov's base classes keep a list of what is made of them."""
    for rule in alone_rules():
        if rule.types:
            TerraformCheck(rule)
        if rule.kinds:
            KubernetesCheck(rule)


def _category(rule: AloneRule) -> CheckCategories:
    return CheckCategories.GENERAL_SECURITY if rule.group == "security" else CheckCategories.CONVENTION
