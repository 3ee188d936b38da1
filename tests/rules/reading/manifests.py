"""Small worlds to read from."""

from collections.abc import Mapping
from typing import Any

from aicost_iac.rules import Subject, World
from aicost_iac.rules.reading.pods import Container, Pods, all_pods
from aicost_iac.rules.reading.values import Block
from tests.rules.documents import world


def container(**body: Any) -> Container:
    """A container as its own YAML says it."""
    return Container(Block({"name": "server", **body}))


def deployment(*containers: Mapping[str, Any], replicas: int | None = None, **spec: Any) -> dict[str, Any]:
    """A Deployment of these containers; `spec` is of its pods."""
    listed = [{"name": f"c{index}", **each} for index, each in enumerate(containers)]
    pods = {"metadata": {"labels": {"app": "chat"}}, "spec": {**spec, "containers": listed}}
    counted = {} if replicas is None else {"replicas": replicas}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "chat"}, "spec": {
        **counted, "template": pods}}  # fmt: skip


def only_pods(*documents: Mapping[str, Any]) -> tuple[Pods, World]:
    """The one pod template of a world, and the world."""
    made = world(documents)
    [pods] = made.once(all_pods)
    return pods, made


def only_subject(world_of_one: World) -> Subject:
    [subject] = world_of_one.subjects
    return subject


def resource(kind: str, **body: Any) -> dict[str, Any]:
    """Terraform JSON of one resource."""
    return {"resource": {kind: {"it": body}}}
