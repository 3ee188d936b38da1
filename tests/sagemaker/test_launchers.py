"""Launchers: each runs with the generation of the SDK that it pins, and sends the request that the plan holds."""

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aicost_iac import Channel, ManagedSpotTraining, Ref
from aicost_iac.blueprints._sagemaker.launchers import PINS
from tests.environments import python_environment
from tests.sagemaker.described import IMAGE, planned, request_in, training
from tests.sagemaker.test_training import EVERYTHING

HERE = Path(__file__).parent
JOBS = {
    "small": training(),
    "everything": EVERYTHING,
    "on-demand": training(market="on-demand", warm_pool_seconds=600, framework=None, image=IMAGE),
    "references": training(
        channels={"train": Channel(s3_uri=Ref("aws_ssm_parameter.data", "value"))},
        output_kms_key=Ref("aws_kms_key.models", "arn"),
    ),
}


def launcher(item: ManagedSpotTraining, version: str) -> str:
    [text] = [file.text for file in planned(item).files if file.path.endswith(f"launch_{version}.py")]
    return text


@pytest.mark.parametrize("version", PINS)
@pytest.mark.parametrize("name", JOBS)
def test_a_launcher_is_python_and_pins_its_sdk(name: str, version: str) -> None:
    text = launcher(JOBS[name], version)
    ast.parse(text)
    assert f'# dependencies = ["{PINS[version]}"]' in text
    assert max(map(len, text.splitlines())) <= 200


@pytest.mark.parametrize("version", PINS)
def test_what_is_not_known_yet_is_read_from_the_planned_request(version: str) -> None:
    text = launcher(JOBS["references"], version)
    assert 'planned["OutputDataConfig"]["KmsKeyId"]' in text
    assert 'planned["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]' in text
    assert "${" not in text


@pytest.mark.parametrize("version", PINS)
def test_hostile_text_stays_text(version: str) -> None:
    hostile = {'a"b': "'; import os\\", "c": 'x")\nprint("y', "d": "{{ 7 * 7 }} ${e} %{f}"}
    tree = ast.parse(launcher(training(hyperparameters=hostile), version))
    literals = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(hostile) | set(hostile.values()) <= literals


def sent(text: str, request: dict[str, Any], python: Path, folder: Path) -> dict[str, Any]:
    """What the launcher sends, run by the SDK of an environment."""
    (folder / "launch.py").write_text(text)
    (folder / "request.json").write_text(json.dumps(request))
    command: list[str | Path] = [python, HERE / "launched.py", folder / "launch.py", folder / "request.json", "a1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("version", PINS)
@pytest.mark.parametrize("name", JOBS)
def test_a_launcher_sends_the_request_of_the_plan(name: str, version: str, tmp_path: Path) -> None:
    python = python_environment(f"sagemaker-{version}", [PINS[version]])
    item = JOBS[name].model_copy(update={"run": "a1"})
    request = request_in(planned(item))
    made = sent(launcher(item, version), request, python, tmp_path)
    # The third generation adds the time of day to a name.
    assert re.fullmatch(rf"{request['TrainingJobName']}(-\d+)?", made["TrainingJobName"])
    assert without_name(made) == without_name(request)


def without_name(request: dict[str, Any]) -> dict[str, Any]:
    """A request in an order of its own, without what says nothing: the SDKs also write what is the default.

    The second generation starts a profiler unless it says that it does not.
    """
    kept = {key: value for key, value in request.items() if key != "TrainingJobName"}
    kept["Tags"] = sorted(kept["Tags"], key=lambda tag: str(tag["Key"]))
    kept["OutputDataConfig"] = {"CompressionType": "GZIP", **kept["OutputDataConfig"]}
    defaults: dict[str, Any] = {
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
        "EnableNetworkIsolation": False,
        "Environment": {},
        "HyperParameters": {},
        "ProfilerConfig": {"DisableProfiler": True},
    }
    return {key: value for key, value in kept.items() if key not in defaults or value != defaults[key]}
