"""Which spend a ladder is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._tagging.taxonomy import Choices, GivenChoices, choices, choices_problems
from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.fields import Model, matching
from aicost_iac.terraform.spend import SERVICES, Filter

AccountId = Annotated[str, matching(r"\d{12}", "an account id: 12 digits")]
TypeName = Annotated[str, matching(r"(ml\.)?[a-z0-9-]+\.[a-z0-9-]+", "an instance type such as 'p5.48xlarge'")]
# AWS's own names, as a bill has them, are taken as they are.
_OWN = ("AWS", "Amazon", "EC2")
# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CostCategory.html
_CATEGORY = re.compile(r"[\w-]([\w -]{0,48}[\w-])?")


class BudgetScope(Model):
    """What a ladder covers; nothing given: everything the account pays for.

    Several values of a key (or several services, accounts, types) mean OR; several keys and dimensions mean AND.

    A budget of provider 5.x holds one dimension reliably: combined `cost_filter` blocks have given wrong sums and
    zeros. So where the stack admits providers before 6.62, a scope of several keys or dimensions becomes as many
    budgets, each with one of them and the whole limit: each covers more than the scope, so a mail may come early, never
    late, and nothing acts on it. With `provider_version=">= 6.62, < 7"` it is one budget with a `filter_expression`.
    https://github.com/aws/aws-sdk/issues/812
    """

    tags: GivenChoices = Field(default_factory=dict)
    """`CostTags`, or its field names (and keys of your own) with one value or several."""
    services: Annotated[Sequence[str], AfterValidator(tuple)] = ()
    """Short names such as `ec2` and `sagemaker`, or AWS's own such as `Amazon Athena`."""
    accounts: Annotated[Sequence[AccountId], AfterValidator(tuple)] = ()
    """Member accounts; not for a budget inside of one."""
    instance_types: Annotated[Sequence[TypeName], AfterValidator(tuple)] = ()
    cost_categories: Mapping[str, Sequence[str]] = Field(default_factory=dict)
    """Name of a cost category -> values of it."""
    elsewhere: bool = False
    """The tags are carried by what this app does not declare: nothing checks that they exist."""

    @property
    def tag_values(self) -> Choices:
        """`tags`, by tag key."""
        return choices(self.tags)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """One per key and dimension."""
        services = tuple(SERVICES.get(name, name) for name in self.services)
        single = (
            Filter("Service", services),
            Filter("LinkedAccount", tuple(self.accounts)),
            Filter("InstanceType", tuple(self.instance_types)),
        )
        tags = (Filter("TagKeyValue", values, key) for key, values in self.tag_values.items())
        categories = (Filter("CostCategory", tuple(values), name) for name, values in self.cost_categories.items())
        return (*tags, *(each for each in single if each.values), *categories)

    def problems(self) -> Iterator[Problem]:
        yield from choices_problems("tags", self.tag_values)
        for key, values in {**self.tag_values, **self.cost_categories}.items():
            if not values:
                place = "tags" if key in self.tag_values else "cost_categories"
                yield Problem(f"{place}.{key}", "needs a value", remedy="name the values to cover")
        for name in self.services:
            if name not in SERVICES and not name.startswith(_OWN):
                way_out = did_you_mean(name, SERVICES) or f"one of {', '.join(SERVICES)}, or AWS's own name"
                yield Problem("services", "is no service a bill knows", name, way_out)
        for name in self.cost_categories:
            if not _CATEGORY.fullmatch(name):
                yield Problem(
                    "cost_categories", "has a name that no category has", name, "letters, digits, blanks, - _"
                )
