"""SageMaker's own names: types by use, local disks, and the images of its frameworks."""

import pytest

from aicost_iac.catalog.ml_types import framework, ml_type
from aicost_iac.errors import UnknownName


@pytest.mark.parametrize(
    ("name", "uses"),
    [
        ("ml.g5.xlarge", {"training", "hosting", "transform"}),
        ("ml.p5.48xlarge", {"training", "hosting"}),
        ("ml.inf2.xlarge", {"hosting", "transform"}),
        ("ml.c5n.xlarge", {"training"}),
    ],
)
def test_a_type_is_for_some_uses(name: str, uses: set[str]) -> None:
    assert {use for use in ("training", "hosting", "transform") if ml_type(name).serves(use)} == uses


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("ml.p4d.24xlarge", True),
        ("ml.g5.xlarge", True),
        ("ml.g4dn.xlarge", True),
        ("ml.m5d.large", True),
        ("ml.c6gd.large", True),
        ("ml.m5.large", False),
        ("ml.m7i-flex.large", False),
        ("ml.inf2.xlarge", False),
        ("ml.p3.2xlarge", False),
    ],
)
def test_local_disks_are_known(name: str, local: bool) -> None:
    assert ml_type(name).local_storage is local


def test_a_machine_has_the_shape_that_ec2_gives_it() -> None:
    machine = ml_type("ml.p4d.24xlarge").machine
    assert machine is not None
    assert machine.accelerator_count == 8
    assert ml_type("ml.m5.large").machine is None


def test_a_name_that_is_not_there_comes_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"'ml\.g5\.48xlarge'"):
        ml_type("ml.g5.48xlrge")


def test_a_stem_is_the_newest_of_its_versions() -> None:
    assert framework("pytorch", "2.0").version == "2.0.1"
    assert framework("pytorch", "2.0.0").version == "2.0.0"
    assert framework("tensorflow", "2.1").version == "2.1.3", "2.10 is no 2.1"


@pytest.mark.parametrize(("name", "version"), [("pytorch", "9.9"), ("mxnet", "1.9"), ("pytorch", "")])
def test_a_framework_that_aws_does_not_keep_is_unknown(name: str, version: str) -> None:
    with pytest.raises(UnknownName):
        framework(name, version)
