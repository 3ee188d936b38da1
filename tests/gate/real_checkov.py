"""The real Checkov, in an environment of its own: some 300 MB, made once."""

from pathlib import Path

from tests.environments import python_environment

VERSION = "3.3.30"


def checkov() -> Path:
    """The program; skips the test where it can not be had."""
    return python_environment("checkov", [f"checkov=={VERSION}"]).with_name("checkov")
