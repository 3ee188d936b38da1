"""Small stacks for the tests."""

from typing import Any

from aicost_iac import Context, CostTags, KubeObject, Output, Plan, Resource, Stack
from aicost_iac.model import Blueprint

TAGS = CostTags(workload_type="training", cost_center="tests", team="tests")
SETTINGS = KubeObject("v1", "ConfigMap", "settings", "apps", body={"data": {"a": "b"}})


class Queue(Blueprint):
    """The smallest blueprint: one queue, one object of Kubernetes, one output."""

    def expand(self, context: Context) -> Plan:
        queue = Resource("aws_sqs_queue", self.named("queue"), {"name": self.name, "tags": context.tags.keys()})
        settings = KubeObject("v1", "ConfigMap", self.name, "apps", body={"data": {"queue": self.name}})
        return Plan((queue,), (settings,), {"url": Output(queue.ref("url"))})


def stack(name: str = "main", **fields: Any) -> Stack:
    """A valid stack, with some fields changed."""
    given = {"region": "us-east-1", "tags": TAGS, "items": [Queue(name="jobs")], **fields}
    return Stack(name=name, **given)
