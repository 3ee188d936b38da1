"""What runs on an instance: scripts and units, packed into one user data script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aicost_iac.blueprints._fleet.guards import NAMESPACE
from aicost_iac.expr import Text
from aicost_iac.templating import render_template, render_with_references

# Raw user data, before it is encoded. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
MAX_USER_DATA = 16_384
# A spot notice leaves 120 seconds: up to 5 to see it, these, and 15 for the lifecycle hook.
STOP_SECONDS = 45
SAVE_SECONDS = 30

# What of a group is in service, as JMESPath.
_COUNTED = "length(Instances[?LifecycleState=='InService'])"
_WEIGHED = "sum(Instances[?LifecycleState=='InService'].to_number(WeightedCapacity))"


@dataclass(frozen=True, slots=True)
class File:
    """One file on the instance."""

    path: str
    content: str
    mode: str


@dataclass(frozen=True, slots=True)
class Workload:
    """A command, and everything the instance does around it."""

    origin: str
    fleet: str
    groups: Sequence[str]
    """Names of the fleet's groups: spot first, then the fallback."""
    fallback_unit: int
    weighted: bool
    engine: str
    hook: str
    command: Sequence[str]
    environment: Mapping[str, str]
    source: str | None
    checkpoints: Text | None
    """S3 prefix of this run."""
    every_seconds: int
    attempts: int
    deadline_hours: int | None
    gpu_metrics: bool
    coupled: bool

    def user_data(self) -> Text:
        """The script cloud-init runs once, at first boot; empty when there is nothing to run."""
        if not self.command:
            return ""
        return render_with_references(lambda text: self._script(text(self.checkpoints)))

    def _script(self, checkpoints: str | None) -> str:
        files = list(self._files(checkpoints))
        units = [file.path.rpartition("/")[2] for file in files if file.path.startswith("/etc/systemd")]
        started = [unit for unit in units if unit in _STARTED]
        return render_template(
            "fleet/user_data.sh.j2", origin=self.origin, files=files, units=started, agent=self.gpu_metrics
        )

    def _files(self, checkpoints: str | None) -> Iterator[File]:
        archive = bool(self.source) and str(self.source).endswith((".tar.gz", ".tgz"))
        shared: dict[str, Any] = {
            "checkpoints": checkpoints,
            "engine": self.engine,
            "group": self.groups[0],
            "fallback": self.groups[1] if len(self.groups) > 1 else None,
        }
        yield _script_file("metadata", "0644")
        yield _script_file("fetch", source=self.source, archive=archive, checkpoints=checkpoints)
        yield _script_file("workload", command=self.command, environment=self._environment(checkpoints))
        yield _script_file("stopping")
        in_service = _WEIGHED if self.weighted else _COUNTED
        yield _script_file("leave", fallback_unit=self.fallback_unit, in_service=in_service, **shared)
        yield _script_file("watch", stop_seconds=STOP_SECONDS, save_seconds=SAVE_SECONDS, hook=self.hook, **shared)
        yield _unit("workload.service", description=self.origin, attempts=self.attempts, stop_seconds=STOP_SECONDS)
        yield _unit("leave.service")
        yield _unit("watch.service")
        if checkpoints is not None:
            yield _script_file("checkpoint", checkpoints=checkpoints)
            yield _unit("checkpoint.service")
            yield _unit("checkpoint.timer", every_seconds=self.every_seconds)
        if self.deadline_hours is not None:
            yield _script_file("deadline", groups=self.groups)
            yield _unit("deadline.service")
            yield _unit("deadline.timer", hours=self.deadline_hours)
        if self.coupled:
            yield _script_file("peers", groups=self.groups)
        if self.gpu_metrics:
            content = render_template("fleet/cloudwatch_agent.json.j2", namespace=NAMESPACE, fleet=self.fleet)
            yield File("/opt/aicost/cloudwatch_agent.json", content, "0644")

    def _environment(self, checkpoints: str | None) -> dict[str, str]:
        own = {"AICOST_FLEET": self.fleet}
        if checkpoints is not None:
            own["AICOST_CHECKPOINTS"] = "/opt/aicost/checkpoints"
        return {**own, **self.environment}


_STARTED = (
    "aicost-checkpoint.timer",
    "aicost-deadline.timer",
    "aicost-watch.service",
    "aicost-workload.service",
)


def _script_file(name: str, mode: str = "0755", **values: object) -> File:
    return File(f"/opt/aicost/{name}", render_template(f"fleet/{name}.sh.j2", **values), mode)


def _unit(name: str, **values: object) -> File:
    return File(f"/etc/systemd/system/aicost-{name}", render_template(f"fleet/{name}.j2", **values), "0644")
