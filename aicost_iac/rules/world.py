"""Everything that is judged together: nodes, and what the caller knows that no file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from aicost_iac.plan import KubeObject, Node, Resource
from aicost_iac.rules.findings import Cost, Path, Told
from aicost_iac.rules.requests import AwsRequest

if TYPE_CHECKING:
    from aicost_iac.catalog import ModelShape

T = TypeVar("T")
Flavour = Literal["eks", "gke", "aks"]
MigStrategy = Literal["none", "single", "mixed"]

# Ends the message of what may be elsewhere.
UNSEEN = "(not seen in what was checked)"
_HINTS = 500

# Kinds that other API groups use for other things: those count as `group/Kind`.
_HOMES: Mapping[str, frozenset[str]] = {
    "ClusterConfig": frozenset({"eksctl.io"}),
    "ClusterPolicy": frozenset({"nvidia.com"}),
    "HelmRelease": frozenset({"helm.toolkit.fluxcd.io"}),
    "NodePool": frozenset({"karpenter.sh"}),
    "Provisioner": frozenset({"karpenter.sh"}),
    "ScaledObject": frozenset({"keda.sh"}),
    "Service": frozenset({""}),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A node and the root it came from: a Terraform root folder, or a set of manifests."""

    node: Node
    root: str = ""

    @property
    def body(self) -> Mapping[str, Any]:
        """The node's body: all but apiVersion, kind and metadata of a Kubernetes object; a request's parameters."""
        return self.node.body if isinstance(self.node, Resource | KubeObject | AwsRequest) else {}

    @property
    def kind(self) -> str:
        """A Terraform type (`data.` before it for a data source), a Kubernetes kind or a request's operation."""
        if isinstance(self.node, Resource):
            return f"data.{self.node.type}" if self.node.mode == "data" else self.node.type
        if isinstance(self.node, AwsRequest):
            return self.node.kind
        return _kind(self.node) if isinstance(self.node, KubeObject) else ""

    @property
    def name(self) -> str:
        return str(self.node.name) if isinstance(self.node, Resource | KubeObject | AwsRequest) else ""

    @property
    def namespace(self) -> str | None:
        """None where the manifest leaves it to whoever applies it: such an object may be in any namespace."""
        namespace = self.node.namespace if isinstance(self.node, KubeObject) else None
        return None if namespace is None else str(namespace)


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is known of the Kubernetes cluster; None is unknown."""

    flavour: Flavour | None = None
    mig_strategy: MigStrategy | None = None
    honor_labels: bool | None = None
    keda_version: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Inputs of the gate, never guessed: what depends on an unknown gives no error.

    `external_tags` (`key` or `key=value`) and `external_labels` are set by something outside of what is judged:
    provider `default_tags` and the tags handed to modules belong there. `models` are shapes the catalog lacks, by
    the name that is served.
    """

    now: date | None = None
    cluster: Cluster = Cluster()
    external_tags: frozenset[str] = frozenset()
    external_labels: frozenset[str] = frozenset()
    provider_version: str | None = None
    region: str | None = None
    models: Mapping[str, ModelShape] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """All nodes that are judged together.

    `complete=False` says that they are plainly a part: what is missing may be elsewhere.
    """

    subjects: tuple[Subject, ...]
    facts: Facts = Facts()
    complete: bool = True
    _built: dict[Callable[[World], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Subject, ...]]:
        return _grouped((subject.kind, subject) for subject in self.subjects)

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], tuple[Subject, ...]]:
        return _grouped(((subject.kind, subject.name), subject) for subject in self.subjects)

    @cached_property
    def _by_name_and_place(self) -> Mapping[tuple[str, str, str | None], tuple[Subject, ...]]:
        return _grouped(((subject.kind, subject.name, subject.namespace), subject) for subject in self.subjects)

    @cached_property
    def by_address(self) -> Mapping[str, tuple[Subject, ...]]:
        """Subjects by the address that references use; two roots may have one each."""
        return _grouped((subject.node.address, subject) for subject in self.subjects)

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str | None], tuple[Subject, ...]]:
        return _grouped(((subject.kind, subject.namespace), subject) for subject in self.subjects)

    @cached_property
    def namespaces(self) -> Mapping[str, tuple[Subject, ...]]:
        """Namespaces that some object stands in."""
        return _grouped((subject.namespace, subject) for subject in self.subjects if subject.namespace)

    def of(self, *kinds: str) -> Iterator[Subject]:
        """Subjects of Terraform types or Kubernetes kinds."""
        return (subject for kind in kinds for subject in self.by_kind.get(kind, ()))

    def named(self, kind: str, name: str, namespace: str | None = None) -> Iterator[Subject]:
        """Objects of a name that stand, or may stand, in a namespace."""
        if namespace is None:
            return iter(self.by_name.get((kind, name), ()))
        return (each for place in (namespace, None) for each in self._by_name_and_place.get((kind, name, place), ()))

    def around(self, kind: str, namespace: str | None) -> Iterator[Subject]:
        """Objects of a kind that stand, or may stand, in a namespace."""
        if namespace is None:
            return self.of(kind)
        return (each for place in (namespace, None) for each in self._by_place.get((kind, place), ()))

    def hints(self, kind: str, namespace: str | None) -> tuple[str, ...]:
        """Names somebody may have meant: looking through more of them takes longer than anyone wants a hint for."""
        return tuple(each.name for each in islice(self.around(kind, namespace), _HINTS))

    def once(self, build: Callable[[World], T]) -> T:
        """What `build` makes of this world, made when first asked for."""
        if build not in self._built:
            self._built[build] = build(self)
        made: T = self._built[build]
        return made


def may_share(one: str | None, other: str | None) -> bool:
    """Whether two objects may be in one namespace: an object without one goes wherever it is applied."""
    return one is None or other is None or one == other


def missing(
    world: World, path: Path, message: str, fix: str, *, owner: bool = True, part: str = "", cost: Cost | None = None
) -> Told:
    """A closed-world miss. Without the whole set, or an `owner` of such things in it, it is told, not refused."""
    if world.complete and owner:
        return Told(path, message, fix, cost=cost, part=part)
    return Told(path, f"{message} {UNSEEN}", fix, cost=cost, part=part, severity="warning", folded=True)


def _kind(node: KubeObject) -> str:
    kind, group = str(node.kind), str(node.api_version).rpartition("/")[0]
    homes = _HOMES.get(kind)
    return kind if homes is None or group in homes else f"{group}/{kind}"


def _grouped(pairs: Any) -> dict[Any, tuple[Subject, ...]]:
    groups: dict[Any, list[Subject]] = {}
    for key, subject in pairs:
        groups.setdefault(key, []).append(subject)
    return {key: tuple(members) for key, members in groups.items()}
