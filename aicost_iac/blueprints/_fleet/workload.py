"""What runs on an instance: scripts and units, packed into one user data script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aicost_iac.templating import render_template

# Raw user data, before it is encoded. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
MAX_USER_DATA = 16_384


@dataclass(frozen=True, slots=True)
class File:
    """One file on the instance."""

    path: str
    content: str
    mode: str = "0755"


@dataclass(frozen=True, slots=True)
class Workload:
    """A command, its environment and where its source lies."""

    origin: str
    command: Sequence[str]
    environment: Mapping[str, str]
    source: str | None
    attempts: int

    def files(self) -> list[File]:
        archive = bool(self.source) and str(self.source).endswith((".tar.gz", ".tgz"))
        return [
            _file("/opt/aicost/metadata", "metadata.sh", "0644"),
            _file("/opt/aicost/fetch", "fetch.sh", source=self.source, archive=archive),
            _file("/opt/aicost/workload", "workload.sh", command=self.command, environment=self.environment),
            _file("/opt/aicost/leave", "leave.sh"),
            _file(
                "/etc/systemd/system/aicost-workload.service",
                "workload.service",
                "0644",
                description=self.origin,
                attempts=self.attempts,
            ),
            _file("/etc/systemd/system/aicost-leave.service", "leave.service", "0644"),
        ]


def user_data(workload: Workload) -> str:
    """The script cloud-init runs once, at first boot."""
    return render_template(
        "fleet/user_data.sh.j2",
        origin=workload.origin,
        files=workload.files(),
        units=["aicost-workload.service"],
    )


def _file(path: str, template: str, mode: str = "0755", **values: object) -> File:
    return File(path, render_template(f"fleet/{template}.j2", **values), mode)
