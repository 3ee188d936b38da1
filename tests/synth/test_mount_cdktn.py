"""Every habit that a mounted blueprint keeps in cdktf, it keeps in cdktn: the same tests, with the import changed."""

import os
import re
import subprocess

from tests.environments import REPOSITORY, find_node, python_environment, with_path
from tests.synth.test_parity import CDKTN

ARGUMENTS = ["--noconftest", "--assert=plain", "-q", "-p", "no:cacheprovider", "tests/synth/test_mount.py"]
PROGRAM = f"import sys, cdktn, pytest; sys.modules['cdktf'] = cdktn; sys.exit(pytest.main({ARGUMENTS}))"


def test_the_same_habits() -> None:
    python = python_environment("cdktn-tests", [*CDKTN, "pytest>=9,<10"])
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": with_path(find_node().folder)}
    done = subprocess.run(
        [python, "-c", PROGRAM], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d\d passed", done.stdout), done.stdout
