"""cdktf and cdktn in one environment: `both_libraries.py cdktf|cdktn|mixed NODE`, run by the Python that has both."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from aicost_iac import SpotTrainingFleet
from aicost_iac.errors import SynthError
from aicost_iac.synth import mount


def fleet() -> SpotTrainingFleet:
    return SpotTrainingFleet(
        name="sweep", instances=2, instance_types=["g6e.xlarge"], subnet_ids=["subnet-0a1b2c3d"], vpc_id="vpc-0a1b2c3d"
    )


def stack_of(library: Any) -> tuple[Any, Any]:
    # Without a provider, which is not what is tried here.
    app = library.App(outdir="out", skip_validation=True)
    return app, library.TerraformStack(app, "main")


def goes_to_its_own(name: str) -> None:
    library = import_module(name)
    app, stack = stack_of(library)
    mounted = mount(stack, fleet())
    group = mounted["aws_autoscaling_group.sweep_group"]
    assert isinstance(group, library.TerraformResource), type(group).__mro__
    library.TerraformOutput(stack, "group", value=mounted.outputs.group_name)
    app.synth()
    written = json.loads(Path("out/stacks/main/cdk.tf.json").read_text())
    assert set(written["resource"]["aws_autoscaling_group"]) == {"sweep_group"}


def is_refused_when_mixed() -> None:
    _, stack = stack_of(import_module("cdktf"))
    inner = import_module("cdktn").TerraformStack(stack, "inner")
    try:
        mount(inner, fleet())
    except SynthError as error:
        reason = str(error)
    assert "mixes cdktf and cdktn constructs" in reason


if __name__ == "__main__":
    case, os.environ["JSII_NODE"] = sys.argv[1:]
    is_refused_when_mixed() if case == "mixed" else goes_to_its_own(case)
    print(f"{case}: as it should be")
