"""What a command estimates: the stacks of an app, or what lies in some files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aicost_iac.cost import Estimate, Root, Unpriced
from aicost_iac.errors import UnreadableDocument, UsageError
from aicost_iac.plan import Node, Resource
from aicost_iac.rules.reading.values import Block, literal

if TYPE_CHECKING:
    from aicost_iac.app import Stack

REGION = "us-east-1"
_PROVIDER = "provider"


@dataclass(frozen=True)
class Held:
    """Roots, and files that could not be read: what they hold is in no figure."""

    roots: tuple[Root, ...]
    broken: tuple[UnreadableDocument, ...] = ()

    def complete(self, estimate: Estimate) -> Estimate:
        """The estimate, with every file that could not be read among what has no price."""
        unread = (Unpriced(each.file, f"can not be read: {each.reason}") for each in self.broken)
        return replace(estimate, unpriced=(*estimate.unpriced, *unread))


def of_app(path: str | None, names: Sequence[str] = ()) -> Held:
    """The stacks of an app, or some of them."""
    from aicost_iac.app import first_pass
    from aicost_iac.project import chosen, load_app

    app = load_app(path)
    seen = first_pass(app.stacks)
    return Held(tuple(_of_stack(stack, tuple(stack.plan(seen).nodes)) for stack in chosen(app, names)))


def of_files(paths: Sequence[str], region: str | None = None) -> Held:
    """What files and folders hold. Raises `UsageError` when that is nothing at all."""
    from aicost_iac.gate.loading import load
    from aicost_iac.gate.reading.texts import STDIN, text_of

    texts = {STDIN: text_of(STDIN)} if STDIN in paths else {}
    loaded = load([path for path in paths if path != STDIN], texts=texts)
    if not loaded.found:
        said = "; ".join(map(str, loaded.broken)) or "no Terraform, plan or Kubernetes manifest"
        raise UsageError(f"nothing to estimate in {', '.join(paths)}: {said}")
    by_root: dict[str, list[Node]] = {}
    for subject in loaded.subjects:
        by_root.setdefault(subject.root, []).append(subject.node)
    alone = len(by_root) == 1
    providers = {name: _providers(nodes) for name, nodes in by_root.items()}
    roots = [_of_files(name, "" if alone else name, tuple(nodes), providers, region) for name, nodes in by_root.items()]
    return Held(tuple(roots), loaded.broken)


def _of_stack(stack: Stack, nodes: tuple[Node, ...]) -> Root:
    aliases = {name: alias.region for name, alias in stack.aliases.items()}
    return Root(stack.name, nodes, stack.region, aliases, stack.tags.keys())


def _of_files(
    name: str, shown: str, nodes: tuple[Node, ...], providers: Mapping[str, Sequence[Resource]], region: str | None
) -> Root:
    """Regions and default tags are those of the root's providers; a module takes them from the root that calls it."""
    own = providers[name] or providers.get(name.partition(":")[0], ())
    regions = {each.name.partition(".")[2]: literal(each.body.get("region")) for each in own}
    aliases = {alias: known for alias, known in regions.items() if alias and known}
    tags = next((Block(each.body).block("default_tags", "tags").body for each in own if "." not in each.name), {})
    texts = {key: text for key, value in tags.items() if (text := literal(value)) is not None}
    return Root(shown, nodes, region or regions.get("") or REGION, aliases, texts)


def _providers(nodes: Sequence[Node]) -> list[Resource]:
    """The configurations of the AWS provider."""
    return [
        node
        for node in nodes
        if isinstance(node, Resource) and node.type == _PROVIDER and node.name.partition(".")[0] == "aws"
    ]
