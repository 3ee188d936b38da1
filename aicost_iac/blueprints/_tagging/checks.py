"""What makes a taxonomy impossible: in itself, in the place it is put into, and against the app it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from aicost_iac.blueprints._tagging import documents
from aicost_iac.blueprints._tagging.taxonomy import choices, choices_problems, tag_key
from aicost_iac.cost.exposure import tags_of
from aicost_iac.errors import Problem, did_you_mean
from aicost_iac.terraform import compliance, organizations
from aicost_iac.terraform.iam import MAX_MANAGED_POLICY, policy_document

if TYPE_CHECKING:
    from aicost_iac.blueprints.tag_policy import TagPolicy
    from aicost_iac.model import Seen

# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CostCategoryRule.html
_CATEGORY_VALUE = re.compile(r"[\w-]([\w -]{0,48}[\w-])?")
_PLACES = ("activate", "organization", "config_rule", "resource_groups", "cost_category", "launch_guard", "gpu_pods")


def problems(policy: TagPolicy) -> Iterator[Problem]:
    """All of them, in the order of the fields."""
    required, optional = choices(policy.required), choices(policy.optional)
    broken = [*choices_problems("required", required), *choices_problems("optional", optional)]
    yield from broken
    if not required:
        yield Problem("required", "needs a key", remedy="name the keys that everything must carry")
    for key in sorted(required.keys() & optional.keys()):
        yield Problem(f"optional.{key}", "is required already", key, "name it once")
    if not any(getattr(policy, place) for place in _PLACES):
        yield Problem("organization", "or another place is required", remedy=f"give one of {', '.join(_PLACES)}")
    if not broken:
        yield from _organization(policy)
        yield from _config(policy)
        yield from _groups(policy)
        yield from _category(policy)
        yield from _guard(policy)


def drift(policy: TagPolicy, seen: Sequence[Seen]) -> Iterator[Problem]:
    """What the app's stacks carry against the taxonomy: each key and each value of a stack is told once."""
    for each in seen:
        told: set[tuple[str, str | None]] = set()
        for address, tags in _tagged(each):
            for key, allowed in policy.known_values.items():
                value = tags.get(key)
                if (key, value) not in told and (problem := _against(policy, key, value, allowed, each, address)):
                    told.add((key, value))
                    yield problem


def _tagged(seen: Seen) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What costs money by its tags; a resource that has none is not a matter of tags."""
    for resource in seen.plan.resources:
        if resource.mode == "resource" and (tags := tags_of(resource, seen.tags.keys(), seen.plan)):
            yield resource.address, tags


def _against(
    policy: TagPolicy, key: str, value: str | None, allowed: Sequence[str], seen: Seen, address: str
) -> Problem | None:
    where = f"{address} of the stack {seen.stack!r}"
    if value is None:
        lacking = key in policy.required_values
        return (
            Problem(key, f"is required, and {where} lacks it", remedy="set it in the stack's tags") if lacking else None
        )
    if not allowed or value in allowed:
        return None
    way_out = did_you_mean(value, allowed) or f"it may be {', '.join(allowed)}"
    return Problem(key, f"has a value that is none, on {where}", value, way_out)


def _organization(policy: TagPolicy) -> Iterator[Problem]:
    if policy.organization is None:
        return
    lower = [key.lower() for key in policy.known_values]
    for key in sorted({key for key in lower if lower.count(key) > 1}):
        yield Problem("organization", "takes keys that differ in more than case", key, "rename one of them")
    document = documents.tag_policy(policy.known_values, policy.organization.enforce, policy.organization.lock)
    yield from _size("organization", len(str(organizations.content(document))), organizations.MAX_CONTENT["TAG_POLICY"])


def _config(policy: TagPolicy) -> Iterator[Problem]:
    for key, values in policy.required_values.items() if policy.config_rule else ():
        if not compliance.fits({key: values}):
            reason = f"has more values than a Config rule can hold ({compliance.MAX_PARAMETERS} characters)"
            yield Problem(f"required.{key}", reason, len(values), "leave the values to the tag policy, or shorten them")


def _groups(policy: TagPolicy) -> Iterator[Problem]:
    if policy.resource_groups is not None:
        yield from _listed("resource_groups", policy, policy.resource_groups)


def _category(policy: TagPolicy) -> Iterator[Problem]:
    category = policy.cost_category
    if category is None:
        return
    yield from _listed("cost_category.by", policy, category.by)
    values = policy.required_values.get(tag_key(category.by), ())
    for value in values:
        if not _CATEGORY_VALUE.fullmatch(value):
            reason = "can not be the value of a cost category"
            yield Problem(f"required.{tag_key(category.by)}", reason, value, "letters, digits, '-' and '_', at most 50")
    if category.shared is None:
        if not isinstance(category.split, str) or category.split != "proportional":
            yield Problem("cost_category.split", "has nothing to split", category.split, "say shared=")
        return
    if values and category.shared not in values:
        way_out = did_you_mean(category.shared, values) or f"it may be {', '.join(values)}"
        yield Problem("cost_category.shared", f"is no value of {category.by}", category.shared, way_out)
    others = set(values) - {category.shared}
    if not isinstance(category.split, str) and (set(category.split) != others or sum(category.split.values()) != 100):
        reason = f"must give a percentage to each of {sorted(others)}, 100 in all"
        yield Problem("cost_category.split", reason, dict(category.split), "or say 'even'")


def _guard(policy: TagPolicy) -> Iterator[Problem]:
    guard = policy.launch_guard
    if guard is None:
        return
    # Partitions differ by a few characters: the longest has to fit.
    size = len(str(policy_document(documents.launch_denials(policy.required_values, "aws-us-gov"))))
    if guard.targets:
        yield from _size("launch_guard.targets", size, organizations.MAX_CONTENT["SERVICE_CONTROL_POLICY"])
    if guard.iam_policy:
        yield from _size("launch_guard.iam_policy", size, MAX_MANAGED_POLICY)


def _listed(place: str, policy: TagPolicy, name: str) -> Iterator[Problem]:
    """A key whose values are known: there is something to make for each."""
    key = tag_key(name)
    if key not in policy.required_values:
        known = policy.required_values
        yield Problem(place, "is none of the required keys", name, did_you_mean(key, known) or ", ".join(known))
    elif not policy.required_values[key]:
        yield Problem(place, "needs a key whose values are listed", name, f'required={{"{key}": [...]}}')


def _size(place: str, size: int, most: int) -> Iterator[Problem]:
    if size > most:
        reason = f"would be {size} characters, and AWS takes {most}"
        yield Problem(place, reason, remedy="list fewer values: a key without values takes any")
