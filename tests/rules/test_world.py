"""What is judged together: kinds, namespaces, and what is made of a world once."""

import pytest

from aicost_iac.plan import KubeObject, Resource
from aicost_iac.rules import AwsRequest, Subject, World
from aicost_iac.rules.world import UNSEEN, may_share, missing


@pytest.mark.parametrize(
    ("node", "kind", "name"),
    [
        (Resource("aws_s3_bucket", "data"), "aws_s3_bucket", "data"),
        (Resource("aws_ami", "gpu", mode="data"), "data.aws_ami", "gpu"),
        (KubeObject("apps/v1", "Deployment", "chat"), "Deployment", "chat"),
        (KubeObject("v1", "Service", "chat"), "Service", "chat"),
        (KubeObject("serving.knative.dev/v1", "Service", "chat"), "serving.knative.dev/Service", "chat"),
        (KubeObject("karpenter.sh/v1", "NodePool", "gpu"), "NodePool", "gpu"),
        (AwsRequest("ce", "GetCostAndUsage", name="report.sh:3"), "aws ce get-cost-and-usage", "report.sh:3"),
        (AwsRequest("ce", "get_cost_and_usage"), "aws ce get-cost-and-usage", ""),
        (AwsRequest("sagemaker-sdk", "PyTorch"), "sagemaker-sdk PyTorch", ""),
    ],
)
def test_a_subject_has_a_kind_and_a_name(node: Resource, kind: str, name: str) -> None:
    assert (Subject(node).kind, Subject(node).name) == (kind, name)


def test_the_body_of_a_request_is_its_parameters() -> None:
    assert Subject(AwsRequest("ce", "get-cost-and-usage", {"Granularity": "DAILY"})).body == {"Granularity": "DAILY"}


def test_objects_are_found_in_their_namespace_or_where_they_may_be_applied() -> None:
    here, there, anywhere = (KubeObject("v1", "Service", "chat", each) for each in ("one", "two", None))
    world = World(tuple(map(Subject, (here, there, anywhere))))
    assert [each.namespace for each in world.named("Service", "chat", "one")] == ["one", None]
    assert [each.namespace for each in world.named("Service", "chat")] == ["one", "two", None]
    assert set(world.namespaces) == {"one", "two"}
    assert may_share(None, "one")
    assert not may_share("one", "two")


def test_what_is_made_of_a_world_is_made_once() -> None:
    made: list[World] = []

    def build(world: World) -> int:
        made.append(world)
        return 3

    world = World(())
    assert (world.once(build), world.once(build), made) == (3, 3, [world])


@pytest.mark.parametrize(
    ("complete", "owner", "refuses"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_what_is_missing_from_a_part_is_told_and_not_refused(complete: bool, owner: bool, refuses: bool) -> None:
    told = missing(World((), complete=complete), (), "no such thing", "add it", owner=owner)
    assert (told.severity is None) == refuses
    assert told.message == ("no such thing" if refuses else f"no such thing {UNSEEN}")
