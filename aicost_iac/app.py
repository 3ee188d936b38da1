"""App and Stack: what a repository declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, PlainValidator

from aicost_iac.errors import Problem
from aicost_iac.fields import Arn, BucketName, EnvironmentName, Model, Region, Suppress, Text, matching
from aicost_iac.model import Blueprint, Context, Seen
from aicost_iac.plan import KubeObject, Output, Plan, Resource, merge
from aicost_iac.tags import CostTags

StackName = Annotated[str, matching(r"[a-z]([a-z0-9-]{0,58}[a-z0-9])?", "a stack name: a-z, 0-9 and '-'")]


def _item(value: Any) -> Any:
    if not isinstance(value, Blueprint | Plan | Resource | KubeObject):
        raise ValueError("is neither a blueprint nor a Plan, Resource or KubeObject")
    return value


Item = Annotated[Blueprint | Plan | Resource | KubeObject, PlainValidator(_item)]
REQUIRED_TAGS = ("workload_type", "cost_center", "team")


class LocalBackend(Model):
    """State in a file. https://developer.hashicorp.com/terraform/language/backend/local"""

    path: Annotated[str, matching(r"[^/].*", "a relative path: an absolute one is right on one machine only")]
    """Relative to the folder Terraform runs in, `<out>/stacks/<stack>`."""

    def block(self, stack: str) -> dict[str, Any]:
        return {"local": {"path": self.path}}


class S3Backend(Model):
    """State in S3, locked by a file beside it. https://developer.hashicorp.com/terraform/language/backend/s3"""

    bucket: BucketName
    region: Region
    key: str | None = None
    """Default: `aicost/<stack>/terraform.tfstate`."""
    kms_key_id: Arn | None = None

    def block(self, stack: str) -> dict[str, Any]:
        body = {
            "bucket": self.bucket,
            "encrypt": True,
            "key": self.key or f"aicost/{stack}/terraform.tfstate",
            "kms_key_id": self.kms_key_id,
            "region": self.region,
            "use_lockfile": True,
        }
        return {"s3": {key: value for key, value in body.items() if value is not None}}


class ProviderAlias(Model):
    """A second configuration of the AWS provider: another region, another account."""

    region: Region
    assume_role_arn: Arn | None = None


class Stack(Model):
    """One Terraform root and the Kubernetes objects that go with it."""

    name: StackName
    region: Region
    tags: CostTags
    """Reach every resource, and what resources create."""
    items: Sequence[Item] = ()
    provider_version: Annotated[str, matching(r"[\d\s.,<>=!~]+", "a version constraint such as '>= 5.100, < 7'")] = (
        ">= 5.100, < 7"
    )
    assume_role_arn: Arn | None = None
    aliases: Mapping[EnvironmentName, ProviderAlias] = Field(default_factory=dict)
    """More provider configurations, by the alias that items name in `provider=`."""
    backend: LocalBackend | S3Backend | None = None
    """Default: a local file beside the output folder."""
    outputs: Mapping[EnvironmentName, Text] = Field(default_factory=dict)
    """Terraform outputs besides those of the blueprints."""
    external: Sequence[str] = ()
    """Addresses in the same Terraform root that somebody else declares."""
    suppress: Sequence[Suppress] = ()

    def problems(self) -> Iterator[Problem]:
        for tag in REQUIRED_TAGS:
            if getattr(self.tags, tag) is None:
                yield Problem(f"tags.{tag}", "is required on a stack", remedy="spend without it has no owner")
        blueprints = [item for item in self.items if isinstance(item, Blueprint)]
        for name, count in Counter(blueprint.name for blueprint in blueprints).items():
            if count > 1:
                yield Problem("items", f"hold {count} blueprints of one name", name, "give each its own")
        for blueprint in blueprints:
            if blueprint.provider and blueprint.provider not in self.aliases:
                known = f"this stack has {sorted(self.aliases)}" if self.aliases else "this stack has no aliases"
                place = f"items.{blueprint.name}.provider"
                yield Problem(place, "is no alias of this stack", blueprint.provider, known)

    @property
    def context(self) -> Context:
        return Context(self.tags, self.provider_version, partition_of(self.region), self.region, stack=self.name)

    def first_pass(self) -> Seen:
        """What the items that need nobody else's plan become."""
        parts = [expand(item, self.context, self.suppress) for item in self.items if not _is_second(item)]
        reads = frozenset(address for part in parts for node in part.nodes for address in node.references())
        plan = merge([replace(part, outputs={}) for part in parts], reads.union(*(part.external for part in parts)))
        return Seen(self.name, self.region, self.tags, plan)

    def parts(self, seen: Sequence[Seen] = ()) -> list[Plan]:
        """The plan of each item, in order. `seen` is the first pass of the whole app; by default of this stack."""
        context = self.context
        if any(map(_is_second, self.items)):
            context = replace(context, seen=tuple(seen) or (self.first_pass(),))
        return [expand(item, context, self.suppress) for item in self.items]

    def plan(self, seen: Sequence[Seen] = ()) -> Plan:
        """Everything in this stack, in the order of `items`."""
        parts = [_prefixed(item, part) for item, part in zip(self.items, self.parts(seen), strict=True)]
        own = {name: Output(value) for name, value in self.outputs.items()}
        reads = frozenset(address for output in own.values() for address in output.references())
        parts.append(Plan(outputs=own, external=reads))
        declared = [item.external for item in self.items if isinstance(item, Plan)]
        return merge(parts, frozenset(self.external).union(*declared))

    @property
    def default_backend(self) -> LocalBackend:
        """A file beside the output folder, which `synth` may write anew."""
        return LocalBackend(path=f"../../../terraform.{self.name}.tfstate")

    def settings(self) -> dict[str, Any]:
        """The terraform and provider blocks."""
        backend = self.backend or self.default_backend
        return {
            "terraform": {
                "backend": backend.block(self.name),
                "required_providers": {"aws": {"source": "hashicorp/aws", "version": self.provider_version}},
            },
            "provider": {"aws": list(self.providers())},
        }

    def providers(self) -> Iterator[dict[str, Any]]:
        """The default configuration, then one per alias. `default_tags` also reach what no blueprint made."""
        tags = {"default_tags": [{"tags": self.tags.keys()}]}
        yield {**tags, "region": self.region, **_assume(self.assume_role_arn)}
        for alias, other in self.aliases.items():
            yield {"alias": alias, **tags, "region": other.region, **_assume(other.assume_role_arn)}


class App(Model):
    """The stacks of a repository."""

    stacks: Sequence[Stack]

    def problems(self) -> Iterator[Problem]:
        for name, count in Counter(stack.name for stack in self.stacks).items():
            if count > 1:
                yield Problem("stacks", f"hold {count} stacks of one name", name, "give each its own")


def first_pass(stacks: Sequence[Stack]) -> tuple[Seen, ...]:
    """What every stack makes by itself, when one of them has an item that asks for it."""
    if any(_is_second(item) for stack in stacks for item in stack.items):
        return tuple(stack.first_pass() for stack in stacks)
    return ()


def _is_second(item: Any) -> bool:
    return isinstance(item, Blueprint) and item.second_pass


def expand(item: Any, context: Context, suppress: Sequence[Suppress] = ()) -> Plan:
    """The plan of one item of a stack, every node marked with who made it."""
    if isinstance(item, Plan):
        return item
    if isinstance(item, Resource):
        return Plan((item,), external=frozenset(item.references()))
    if isinstance(item, KubeObject):
        return Plan(objects=(item,))
    blueprint: Blueprint = item
    made = blueprint.expand(replace(context, tags=blueprint.tags.over(context.tags)))
    return made.stamped(blueprint.origin, (*suppress, *blueprint.suppress), blueprint.provider)


def _prefixed(item: Any, plan: Plan) -> Plan:
    """A blueprint's outputs under its own name: a stack has many."""
    if not isinstance(item, Blueprint):
        return plan
    return replace(plan, outputs={item.named(name): output for name, output in plan.outputs.items()})


def partition_of(region: str) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _assume(role: Any) -> dict[str, Any]:
    return {"assume_role": [{"role_arn": role}]} if role is not None else {}
