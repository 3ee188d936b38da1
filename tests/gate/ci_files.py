"""What the CI files of this repository say: their shell steps, and the schemas they are to be valid against."""

import json
import zipfile
from functools import cache
from typing import Any

import yaml

from tests.environments import REPOSITORY, newest_wheel


def loaded(name: str) -> Any:
    return yaml.safe_load((REPOSITORY / name).read_text(encoding="utf-8"))


def action_steps() -> dict[str, str]:
    """The shell steps of the GitHub action, by id."""
    return {step["id"]: step["run"] for step in loaded("action.yml")["runs"]["steps"] if "run" in step}


def gitlab_job() -> dict[str, Any]:
    job: dict[str, Any] = loaded("ci/gitlab.yml")["aicost"]
    return job


@cache
def schema(name: str) -> dict[str, Any]:
    """One of the schemas that check-jsonschema carries; skips the test where it can not be had."""
    with zipfile.ZipFile(newest_wheel("check-jsonschema")) as wheel:
        found: dict[str, Any] = json.loads(wheel.read(f"check_jsonschema/builtin_schemas/vendor/{name}.json"))
    return found
