"""Random valid fleets synthesize, are read back, and pass `terraform validate`."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aicost_iac import SpotTrainingFleet, Stack, output
from aicost_iac.terraform.document import load
from tests.aws.terraform import Terraform
from tests.core.declared import stack
from tests.core.fleets import fleets

EXTERNAL = ["data.aws_ami.theirs"]
BATCH = st.tuples(*(fleets(f"fleet-{index}") for index in range(20)))
# One run of terraform for twenty fleets; the first twenty are always the simplest.
FEW = settings(
    max_examples=3,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example, HealthCheck.too_slow],
)


def written(declared: Stack) -> str:
    return output.files([declared])[f"stacks/{declared.name}/{output.DOCUMENT}"]


@given(fleets())
def test_a_valid_fleet_synthesizes_and_is_read_back(fleet: SpotTrainingFleet) -> None:
    declared = stack(items=[fleet], external=EXTERNAL)
    assert load(json.loads(written(declared))) == declared.plan()


@given(fleets())
def test_every_resource_says_who_made_it_and_carries_the_fleets_name(fleet: SpotTrainingFleet) -> None:
    for made in stack(items=[fleet], external=EXTERNAL).plan().resources:
        assert made.origin == "SpotTrainingFleet/fleet"
        assert made.name.startswith("fleet_")


@FEW
@given(batch=BATCH)
def test_terraform_takes_them_all(batch: tuple[SpotTrainingFleet, ...], terraform: Terraform) -> None:
    given_ = {"data": {"aws_ami": {"theirs": {"owners": ["self"]}}}}
    with TemporaryDirectory() as folder:
        (Path(folder) / output.DOCUMENT).write_text(written(stack(items=batch, external=EXTERNAL)), encoding="utf-8")
        (Path(folder) / "theirs.tf.json").write_text(json.dumps(given_), encoding="utf-8")
        root = terraform.root(Path(folder))
        root.init()
        root.validate()
