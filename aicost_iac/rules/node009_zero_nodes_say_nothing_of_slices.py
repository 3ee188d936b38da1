"""NODE009: an empty group that can not advertise."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog.mig_bundled import DISABLED
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.mig_layouts import LABEL
from aicost_iac.rules.reading.pods import all_pods
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_TEMPLATE = "k8s.io/cluster-autoscaler/node-template/resources/"


@rule(
    "NODE009",
    "zero-nodes-say-nothing-of-slices",
    severity="warning",
    group="broken",
    reads=("aws_eks_node_group",),
    source="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#auto-discovery-setup",
)
def zero_nodes_say_nothing_of_slices(subject: Subject, world: World) -> Iterator[Told]:
    """A node group with MIG that may be at zero, and cluster-autoscaler that does not know its slices.

    What happens: for a group without nodes cluster-autoscaler reads what a node would offer from tags of the Auto
    Scaling group. EKS does not put them there; without
    `k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/mig-...` no pod that asks for a slice ever scales the
    group up ("NotTriggerScaleUp").

    Why it costs: the minimum is turned to one, and a GPU node is paid for day and night.

    Bad:

    ```json
    {"resource": {
      "helm_release": {"autoscaler": {"name": "autoscaler", "chart": "cluster-autoscaler"}},
      "aws_eks_node_group": {"slices": {
        "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
        "instance_types": ["p4d.24xlarge"], "labels": {"nvidia.com/mig.config": "all-1g.5gb"},
        "taint": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
        "scaling_config": [{"desired_size": 0, "max_size": 2, "min_size": 0}]
      }}
    }}
    ```

    Good:

    ```json
    {"resource": {
      "helm_release": {"autoscaler": {"name": "autoscaler", "chart": "cluster-autoscaler"}},
      "aws_autoscaling_group_tag": {"slices": {
        "autoscaling_group_name": "${aws_eks_node_group.slices.resources[0].autoscaling_groups[0].name}",
        "tag": [{"key": "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/mig-1g.5gb", "value": "56",
                 "propagate_at_launch": false}]
      }},
      "aws_eks_node_group": {"slices": {
        "cluster_name": "ml", "node_role_arn": "arn:aws:iam::123456789012:role/node", "subnet_ids": ["subnet-0a1b2c3d"],
        "instance_types": ["p4d.24xlarge"], "labels": {"nvidia.com/mig.config": "all-1g.5gb"},
        "taint": [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}],
        "scaling_config": [{"desired_size": 0, "max_size": 2, "min_size": 0}]
      }}
    }}
    ```
    """
    body = Block(subject.body)
    config = body.block("labels").text(LABEL)
    empty = body.block("scaling_config").whole("min_size") == 0
    if empty and config not in (None, DISABLED) and world.once(_scaled_by_tags) and not world.once(_told):
        yield Told(
            body.block("scaling_config").at("min_size"),
            "the group may be at zero, and nothing tells cluster-autoscaler which slices its nodes would have",
            f"aws_autoscaling_group_tag with key {_TEMPLATE}nvidia.com/mig-<profile>, or min_size = 1",
        )


def _scaled_by_tags(world: World) -> bool:
    """Whether cluster-autoscaler is in the set."""
    charts = [Block(each.body).text("chart") or "" for each in world.of("helm_release")]
    releases = [Block(each.body).block("spec", "chart", "spec").text("chart") or "" for each in world.of("HelmRelease")]
    images = [each.image for template in world.once(all_pods) for each in template.running]
    return any("cluster-autoscaler" in each for each in (*charts, *releases, *images))


def _told(world: World) -> bool:
    """Whether some tag, or one nobody can read, says what a node would offer."""
    tags = [tag for each in world.of("aws_autoscaling_group_tag") for tag in Block(each.body).blocks("tag")]
    return any((tag.text("key") or _TEMPLATE).startswith(_TEMPLATE) for tag in tags)
