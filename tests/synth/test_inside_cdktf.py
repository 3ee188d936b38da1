"""The example of a fleet in a program of the user's own: through both libraries, and as Terraform takes it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.aws.conftest import terraform
from tests.aws.terraform import Terraform
from tests.environments import REPOSITORY, find_node, python_environment, with_path
from tests.synth.test_parity import CDKTN, comparable

__all__ = ["terraform"]
# What is written for cdktf runs on cdktn when the import is changed.
RENAMED = "import sys, cdktn; sys.modules['cdktf'] = cdktn; from examples import inside_cdktf as program; "
RUN = "program.synthesize(program.build())"


def written(python: str | Path, code: str, folder: Path) -> dict[str, Any]:
    """The document of the example's stack, made in `folder`."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": with_path(find_node().folder)}
    done = subprocess.run(
        [python, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads((folder / "cdktf.out/stacks/training/cdk.tf.json").read_text())
    return document


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    code = f"from examples import inside_cdktf as program; {RUN}"
    return written(sys.executable, code, tmp_path_factory.mktemp("cdktf"))


def test_the_subnets_token_goes_in_and_the_groups_name_comes_out(document: dict[str, Any]) -> None:
    [group] = document["resource"]["aws_autoscaling_group"].values()
    assert group["vpc_zone_identifier"] == ["${aws_subnet.subnet.id}"]
    assert document["output"]["group"]["value"] == "${aws_autoscaling_group.ranker_sweep_group.name}"
    assert document["data"]["aws_subnet"]["ranker_sweep_subnet"]["id"] == "${aws_subnet.subnet.id}"


def test_cdktn_makes_the_same_of_it(document: dict[str, Any], tmp_path: Path) -> None:
    python = python_environment("cdktn", CDKTN)
    assert comparable(written(python, RENAMED + RUN, tmp_path)) == comparable(document)


def test_terraform_plans_it(document: dict[str, Any], terraform: Terraform, tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    root = terraform.root(tmp_path)
    root.init()
    root.validate()
    actions = root.plan().actions
    managed = {f"{kind}.{name}" for kind, named in document["resource"].items() for name in named}
    assert managed <= actions.keys()
    assert all(tuple(action) == ("create",) for address, action in actions.items() if address in managed)
