"""What an import costs: neither the package nor a whole plan loads cdktf, AWS's library or what few commands need."""

import json
import os
import subprocess
import sys

import pytest

from tests.environments import REPOSITORY

HEAVY = frozenset({"boto3", "botocore", "cdktf", "cdktn", "checkov", "constructs", "hcl2", "jsii", "rich"})
PROGRAM = "import json, sys\n{}\nprint(json.dumps(sorted(sys.modules)))"


def loaded(statements: str) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statements)], env=environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "statements",
    [
        "import aicost_iac",
        "from aicost_iac import *",
        "import aicost_iac.cli",
        "import aicost_iac.doctor",
        "from stacks import app; from aicost_iac import output; output.files(app.stacks)",
        "import aicost_iac.synth",
    ],
)
def test_what_only_some_need_is_not_loaded(statements: str) -> None:
    assert {module.partition(".")[0] for module in loaded(statements)}.isdisjoint(HEAVY)


def test_the_door_opens_without_loading_the_house() -> None:
    assert {module for module in loaded("import aicost_iac") if module.startswith("aicost_iac.")} == set()
    assert "pydantic" not in loaded("import aicost_iac")


def test_the_command_line_answers_before_pydantic_is_loaded() -> None:
    assert "pydantic" not in loaded("import aicost_iac.cli")
