"""What happens on an instance: run for real, with a metadata server and stand-ins for aws and systemctl."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aicost_iac import Checkpoints, IdleGuard, OnDemandFallback
from tests.blueprints.fleets import fleet
from tests.blueprints.instance import Instance
from tests.blueprints.metadata_server import MetadataServer
from tests.environments import find_program

WHOLE: dict[str, Any] = {
    "command": ["python3", "train.py"],
    "checkpoints": Checkpoints(run="r1"),
    "on_demand_fallback": OnDemandFallback(),
    "idle_guard": IdleGuard(minutes=60),
    "deadline_hours": 12,
}
SYNC = "aws s3 sync --only-show-errors {} s3://the-bucket/sweep/r1/"


@pytest.fixture
def metadata() -> Iterator[MetadataServer]:
    with MetadataServer() as server:
        yield server


@pytest.fixture
def instance(tmp_path: Path, metadata: MetadataServer) -> Instance:
    return Instance(tmp_path, fleet(**WHOLE), metadata.url)


def drained(instance: Instance, metadata: MetadataServer, notice: dict[str, str], **environment: str) -> list[str]:
    """The journal of an instance at work that gets a notice."""
    work = instance.start("work")
    watch = instance.start("watch", GROUP="sweep", **environment)
    instance.wait_for("work.pid")
    metadata.values.update(notice)
    said, _ = watch.communicate(timeout=100)
    work.communicate(timeout=10)
    assert watch.returncode == 0, said
    return instance.lines()


NOTICES = [
    {"spot/instance-action": '{"action": "terminate", "time": "2026-11-24T08:22:00Z"}'},
    {"autoscaling/target-lifecycle-state": "Terminated"},
]


@pytest.mark.parametrize("notice", NOTICES, ids=["spot-notice", "scale-in"])
def test_a_notice_stops_the_work_then_saves_then_completes_the_hook(
    instance: Instance, metadata: MetadataServer, notice: dict[str, str]
) -> None:
    lines = drained(instance, metadata, notice)
    complete = next(line for line in lines if "complete-lifecycle-action" in line)
    order = [
        lines.index("systemctl stop aicost-workload.service"),
        lines.index("work got SIGTERM"),
        lines.index(SYNC.format(instance.folder / "checkpoints")),
        lines.index(complete),
    ]
    assert order == sorted(order)
    assert "--lifecycle-hook-name sweep-drain --auto-scaling-group-name sweep" in complete
    assert "--instance-id i-0123456789abcdef0" in complete


def test_a_failing_s3_does_not_keep_the_hook_waiting(instance: Instance, metadata: MetadataServer) -> None:
    lines = drained(instance, metadata, NOTICES[0], S3_STATUS="1")
    assert any("complete-lifecycle-action" in line for line in lines)


def test_a_slow_s3_is_cut_off_well_within_two_minutes(instance: Instance, metadata: MetadataServer) -> None:
    started = time.monotonic()
    lines = drained(instance, metadata, NOTICES[0], S3_SECONDS="300")
    assert any("complete-lifecycle-action" in line for line in lines)
    assert time.monotonic() - started < 120


@pytest.mark.heavy
def test_neither_stubborn_work_nor_a_hanging_s3_takes_the_time_of_the_hook(
    instance: Instance, metadata: MetadataServer
) -> None:
    work = instance.start("work", STUBBORN="1")
    watch = instance.start("watch", GROUP="sweep", S3_SECONDS="300")
    instance.wait_for("work.pid")
    started = time.monotonic()
    metadata.values.update(NOTICES[0])
    said, _ = watch.communicate(timeout=120)
    assert watch.returncode == 0, said
    assert time.monotonic() - started < 110
    assert "work got SIGTERM" in instance.lines()
    assert "the work did not stop in time" in said
    assert "checkpoint not saved" in said
    assert "complete-lifecycle-action" in instance.lines()[-1]
    work.kill()
    work.communicate(timeout=10)


def test_the_budget_of_a_drain_fits_the_notice() -> None:
    from aicost_iac.blueprints._fleet.workload import SAVE_SECONDS, STOP_SECONDS

    poll, slack, kill, look, hook = 5, 5, 5, 10, 15
    assert poll + STOP_SECONDS + slack + SAVE_SECONDS + kill + look + hook <= 120


def test_a_rebalance_recommendation_saves_early_and_the_work_goes_on(
    instance: Instance, metadata: MetadataServer
) -> None:
    work, watch = instance.start("work"), instance.start("watch")
    instance.wait_for("work.pid")
    metadata.values["events/recommendations/rebalance"] = '{"noticeTime": "2026-11-24T08:22:00Z"}'
    deadline = time.monotonic() + 10
    while not instance.lines() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    assert instance.lines() == [SYNC.format(instance.folder / "checkpoints")]
    assert work.poll() is None
    for process in (watch, work):
        process.terminate()
        process.communicate(timeout=10)


def test_finished_work_leaves_the_group_for_good(instance: Instance) -> None:
    instance.run("leave", GROUP="sweep")
    assert instance.lines()[-1] == (
        "aws autoscaling terminate-instance-in-auto-scaling-group --should-decrement-desired-capacity "
        "--instance-id i-0123456789abcdef0"
    )
    assert not any("set-desired-capacity" in line for line in instance.lines())


@pytest.mark.parametrize(("capacity", "lowered"), [("4 2", "3"), ("4 4", None), ("1 0", "0")])
def test_finished_fallback_work_is_not_bought_again(instance: Instance, capacity: str, lowered: str | None) -> None:
    instance.run("leave", GROUP="sweep-on-demand", CAPACITY=capacity)
    asked = [line for line in instance.lines() if "set-desired-capacity" in line]
    wanted = f"aws autoscaling set-desired-capacity --auto-scaling-group-name sweep --desired-capacity {lowered}"
    assert asked == ([wanted] if lowered else [])


def test_work_that_was_stopped_does_not_shrink_the_fleet(instance: Instance) -> None:
    (instance.folder / "run").mkdir()
    (instance.folder / "run" / "draining").touch()
    instance.run("leave", GROUP="sweep")
    assert instance.lines() == []


def test_the_deadline_sets_both_groups_to_zero(instance: Instance) -> None:
    instance.run("deadline")
    assert instance.lines() == [
        f"aws autoscaling set-desired-capacity --auto-scaling-group-name {name} --desired-capacity 0"
        for name in ("sweep", "sweep-on-demand")
    ]


def test_the_units_are_what_systemd_takes(instance: Instance, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: units are not verified")
    units = tmp_path / "units"
    units.mkdir()
    for path in instance.home.glob("aicost-*.*"):
        # Programs of the units exist on the instance only.
        (units / path.name).write_text(path.read_text().replace("/opt/aicost/", f"{instance.home}/"))
    assert len(list(units.iterdir())) == 7
    checked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units.iterdir())], capture_output=True, text=True, check=False
    )
    said = [line for line in checked.stderr.splitlines() if "aicost-" in line]
    assert (checked.returncode, said) == (0, [])


def test_scripts_pass_shellcheck(instance: Instance) -> None:
    scripts = [path for path in instance.home.iterdir() if path.read_text().startswith("#!/bin/bash")]
    assert len(scripts) == 7
    checked = subprocess.run(
        [find_program("shellcheck"), *map(str, scripts)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
