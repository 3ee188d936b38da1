"""What the examples' fleets run at first boot: every template of `templates/fleet`, rendered."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from aicost_iac import SpotTrainingFleet
from aicost_iac.blueprints._fleet.expansion import workload_of
from aicost_iac.templating import templates_folder
from tests.examples import examples

FLEETS = {
    item.name: item
    for app in examples().values()
    for stack in app.stacks
    for item in stack.items
    if isinstance(item, SpotTrainingFleet) and item.command
}


def user_data(fleet: SpotTrainingFleet) -> str:
    """As it reaches the instance: without Terraform's escapes."""
    return str(workload_of(fleet, "the-bucket").user_data()).replace("$${", "${").replace("%%{", "%{")


@pytest.mark.parametrize("name", FLEETS)
def test_user_data(name: str, shell: SnapshotAssertion) -> None:
    assert user_data(FLEETS[name]) == shell


def test_every_template_of_the_fleet_is_in_a_snapshot() -> None:
    written = "".join(map(user_data, FLEETS.values()))
    files = {path.rpartition("/")[2].removeprefix("aicost-") for path in re.findall(r"^put \d+ (\S+)", written, re.M)}
    templates = {path.name.removesuffix(".j2").removesuffix(".sh") for path in (templates_folder() / "fleet").iterdir()}
    assert templates - {"user_data"} == files
