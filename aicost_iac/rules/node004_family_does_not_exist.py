"""NODE004: a machine that nobody sells."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.pools import Karpenter
from aicost_iac.rules.reading.requirements import AUTO, AWS, TYPE
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_FAMILIES = tuple(f"{owner}instance-family" for owner in (AWS, AUTO))
_NEAR = {
    "g4": ("g4dn", "g4ad"), "inf": ("inf1", "inf2"), "p4": ("p4d", "p4de"), "p6": ("p6-b200", "p6-b300"),
    "trn": ("trn1", "trn2"),
}  # fmt: skip


@rule(
    "NODE004",
    "family-does-not-exist",
    severity="error",
    group="broken",
    reads=(
        "ClusterConfig",
        "NodePool",
        "Provisioner",
        "aws_autoscaling_group",
        "aws_ec2_fleet",
        "aws_eks_node_group",
        "aws_instance",
        "aws_launch_template",
        "aws_spot_fleet_request",
        "aws_spot_instance_request",
    ),
    source="https://aws.amazon.com/ec2/instance-types/",
)
def family_does_not_exist(subject: Subject, world: World) -> Iterator[Told]:
    """An instance family that EC2 does not have.

    What happens: there is no `p4`, `g4` or `p6`: they are `p4d` and `p4de`, `g4dn` and `g4ad`, `p6-b200` and `p6-b300`.
    Terraform takes any text; a Karpenter requirement matches nothing, and says so in no place anybody looks.

    Why it costs: pods or jobs that wait for a machine that never comes.

    Bad:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-family, operator: In, values: [p4, g4]}
    ```

    Good:

    ```yaml
    apiVersion: karpenter.sh/v1
    kind: NodePool
    metadata: {name: gpu}
    spec:
      limits: {nvidia.com/gpu: 8}
      template:
        spec:
          nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
          taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
          requirements:
            - {key: karpenter.k8s.aws/instance-family, operator: In, values: [p4d, g4dn]}
    ```
    """
    for path, text in _named(subject):
        family = text.partition(".")[0]
        if family in _NEAR and (len(text) == len(family)) == _bare(path):
            yield Told(
                path, f"EC2 has no family {family!r}: nothing matches {text!r}", " or ".join(_NEAR[family]), part=text
            )


def _named(subject: Subject) -> Iterator[tuple[Path, str]]:
    """Families and instance types, with their places."""
    if subject.kind in ("NodePool", "Provisioner"):
        for each in Karpenter(subject).template.blocks("requirements"):
            if each.text("key") in (TYPE, *_FAMILIES):
                yield from (
                    (path, text)
                    for path, text in each.texts("values")
                    if (each.text("key") in _FAMILIES) != ("." in text)
                )
        return
    yield from _types(Block(subject.body))


def _types(block: Block) -> Iterator[tuple[Path, str]]:
    for key, value in block.body.items():
        if key in ("instance_type", "instance_types", "instanceType", "instanceTypes"):
            yield from block.texts(key)
        elif isinstance(value, list | dict):
            for inner in block.blocks(key):
                yield from _types(inner)


def _bare(path: Path) -> bool:
    """Whether families stand there, not types."""
    return "values" in path
