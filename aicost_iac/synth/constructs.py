"""What a plan becomes in a tree of constructs: classes of whichever library the tree belongs to.

Every resource is one subclass of the library's `TerraformResource`. Its attributes are resolved when the stack is
written, so that renaming, overrides and references from other stacks work as on any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from aicost_iac.canonical import plain
from aicost_iac.errors import DuplicateAddress, did_you_mean
from aicost_iac.expr import Expr, Ref, escape
from aicost_iac.plan import META_ARGUMENTS, File, KubeObject, Plan, Resource
from aicost_iac.terraform.document import note

# Where a stack remembers which addresses blueprints have made in it.
_TAKEN = "_aicost_addresses"


class Outputs:
    """A blueprint's outputs as tokens, made when they are asked for: the library fixes a name when it is first read."""

    def __init__(self, plan: Plan, children: Mapping[str, Any]) -> None:
        self._values, self._children = {name: output.value for name, output in plan.outputs.items()}, children

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            hint = did_you_mean(name, self._values) or f"there are {sorted(self._values)}"
            raise AttributeError(f"no output {name!r}; {hint}")
        return _tokens(self._values[name], self._children)

    def __dir__(self) -> list[str]:
        return sorted(self._values)


class _Attributes:
    """What both kinds of node add: attributes that are resolved when the stack is written."""

    _made_of: Resource
    _peers: Mapping[str, Any]

    def _synthesize_attributes(self) -> Mapping[str, Any]:
        own = {key: value for key, value in self._made_of.body.items() if key not in META_ARGUMENTS}
        return {**_tokens(own, self._peers), **note(self._made_of)}


# The classes are made of whichever library a scope belongs to, once: jsii knows a class by its identity.


@cache
def _node_class(cdk: Any, mode: str) -> Any:
    class Managed(_Attributes, cdk.TerraformResource):
        """A resource of any type."""

    class Data(_Attributes, cdk.TerraformDataSource):
        """A data source of any type. The library drops what we would note beside it."""

    return Managed if mode == "resource" else Data


@cache
def provider_class(cdk: Any) -> Any:
    """The AWS provider as a construct: `(scope, settings, version)`."""

    class Provider(cdk.TerraformProvider):
        """The AWS provider. `alias` is overridden so that `.fqn` carries it."""

        def __init__(self, scope: Any, settings: Mapping[str, Any], version: str) -> None:
            self._settings = settings
            metadata = cdk.TerraformProviderGeneratorMetadata(provider_name="aws", provider_version_constraint=version)
            super().__init__(
                scope,
                f"aws-{self.alias or 'default'}",
                terraform_resource_type="aws",
                terraform_generator_metadata=metadata,
                terraform_provider_source="hashicorp/aws",
            )

        @property
        def alias(self) -> str | None:
            return self._settings.get("alias")

        def _synthesize_attributes(self) -> Mapping[str, Any]:
            written: Mapping[str, Any] = plain(dict(self._settings))
            return written

    return Provider


@cache
def _order_class(cdk: Any) -> Any:
    import jsii

    @jsii.implements(cdk.IAspect)
    class Order:
        """Makes `node.add_dependency` with a mounted blueprint on either side a `depends_on`: the libraries do not."""

        def visit(self, construct: Any) -> None:
            if cdk.TerraformResource.is_terraform_resource(construct) and (first := list(_prerequisites(construct))):
                construct.depends_on = list(dict.fromkeys([*(construct.depends_on or ()), *first]))

    return Order


@cache
def mounted_class(cdk: Any) -> Any:
    """A plan as a construct: `(scope, name, plan)`."""

    import constructs

    class Mounted(constructs.Construct):
        """The resources of one plan, under one roof."""

        def __init__(self, scope: Any, name: str, plan: Plan) -> None:
            super().__init__(scope, name)
            _claim(cdk, cdk.TerraformStack.of(self), plan)
            self._children: dict[str, Any] = {}
            for resource in plan.resources:
                self._children[resource.address] = _node(cdk, self, resource, self._children)
            self.objects: tuple[KubeObject, ...] = plan.objects
            self.files: tuple[File, ...] = plan.files
            self.outputs = Outputs(plan, self._children)

        def __getitem__(self, address: str) -> Any:
            return self._children[address]

        @property
        def resources(self) -> list[Any]:
            """The children that something can wait for."""
            return [child for address, child in self._children.items() if not address.startswith("data.")]

    return Mounted


def _node(cdk: Any, scope: Any, resource: Resource, peers: Mapping[str, Any]) -> Any:
    """One resource. The fields it synthesizes from are set before the library's constructor may ask for them."""
    kind = _node_class(cdk, resource.mode)
    made = kind.__new__(kind)
    made._made_of, made._peers = resource, peers
    aws = cdk.TerraformProviderGeneratorMetadata(provider_name="aws") if resource.type.startswith("aws_") else None
    kind.__init__(
        made, scope, _id(scope, resource), terraform_resource_type=resource.type, terraform_generator_metadata=aws
    )
    made.override_logical_id(resource.name)
    for key in sorted(META_ARGUMENTS & resource.body.keys()):
        if key == "depends_on":
            made.depends_on = list(resource.body[key])
        else:
            made.add_override(key, plain(resource.body[key]))
    return made


def _id(scope: Any, resource: Resource) -> str:
    """The plan's name, as long as no resource of another type has it: Terraform tells them apart, a scope does not."""
    taken = scope.node.try_find_child(resource.name) is not None
    return resource.address.replace(".", "_") if taken else resource.name


def _prerequisites(construct: Any) -> Iterator[str]:
    """What a resource, or what it lies in, was told to wait for, where a mounted blueprint is on either side."""
    for place in construct.node.scopes:
        for first in place.node.dependencies:
            if hasattr(first, "resources"):
                yield from map(_address, first.resources)
            elif hasattr(place, "resources") and hasattr(first, "terraform_resource_type"):
                yield _address(first)


def _address(resource: Any) -> str:
    """As `depends_on` takes it: without `${}`."""
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def _tokens(value: Any, peers: Mapping[str, Any]) -> Any:
    """A body as cdktf takes it: references to peers become their tokens, which survive renaming and other stacks."""
    if isinstance(value, dict):
        return {escape(key): _tokens(item, peers) for key, item in value.items()}
    if isinstance(value, list):
        return [_tokens(item, peers) for item in value]
    if isinstance(value, Ref) and value.address in peers:
        return peers[value.address].get_string_attribute(value.attribute)
    if isinstance(value, Expr):
        return "".join(_tokens(part, peers) for part in value.separated())
    return plain(value)


def _claim(cdk: Any, stack: Any, plan: Plan) -> None:
    """An address belongs to one construct of a stack: the libraries would let the later one overwrite the earlier."""
    if not hasattr(stack, _TAKEN):
        setattr(stack, _TAKEN, {})
        cdk.Aspects.of(stack).add(_order_class(cdk)())
    taken: dict[str, str] = getattr(stack, _TAKEN)
    for resource in plan.resources:
        if resource.address in taken:
            raise DuplicateAddress(f"{resource.address!r} is made by {taken[resource.address]} elsewhere in this stack")
        taken[resource.address] = resource.origin or "a plan"
