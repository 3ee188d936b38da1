"""SPOT009: a driver that does not drive."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import FLEETS, Choice, Fleet, fleet, templates_of
from aicost_iac.rules.reading.images import NEW, OLD, is_open
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SPOT009",
    "one-image-two-drivers",
    severity="error",
    group="broken",
    reads=FLEETS,
    source="https://docs.aws.amazon.com/dlami/latest/devguide/important-changes.html",
)
def one_image_two_drivers(subject: Subject, world: World) -> Iterator[Told]:
    """A fleet's image has a driver that one of its GPUs does not work with.

    What happens: NVIDIA's open kernel modules drive Turing and newer and are the only ones for Blackwell; V100 and
    older need the proprietary ones. An AMI has one of the two, and its name says so ("OSS Nvidia Driver"). The other
    machines boot, report ready, and have no GPU.

    Why it costs: a machine with eight GPUs, billed, that can use none.

    Bad:

    ```json
    {"data": {"aws_ami": {"gpu": {
      "owners": ["amazon"], "most_recent": true,
      "filter": [{"name": "name", "values": ["Deep Learning OSS Nvidia Driver AMI GPU PyTorch 2.7 (Ubuntu 22.04) *"]}]
    }}}, "resource": {
      "aws_launch_template": {"train": {"image_id": "${data.aws_ami.gpu.id}"}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "g5.48xlarge"}, {"instance_type": "p3.16xlarge"}]
          }]
        }]
      }}
    }}
    ```

    Good:

    ```json
    {"data": {"aws_ami": {"gpu": {
      "owners": ["amazon"], "most_recent": true,
      "filter": [{"name": "name", "values": ["Deep Learning OSS Nvidia Driver AMI GPU PyTorch 2.7 (Ubuntu 22.04) *"]}]
    }}}, "resource": {
      "aws_launch_template": {"train": {"image_id": "${data.aws_ami.gpu.id}"}},
      "aws_autoscaling_group": {"train": {
        "vpc_zone_identifier": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
        "max_size": 4, "min_size": 0,
        "mixed_instances_policy": [{
          "instances_distribution": [{"on_demand_percentage_above_base_capacity": 0,
                                      "spot_allocation_strategy": "price-capacity-optimized"}],
          "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "${aws_launch_template.train.id}"}],
            "override": [{"instance_type": "g5.48xlarge"}, {"instance_type": "g6.48xlarge"}]
          }]
        }]
      }}
    }}
    ```
    """
    running = fleet(subject)
    for images, choices in _images(running, world) if running else ():
        found = {catalog.accelerator(shape.accelerator).architecture: each for each in choices if (shape := each.shape)}
        old, new = found.keys() & OLD, found.keys() & NEW
        opened = any(is_open(block, key, world) for block, key in images)
        if old and (new or opened):
            choice = found[min(old)]
            who = (
                "its image has"
                if opened
                else f"{found[min(new)].instance_type} ({min(new)}), from the same image, needs"
            )
            yield Told(
                choice.path,
                f"{choice.instance_type} ({min(old)}) needs NVIDIA's proprietary driver, and {who} the open one",
                "one launch template per driver, each with its own AMI; or leave the older type out",
                part=choice.instance_type,
            )


def _images(running: Fleet, world: World) -> Iterator[tuple[list[tuple[Block, str]], list[Choice]]]:
    """Each image of a fleet, where it is written, and the choices that are started from it."""
    by_image: dict[str, list[Choice]] = {}
    for choice in running.choices:
        if not choice.block.absent("ami"):
            by_image.setdefault(str(choice.block.get("ami")), []).append(choice)
    yield from (([(choices[0].block, "ami")], choices) for choices in by_image.values())
    if not by_image:
        yield [(Block(each.body), "image_id") for each in templates_of(running.subject, world)], list(running.choices)
