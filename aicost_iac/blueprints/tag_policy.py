"""TagPolicy: one taxonomy of cost tags, in every place that enforces or reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from aicost_iac.blueprints._tagging import checks, expansion
from aicost_iac.blueprints._tagging.settings import (
    GpuPodLabels,
    LaunchGuard,
    OrganizationTags,
    RequiredTagsRule,
    SplitCategory,
)
from aicost_iac.blueprints._tagging.taxonomy import Choices, GivenChoices, choices, closed_values
from aicost_iac.errors import Problem
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan


class TagPolicy(Blueprint):
    """Which cost tags there are and what they may say: the same words for AWS Organizations, AWS Config, cost
    categories, launch permissions and Kubernetes, so that nothing drifts.

    Keys are the fields of `CostTags` (`cost_center` or `cost-center`) and keys of your own; `CostTags` themselves are
    taken too. The stacks of the app are held to it: a tag of theirs with a value that is none stops the synthesis.
    """

    second_pass: ClassVar[bool] = True

    required: GivenChoices
    """Key -> the values it may have. No values: any, or those that `CostTags` has for it."""
    optional: GivenChoices = Field(default_factory=dict)
    """Keys that may be absent, and the values they may have."""
    activate: bool = False
    """Activate the required keys for cost allocation; AWS takes a key a day after something with it has run."""
    organization: OrganizationTags | None = None
    config_rule: RequiredTagsRule | None = None
    resource_groups: str | None = None
    """The key that tells workloads apart: a resource group per value of it."""
    cost_category: SplitCategory | None = None
    launch_guard: LaunchGuard | None = None
    gpu_pods: GpuPodLabels | None = None

    @property
    def required_values(self) -> dict[str, tuple[str, ...]]:
        """The required keys with the values they may have; empty: any."""
        return _completed(choices(self.required))

    @property
    def known_values(self) -> dict[str, tuple[str, ...]]:
        """All keys with the values they may have, sorted by key."""
        return dict(sorted({**_completed(choices(self.optional)), **self.required_values}.items()))

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)


def _completed(given: Choices) -> dict[str, tuple[str, ...]]:
    return {key: values or closed_values(key) for key, values in given.items()}
