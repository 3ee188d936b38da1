"""The gate: whether its time grows with what it judges, and what it takes beside Checkov over our own output."""

import sys
from collections.abc import Callable, Iterator

from aicost_iac import Resource
from aicost_iac.gate import load
from aicost_iac.rules import Subject, World, check
from aicost_iac.rules.registry import ids
from benchmarks.clock import best, process
from benchmarks.row import NotMeasured, Row, at_least_faster, at_most_slower
from benchmarks.topics.scale import body
from tests.environments import Unavailable, make_python_environment

FEW, MANY = 1_000, 10_000
OUTPUT = "tests/snapshots"
CHECKOV = "checkov==3.3.30"
FRAMEWORKS = ("terraform", "terraform_json", "terraform_plan", "kubernetes")

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: model-{n}, namespace: team-{team}}}
spec:
  strategy: {{type: Recreate}}
  selector: {{matchLabels: {{app: model-{n}}}}}
  template:
    metadata: {{labels: {{app: model-{n}}}}}
    spec:
      containers:
        - name: server
          image: registry.example/models/server:1.{n}
          args: [--model=mistralai/Mistral-7B-v0.1, --port=8000]
          resources: {{requests: {{cpu: "4", memory: 16Gi}}, limits: {{memory: 16Gi, nvidia.com/gpu: 1}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: model-{n}, namespace: team-{team}}}
spec:
  selector: {{app: model-{n}}}
  ports: [{{port: 80, targetPort: 8000}}]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: model-{n}, namespace: team-{team}}}
spec:
  scaleTargetRef: {{name: model-{n}}}
  minReplicaCount: 1
  maxReplicaCount: 4
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring.svc:9090
        query: sum(vllm:num_requests_waiting{{namespace="team-{team}", app="model-{n}"}})
        threshold: "4"
---
"""


def rows() -> Iterator[Row]:
    yield _flat("a resource", resources)
    yield _flat("a manifest", manifests)
    yield from _beside_checkov()


def resources(count: int) -> World:
    """Instances, launch templates and the groups that start from them, in equal parts."""
    return World(tuple(Subject(each) for number in range(count // 3) for each in _resources(number)))


def manifests(count: int) -> World:
    """Model servers with their Services and ScaledObjects, fifty to a namespace."""
    text = "".join(MANIFESTS.format(n=n, team=n // 50) for n in range(count // 3))
    return World(load((), texts={"models.yaml": text}).subjects)


def _resources(number: int) -> Iterator[Resource]:
    template = Resource(
        "aws_launch_template", f"template_{number}", {"image_id": "ami-0a1b2c3d", "instance_type": "g6e.xlarge"}
    )
    specification = {"launch_template_id": template.ref("id"), "version": template.ref("latest_version")}
    policy = {
        "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0}],
        "launch_template": [
            {"launch_template_specification": [specification], "override": [{"instance_type": "g6e.xlarge"}]}
        ],
    }
    group = {
        "min_size": 0,
        "max_size": 4,
        "vpc_zone_identifier": ["subnet-0a1b2c3d"],
        "mixed_instances_policy": [policy],
    }
    yield Resource("aws_instance", f"instance_{number}", body(number))
    yield template
    yield Resource("aws_autoscaling_group", f"group_{number}", group)


def _flat(what: str, made: Callable[[int], World]) -> Row:
    few, many = made(FEW), made(MANY)
    ours, other = best(lambda: _judge(many), 3), best(lambda: _judge(few), 5)
    micro = 1e6
    return Row(
        f"{what} among {MANY:,}, judged by {len(ids())} rules",
        ours / len(many.subjects) * micro,
        f"{what} among {FEW:,}",
        other / len(few.subjects) * micro,
        at_most_slower(1.2),
        "µs",
    )


def _judge(world: World) -> None:
    """A world remembers what rules ask of it: each time is a first one."""
    check(World(world.subjects))


def _beside_checkov() -> Iterator[Row]:
    """The output of every stack and example of this repository, as it is committed."""
    try:
        checkov = str(make_python_environment("checkov", [CHECKOV]).with_name("checkov"))
    except Unavailable as reason:
        raise NotMeasured(str(reason)) from reason
    gate = [sys.executable, "-m", "aicost_iac", "check", "--fail-on", "never", OUTPUT]
    options = ["--skip-download", "--quiet", "--compact", "--soft-fail", "--framework", *FRAMEWORKS]
    alone = process([checkov, "--directory", OUTPUT, *options], 3)
    ours = process([*gate, "--no-checkov"], 3)
    together = process([*gate, "--checkov-bin", checkov], 3)
    yield Row(f"aicost check --no-checkov {OUTPUT}", ours, CHECKOV.replace("==", " "), alone, at_least_faster(2))
    yield Row(f"aicost check --checkov {OUTPUT}", together, CHECKOV.replace("==", " "), alone, at_most_slower(1.15))
