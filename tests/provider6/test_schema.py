"""Every argument and block that is emitted exists in the newest AWS provider, and what it requires is there."""

from typing import Any

import pytest

from aicost_iac import Resource, Stack
from aicost_iac.terraform.document import render
from tests.aws import everything, everything_on_sagemaker
from tests.environments import newest_wheel
from tests.examples import all_stacks
from tests.provider6.assembly import Assembly
from tests.provider6.judge import problems

pytestmark = pytest.mark.heavy
ROOTS = {module.__name__: module.everything() for module in (everything, everything_on_sagemaker)}
STACKS = {**all_stacks(), **ROOTS}


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return Assembly(newest_wheel("cdktn-provider-aws"))


def judged(assembly: Assembly, stack: Stack) -> list[str]:
    plan = stack.plan()
    written = render(plan)
    ours = [resource for resource in plan.resources if resource.type.startswith("aws_")]
    assert ours or plan.objects, "a stack of nothing was judged"
    bodies = ((each, written[each.mode][each.type][each.name]) for each in ours)
    return [problem for each, body in bodies for problem in problems(assembly, each, body)]


def test_the_newest_provider_is_of_the_next_major(assembly: Assembly) -> None:
    assert int(assembly.provider.split(".")[0]) >= 6


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_what_the_newest_provider_takes(name: str, assembly: Assembly) -> None:
    assert judged(assembly, STACKS[name]) == []


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("aws_elastic_gpu", {}, "aws_elastic_gpu.x: aws_elastic_gpu is no resource type of AWS"),
    ("aws_sqs_queue", {"nme": "a"}, "aws_sqs_queue.x.nme: there is no such argument"),
    ("aws_sqs_queue", {"delay_seconds": "soon"}, "aws_sqs_queue.x.delay_seconds: is number, not 'soon'"),
    ("aws_sqs_queue", {"tags": "a"}, "aws_sqs_queue.x.tags: is a list or a map, not 'a'"),
    ("aws_sqs_queue", {"name": ["a"]}, "aws_sqs_queue.x.name: is string, not list"),
    ("aws_autoscaling_group", {"max_size": 1}, "aws_autoscaling_group.x.min_size: is required"),
    (
        "aws_autoscaling_group",
        {"min_size": 0, "max_size": 1, "tag": [{"key": "a", "value": "b", "propagate_at_launch": True}, {}]},
        "aws_autoscaling_group.x.tag.1.key: is required",
    ),
    (
        "aws_autoscaling_group",
        {"min_size": 0, "max_size": 1, "launch_template": [{"name": "a"}, {"name": "b"}]},
        "aws_autoscaling_group.x.launch_template: is a single block, 2 are given",
    ),
    (
        "aws_autoscaling_group",
        {"min_size": 0, "max_size": 1, "launch_template": "a"},
        "aws_autoscaling_group.x.launch_template.0: is a block, not str",
    ),
]


@pytest.mark.parametrize(("kind", "body", "reason"), WRONG, ids=[reason for _, _, reason in WRONG])
def test_what_the_provider_does_not_take_is_found(
    kind: str, body: dict[str, Any], reason: str, assembly: Assembly
) -> None:
    found = list(problems(assembly, Resource(kind, "x"), body))
    assert found
    assert found[0].startswith(reason)
