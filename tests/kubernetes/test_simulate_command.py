"""`aicost simulate`, as a user runs it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aicost_iac.cli import main

Aicost = Callable[..., Result]

QUEUE = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: chat
  namespace: serving
  annotations: {}
spec:
  scaleTargetRef: {name: chat}
  minReplicaCount: 0
  maxReplicaCount: 4
  cooldownPeriod: 300
  triggers:
    - type: prometheus
      metadata: {serverAddress: "http://prometheus:9090", query: "sum(queue)", threshold: "5"}
---
apiVersion: v1
kind: Service
metadata: {name: chat}
"""
OTHER = QUEUE.replace("name: chat\n", "name: rank\n", 1)
LOAD = "time,queue\n0,0\n60,20\n1800,0\n7200,0\n"


@pytest.fixture
def aicost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aicost:
    """The command in a folder with `chat.yaml` and `load.csv`."""
    (tmp_path / "chat.yaml").write_text(QUEUE)
    (tmp_path / "both.yaml").write_text(f"{QUEUE}---\n{OTHER}")
    (tmp_path / "broken.yaml").write_text("kind: [ScaledObject\n")
    (tmp_path / "service.yaml").write_text("kind: Service\n")
    (tmp_path / "load.csv").write_text(LOAD)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, load: str = "load.csv") -> Result:
        return CliRunner().invoke(main, ["simulate", *arguments, "--load", load])

    return run


def test_a_price_from_the_catalog(aicost: Aicost) -> None:
    done = aicost("chat.yaml", "--instance-type", "g6e.xlarge", "--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["version"], told["scaled_object"]) == (
        0,
        1,
        "keda.sh/v1alpha1/ScaledObject/serving/chat",
    )
    assert told["changes"] == [
        {"seconds": 0.0, "replicas": 0},
        {"seconds": 63.0, "replicas": 1},
        {"seconds": 76.0, "replicas": 4},
        {"seconds": 2073.0, "replicas": 0},
    ]
    assert (told["replica_hours"], told["gpu_hours"], told["asleep_hours"]) == ("2.22", "2.22", "1.44")
    assert told["usd"] == "4.14"
    assert told["price"]["source"].startswith("g6e.xlarge in us-east-1, list price of 20")


def test_text_says_the_same_to_a_person(aicost: Aicost) -> None:
    done = aicost("chat.yaml", "--usd-hour", "2", "--gpus", "0.5")
    assert "0:01:16 │        4" in done.stdout
    assert "2.22 replica-hours, 1.11 GPU-hours; 1.44 hours at zero; at most 4 of 4" in done.stdout
    assert "$4.45 at $2 an hour for a replica, given with --usd-hour" in done.stdout


def test_an_unknown_price_is_not_zero(aicost: Aicost) -> None:
    assert json.loads(aicost("chat.yaml", "--format", "json").stdout)["usd"] is None
    assert "price unknown: say --instance-type or --usd-hour" in aicost("chat.yaml").stdout


def test_what_the_object_assumes_is_taken(aicost: Aicost, tmp_path: Path) -> None:
    assumed = {"aicost.dev/replica-usd-hour": "3", "aicost.dev/gpus-per-replica": "2", "aicost.dev/pod-ready-s": "300"}
    (tmp_path / "chat.yaml").write_text(QUEUE.replace("annotations: {}", f"annotations: {json.dumps(assumed)}"))
    told = json.loads(aicost("chat.yaml", "--format", "json").stdout)
    assert (told["usd"], told["gpu_hours"]) == ("6.67", "4.45")


def test_csv_is_the_staircase(aicost: Aicost) -> None:
    assert aicost("chat.yaml", "--format", "csv", "--until", "100").stdout == "seconds,replicas\n0,0\n63,1\n76,4\n"


def test_phases_are_options(aicost: Aicost) -> None:
    done = aicost("chat.yaml", "--format", "csv", "--first-poll", "10", "--hpa-created", "2", "--until", "100")
    assert done.stdout.splitlines()[2:] == ["70,1", "77,4"]


@pytest.mark.parametrize(("name", "begins"), [("run.svg", b"<?xml"), ("run.png", b"\x89PNG")])
def test_a_picture(aicost: Aicost, tmp_path: Path, name: str, begins: bytes) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    first = aicost("chat.yaml", "--plot", name, "--usd-hour", "2")
    assert (first.exit_code, first.stderr) == (0, f"written: {name}\n")
    drawn = (tmp_path / name).read_bytes()
    assert drawn.startswith(begins)
    aicost("chat.yaml", "--plot", name, "--usd-hour", "2")
    assert (tmp_path / name).read_bytes() == drawn, "two runs, one picture"


def test_without_matplotlib_it_says_how_to_get_it(aicost: Aicost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    done = aicost("chat.yaml", "--plot", "run.svg")
    assert done.exit_code == 2
    assert "pip install 'aicost-iac[plot]'" in done.stderr


USAGE: list[tuple[Sequence[str], str]] = [
    (["service.yaml"], "service.yaml holds no ScaledObject"),
    (["both.yaml"], "choose one with --name, of chat, rank"),
    (["both.yaml", "--name", "rnak"], "holds no ScaledObject 'rnak'; did you mean 'rank'?"),
    (["broken.yaml"], "broken.yaml:2:1: "),
    (["nowhere.yaml"], "does not exist"),
    (["chat.yaml", "--instance-type", "g6e.xlage"], "did you mean 'g6e.xlarge'"),
    (["chat.yaml", "--instance-type", "g6e.xlarge", "--region", "mars-1"], "no source states an on-demand price"),
    (["chat.yaml", "--usd-hour", "0"], "'0' is no number above 0"),
    (["chat.yaml", "--begin", "soon"], "--begin 'soon' is no ISO 8601 time"),
    (["chat.yaml", "--plot", "run.pdf"], "the name must end in .png or .svg"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=[" ".join(arguments) for arguments, _ in USAGE])
def test_what_can_not_be_done_is_said_in_plain_words(aicost: Aicost, arguments: Sequence[str], message: str) -> None:
    done = aicost(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_spec_that_keda_refuses_is_named_with_its_places(aicost: Aicost, tmp_path: Path) -> None:
    (tmp_path / "chat.yaml").write_text(QUEUE.replace("maxReplicaCount: 4", "maxReplicaCount: none"))
    done = aicost("chat.yaml")
    assert done.exit_code == 2
    assert "maxReplicaCount: is not a whole number of 1 or more (got 'none')" in done.stderr
