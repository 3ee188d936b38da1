"""The places a taxonomy can be put into, each on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._tagging.documents import ENFORCEABLE
from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.fields import Model, Percent, Text, matching
from aicost_iac.terraform.compliance import REQUIRED_TAGS_TYPES

TargetId = Annotated[
    Text,
    matching(
        r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12}",
        "a root ('r-...'), an organizational unit ('ou-...') or an account (12 digits)",
    ),
]
Targets = Annotated[Sequence[TargetId], AfterValidator(tuple)]
Namespace = Annotated[str, matching(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "a Kubernetes namespace")]


class OrganizationTags(Model):
    """A tag policy of AWS Organizations, applied in the management account (or its delegate for policies).

    It refuses wrong values and wrong case of what is tagged; what has no tags at all passes: that is for `LaunchGuard`.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_tag-policies-enforcement.html
    """

    targets: Annotated[Targets, Field(min_length=1)]
    """Where it holds: roots, organizational units, accounts."""
    enforce: Annotated[Sequence[str], AfterValidator(tuple)] = ()
    """Types, such as `ec2:instance`, on which a wrong tag is refused; elsewhere it is only reported."""
    lock: bool = False
    """Forbid policies further down to change keys and values."""

    def problems(self) -> Iterator[Problem]:
        yield from _unknown("enforce", self.enforce, ENFORCEABLE, "type on which tag policies are enforced")


class RequiredTagsRule(Model):
    """The managed AWS Config rule `required-tags`, as often as six keys a rule make necessary.

    It needs the region's configuration recorder. https://docs.aws.amazon.com/config/latest/developerguide/required-tags.html
    """

    resource_types: Annotated[Sequence[str], Field(min_length=1), AfterValidator(tuple)] = (
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::EC2::Instance",
        "AWS::EC2::NetworkInterface",
        "AWS::EC2::Volume",
        "AWS::S3::Bucket",
    )
    """What is looked at."""

    def problems(self) -> Iterator[Problem]:
        yield from _unknown("resource_types", self.resource_types, REQUIRED_TAGS_TYPES, "type the rule can look at")


class SplitCategory(Model):
    """A cost category: spend by the values of one key, with what is shared charged to the others.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/splitcharge-cost-categories.html
    """

    by: str
    """The key, one of `required` whose values are listed."""
    shared: str | None = None
    """The value whose cost the others bear; None splits nothing."""
    split: Literal["proportional", "even"] | Mapping[str, Percent] = "proportional"
    """By their own spend, evenly, or in percent for each other value, 100 in all."""


class LaunchGuard(Model):
    """Nobody starts an instance with an accelerator without the required tags: a service control policy, an IAM policy.

    Neither binds service-linked roles: an Auto Scaling group starts what its launch template says. But whoever makes
    the group must be allowed to start that template's instances, tags included.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    """

    targets: Targets = ()
    """Where the service control policy holds; from the management account only."""
    iam_policy: bool = False
    """Also, or instead, an IAM policy of the account, to be attached to roles or used as a permissions boundary."""

    def problems(self) -> Iterator[Problem]:
        if not self.targets and not self.iam_policy:
            yield Problem("targets", "or iam_policy is required", remedy="say where the guard is to hold")


class GpuPodLabels(Model):
    """Admission policies that refuse pods with a GPU, and what makes them, without the required keys as labels.

    The labels are wanted on the pod template, where cost tools read them. Kubernetes 1.30 or newer.
    """

    actions: Annotated[Sequence[Literal["Deny", "Warn", "Audit"]], Field(min_length=1), AfterValidator(tuple)] = (
        "Deny",
    )
    """`Warn` tells who applies it, `Audit` writes into the audit log: to see first what would be refused."""
    exempt_namespaces: Annotated[Sequence[Namespace], AfterValidator(tuple)] = ("kube-system",)
    """Where nothing is looked at."""

    def problems(self) -> Iterator[Problem]:
        if {"Deny", "Warn"} <= set(self.actions):
            yield Problem("actions", "can not hold both Deny and Warn", list(self.actions), "a refusal is told anyway")


def _unknown(field: str, given: Sequence[str], known: frozenset[str], what: str) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            way_out = did_you_mean(name, known) or f"one of {', '.join(sorted(known))}"
            yield Problem(field, f"holds what is no {what}", name, way_out)
