"""Which image trains: yours, or AWS's for a framework."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from aicost_iac.catalog.ml_types import Framework as Listed
from aicost_iac.catalog.ml_types import MlType, framework
from aicost_iac.catalog.tables import rows
from aicost_iac.errors import Problem
from aicost_iac.fields import Model, matching


class Framework(Model):
    """One of AWS's Deep Learning Containers: https://aws.github.io/deep-learning-containers/reference/available_images/"""

    name: Literal["pytorch", "tensorflow"]
    version: Annotated[str, matching(r"\d+\.\d+(\.\d+)?", "a version such as '2.6' or '2.6.0'")]
    """`2.6` is the newest 2.6."""

    def problems(self) -> Iterator[Problem]:
        versions = [row["version"] for row in rows("sagemaker", "frameworks") if row["framework"] == self.name]
        if not any(f"{version}.".startswith(f"{self.version}.") for version in versions):
            reason = f"is no version of AWS's {self.name} training image"
            yield Problem("version", reason, self.version, _newest(versions))

    @property
    def listed(self) -> Listed:
        """The catalog's row."""
        return framework(self.name, self.version)

    def image(self, region: str, kind: MlType) -> str:
        """The image for a type. Raises `UnknownName` for a region without AWS's images."""
        machine = kind.machine
        return self.listed.image(region, "cpu" if machine is None else "gpu")


def _newest(versions: list[str]) -> str:
    newest = sorted(versions, key=lambda version: [int(part) for part in version.split(".")])[-5:]
    return f"the newest are {', '.join(newest)}"
