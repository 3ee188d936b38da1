"""Which arguments and blocks the AWS provider has, for the resource types that people write here by hand.

The names are those of provider `VERSION`: `terraform providers schema -json`. A later one has more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from aicost_iac.plan import META_ARGUMENTS
from aicost_iac.rules.findings import Path
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import Subject

VERSION = "5.100.0"
_FILE = "provider_arguments.json"
# What Terraform itself reads in any block.
_ANYWHERE = frozenset({"//", "dynamic"})
# What earlier providers had: whether it is refused depends on the one that is used.
FORMER = frozenset({("aws_budgets_budget", "cost_filters")})
KNOWN = (
    "aws_appautoscaling_target",
    "aws_autoscaling_group",
    "aws_budgets_budget",
    "aws_budgets_budget_action",
    "aws_ce_cost_allocation_tag",
    "aws_ec2_fleet",
    "aws_eks_node_group",
    "aws_launch_template",
    "aws_sagemaker_endpoint_configuration",
    "aws_servicequotas_service_quota",
    "aws_spot_fleet_request",
    "aws_spot_instance_request",
)


def strangers(subject: Subject) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """The names in a resource that the provider does not have, where they stand, and those it has there."""
    yield from _strangers(Block(subject.body), subject.kind, META_ARGUMENTS)


@cache
def arguments() -> Mapping[str, frozenset[str]]:
    """The names by resource type and block, such as `aws_spot_fleet_request.launch_template_config`."""
    read = json.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return {path: frozenset(names.split()) for path, names in read.items() if path != "about"}


def _strangers(block: Block, path: str, more: frozenset[str]) -> Iterator[tuple[Path, str, frozenset[str]]]:
    known = arguments()[path]
    for name in block.body:
        if name not in known | more | _ANYWHERE:
            yield block.at(name), name, known
        elif f"{path}.{name}" in arguments():
            for inner in block.blocks(name):
                yield from _strangers(inner, f"{path}.{name}", frozenset())
