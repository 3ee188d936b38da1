"""URLs that point into the cluster, and Services with the pods behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.pods import Pods, all_pods, pods_of
from aicost_iac.rules.reading.scaling import Scaling
from aicost_iac.rules.reading.values import Block, literal
from aicost_iac.rules.world import Subject, World

_URL = re.compile(r"\b(https?|grpc|redis|wss?)://([a-z0-9.-]+)(?![\w.-])(?::(\d{1,5})\b)?")
_SUFFIX = re.compile(r"\.svc(\.cluster\.local)?$")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "redis": 6379}
_NEVER = frozenset({"localhost"})


@dataclass(frozen=True, slots=True)
class Url:
    """An address of a Service: `namespace` None is unknown."""

    text: str
    service: str
    namespace: str | None
    port: int
    path: Path


def urls_of(subject: Subject, world: World) -> Iterator[Url]:
    """The addresses inside the cluster that a subject's environment, arguments, data or triggers name."""
    for text, path in _texts(subject, world):
        if "://" in text:
            for scheme, host, port in _URL.findall(text):
                number = int(port) if port else _DEFAULT_PORTS.get(scheme)
                place = _place(host.rstrip("."), subject, world)
                if number is not None and place is not None:
                    yield Url(f"{scheme}://{host}:{number}", place[0], place[1], number, path)


def _place(host: str, subject: Subject, world: World) -> tuple[str, str | None] | None:
    """Service and namespace of a host; None for one that is not certainly in the cluster."""
    names = _SUFFIX.sub("", host).split(".")
    inside = names != host.split(".")
    if subject.kind == "ScaledObject" and names[-1] not in world.namespaces:
        return None
    if len(names) == 1 and not inside:
        # In the text of a file a bare name may be anything: an upstream, a job, an example.
        return None if host in _NEVER or subject.kind == "ConfigMap" else (host, subject.namespace)
    if inside and len(names) >= 2:
        return names[-2], names[-1]
    if len(names) == 2 and (names[1] in world.namespaces or _is_service(names, world)):
        return names[0], names[1]
    return None


def _is_service(names: list[str], world: World) -> bool:
    return any(world.named("Service", names[0], names[1]))


def _texts(subject: Subject, world: World) -> Iterator[tuple[str, Path]]:
    """Texts in which addresses stand."""
    if subject.kind == "ConfigMap":
        data = Block(subject.body).block("data")
        yield from ((text, data.at(key)) for key, value in data.body.items() if (text := literal(value)))
    elif subject.kind == "ScaledObject":
        for trigger in Scaling(subject).triggers:
            if address := trigger.metadata.text("serverAddress"):
                yield address, trigger.metadata.at("serverAddress")
    else:
        for template in pods_of(subject, world):
            yield from _pod_texts(template)


def _pod_texts(template: Pods) -> Iterator[tuple[str, Path]]:
    for container in template.containers:
        yield from ((value, path) for _, value, path in container.env())
        for key in ("command", "args"):
            yield from ((text, path) for path, text in container.block.texts(key))


def selected_pods(service: Subject, world: World) -> tuple[Pods, ...]:
    """The pod templates that a Service selects; none for one without a selector."""
    return pods_with(Block(service.body).block("spec", "selector").body, service.namespace, world)


def pods_with(labels: Mapping[str, Any], namespace: str | None, world: World) -> tuple[Pods, ...]:
    """The pod templates of a namespace that have all of these labels; none where one of them is unknown."""
    wanted = {key: literal(value) for key, value in labels.items()}
    if not wanted or None in wanted.values():
        return ()
    placed = world.once(_by_label).get(namespace, {})
    first = min(wanted.items(), key=lambda pair: len(placed.get(pair, ())))
    return tuple(each for each in placed.get(first, ()) if wanted.items() <= dict(each.labels).items())


def _by_label(world: World) -> Mapping[str | None, Mapping[tuple[str, str | None], list[Pods]]]:
    """Pod templates by namespace, then by each of their labels."""
    found: dict[str | None, dict[tuple[str, str | None], list[Pods]]] = {}
    for template in world.once(all_pods):
        for pair in template.labels.items():
            found.setdefault(template.subject.namespace, {}).setdefault(pair, []).append(template)
    return found
