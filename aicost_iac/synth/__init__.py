"""Plans inside cdktf or its fork cdktn: the only package that imports either.

`mount` puts one blueprint into a stack of the user's own program; `synthesize` runs a whole `App`. Provider bindings
are never imported: every resource is one subclass of the library's `TerraformResource`, so Aspects, overrides,
dependencies, cross-stack references and `move_to` work as on any other.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aicost_iac import output as files
from aicost_iac.app import App, LocalBackend, Stack, expand, first_pass, partition_of
from aicost_iac.errors import SynthError
from aicost_iac.model import Blueprint, Context, Seen
from aicost_iac.synth.constructs import mounted_class, provider_class
from aicost_iac.synth.library import Library, installed, library_of, load
from aicost_iac.tags import CostTags
from aicost_iac.terraform.document import output_body

if TYPE_CHECKING:
    from constructs import Construct

__all__ = ["Library", "load", "mount", "synthesize"]


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
    return mounted_class(cdk)(scope, item.name, expand(item, context))


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


def _build(cdk: Any, app: Any, stack: Stack, seen: Sequence[Seen]) -> None:
    """Our stack as one of theirs. `stack.plan()` checks what only the whole can show."""
    plan = stack.plan(seen)
    built = cdk.TerraformStack(app, stack.name)
    provider = provider_class(cdk)
    _backend(cdk, built, stack)
    for settings in stack.providers():
        provider(built, settings, stack.provider_version)
    for index, (item, part) in enumerate(zip(stack.items, stack.parts(seen), strict=True)):
        name = item.name if isinstance(item, Blueprint) else f"item-{index}"
        mounted_class(cdk)(built, name, part)
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
