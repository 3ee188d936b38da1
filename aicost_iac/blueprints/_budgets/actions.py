"""What AWS Budgets can do by itself, and what that does not stop.

https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._tagging.settings import Targets
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, Region, Text, matching

InstanceId = Annotated[Text, matching(r"i-([0-9a-f]{8}|[0-9a-f]{17})", "an instance id: 'i-', 8 or 17 hex digits")]
PrincipalName = Annotated[Text, matching(r"[\w+=,.@-]{1,128}", "the name of a role, group or user, not its ARN")]
Names = Annotated[Sequence[PrincipalName], Field(max_length=100), AfterValidator(tuple)]
Approval = Literal["automatic", "manual"]


class DenyLaunches(Model):
    """A policy is attached that denies starting and creating accelerated capacity.

    It stops people and pipelines from starting more. It stops nothing that runs, and no Auto Scaling group: groups
    launch through a service-linked role, which no policy on other principals binds. For those, `Rung(stop=True)`.
    """

    roles: Names = ()
    groups: Names = ()
    users: Names = ()
    approval: Approval = "automatic"
    """`manual`: somebody approves it in the console first."""

    def problems(self) -> Iterator[Problem]:
        if not (self.roles or self.groups or self.users):
            yield Problem("roles", "or groups or users are required", remedy="name whose launches are denied")


class DenyInAccounts(Model):
    """The same policy as a service control policy on accounts or organizational units; in the management account only.

    Service control policies do not bind service-linked roles, nor the management account.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """

    targets: Annotated[Targets, Field(min_length=1, max_length=100)]
    """Accounts, organizational units, roots."""
    approval: Approval = "automatic"
    """`manual`: somebody approves it in the console first."""


class StopInstances(Model):
    """Instances of fixed ids are stopped. Never members of a group or fleet: those are replaced at once.

    A stopped instance still pays for its volumes; one from a one-time spot request can not be stopped.
    """

    instance_ids: Annotated[Sequence[InstanceId], Field(min_length=1, max_length=100), AfterValidator(tuple)]
    """Instances that stand alone, such as `Ref("aws_instance.notebook", "id")`."""
    region: Region
    approval: Approval = "automatic"
    """`manual`: somebody approves it in the console first."""


BudgetAction = DenyLaunches | DenyInAccounts | StopInstances
