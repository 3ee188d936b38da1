"""A taxonomy's resources, and the objects of Kubernetes that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aicost_iac.blueprints._tagging import admission, checks, documents
from aicost_iac.blueprints._tagging.taxonomy import tag_key
from aicost_iac.errors import InvalidBlueprint
from aicost_iac.plan import Output, Plan, Resource
from aicost_iac.terraform import compliance, cost_explorer, organizations
from aicost_iac.terraform.iam import policy_document
from aicost_iac.terraform.tagging import Tags

if TYPE_CHECKING:
    from aicost_iac.blueprints.tag_policy import TagPolicy
    from aicost_iac.model import Context


def expand(policy: TagPolicy, context: Context) -> Plan:
    """Whatever places were given."""
    if drifted := list(checks.drift(policy, context.seen)):
        raise InvalidBlueprint(f"TagPolicy {policy.name!r}", drifted)
    tags = context.tags.keys()
    resources = [
        *(map(cost_explorer.activation, policy.required_values) if policy.activate else ()),
        *_organization(policy, tags),
        *_config_rules(policy, tags),
        *_groups(policy, tags),
        *_category(policy, tags),
        *_launch_guard(policy, context.partition, tags),
    ]
    pods = policy.gpu_pods
    objects = (
        admission.objects(policy.name, policy.required_values, pods.actions, pods.exempt_namespaces) if pods else ()
    )
    return Plan(tuple(resources), tuple(objects), _outputs(resources), external=policy.reads())


def _organization(policy: TagPolicy, tags: Tags) -> list[Resource]:
    wanted = policy.organization
    if wanted is None:
        return []
    document = documents.tag_policy(policy.known_values, wanted.enforce, wanted.lock)
    text = f"Keys and values of the cost tags of {policy.name}"
    made = organizations.policy(policy.named("tags"), policy.name, "TAG_POLICY", document, tags, text)
    return [made, *organizations.attachments(made, wanted.targets)]


def _config_rules(policy: TagPolicy, tags: Tags) -> Iterator[Resource]:
    if policy.config_rule is None:
        return
    for index, keys in enumerate(compliance.shares(policy.required_values), 1):
        name, rule_name = policy.named(f"required_{index}"), f"{policy.name}-required-tags-{index}"
        yield compliance.required_tags(name, rule_name, keys, policy.config_rule.resource_types, tags)


def _groups(policy: TagPolicy, tags: Tags) -> Iterator[Resource]:
    if policy.resource_groups is None:
        return
    key = tag_key(policy.resource_groups)
    for value in policy.required_values[key]:
        name = policy.named(f"group_{value}").replace(".", "_")
        yield compliance.resource_group(name, f"{policy.name}-{value}", key, value, tags)


def _category(policy: TagPolicy, tags: Tags) -> Iterator[Resource]:
    wanted = policy.cost_category
    if wanted is None:
        return
    key = tag_key(wanted.by)
    values = policy.required_values[key]
    split: list[dict[str, Any]] = []
    if wanted.shared is not None:
        percentages = {} if isinstance(wanted.split, str) else wanted.split
        targets = {value: str(percentages.get(value, "")) for value in values if value != wanted.shared}
        method = cost_explorer.METHODS[wanted.split if isinstance(wanted.split, str) else "fixed"]
        split.append(cost_explorer.split_charge(wanted.shared, targets, method))
    yield cost_explorer.cost_category(policy.named("category"), f"{policy.name}-{key}", key, values, split, tags)


def _launch_guard(policy: TagPolicy, partition: str, tags: Tags) -> Iterator[Resource]:
    guard = policy.launch_guard
    if guard is None:
        return
    statements = documents.launch_denials(policy.required_values, partition)
    text = f"No instance with an accelerator without the cost tags of {policy.name}"
    if guard.targets:
        document = {"Version": "2012-10-17", "Statement": statements}
        name = f"{policy.name}-launches"
        made = organizations.policy(policy.named("launches"), name, "SERVICE_CONTROL_POLICY", document, tags, text)
        yield made
        yield from organizations.attachments(made, guard.targets)
    if guard.iam_policy:
        body = {
            "name": f"{policy.name}-launches",
            "description": text,
            "policy": policy_document(statements),
            "tags": tags,
        }
        yield Resource("aws_iam_policy", policy.named("launches_iam"), body)


_DECLARED = {
    ("aws_organizations_policy", "tags"): ("tag_policy_id", "id", "The tag policy"),
    ("aws_organizations_policy", "launches"): ("launch_policy_id", "id", "The service control policy for launches"),
    ("aws_iam_policy", "iam"): ("launch_policy_arn", "arn", "Attach it to roles that start instances"),
    ("aws_ce_cost_category", "category"): ("cost_category_arn", "arn", "The cost category"),
}


def _outputs(resources: list[Resource]) -> dict[str, Output]:
    found: dict[str, Output] = {}
    for made in resources:
        declared = _DECLARED.get((made.type, made.name.rpartition("_")[2]))
        if declared:
            name, attribute, text = declared
            found[name] = Output(made.ref(attribute), text)
    return found
