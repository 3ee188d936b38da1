"""Where the terraform binary and the AWS provider are on this machine.

The provider is looked for in a filesystem mirror, laid out as
`<mirror>/registry.terraform.io/hashicorp/aws/<version>/<os_arch>/terraform-provider-aws*`.
`AICOST_TERRAFORM_MIRROR` names the mirror; without it, the usual folders for shared plugins are searched.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIRROR_VARIABLE = "AICOST_TERRAFORM_MIRROR"
LIKELY_ROOTS = (
    "~/.terraform.d",
    "~/.local/share/terraform",
    "/usr/local/share/terraform",
    "/usr/share",
    "/usr/local/lib",
    "/opt",
)
PROVIDER = "registry.terraform.io/hashicorp/aws"
DEPTHS = ("", "*/", "*/*/")


class ToolchainMissing(Exception):
    """The terraform binary or the AWS provider is not on this machine; the message says which and what to set."""


@dataclass(frozen=True)
class Toolchain:
    """A terraform binary, the mirror it installs from, and the AWS provider's binary in that mirror."""

    terraform: Path
    mirror: Path
    provider: Path


def find_toolchain() -> Toolchain:
    """The newest AWS provider of the mirror, and the terraform on PATH; raises `ToolchainMissing`."""
    terraform = shutil.which("terraform")
    if terraform is None:
        raise ToolchainMissing("no `terraform` on PATH")
    platform = _platform(terraform)
    providers = [found for mirror in _mirrors() for found in _providers(mirror, platform)]
    if not providers:
        raise ToolchainMissing(
            f"no terraform-provider-aws for {platform} in a filesystem mirror; set {MIRROR_VARIABLE} to the folder "
            f"that holds {PROVIDER}/<version>/{platform}/"
        )
    _version, provider = max(providers)
    return Toolchain(Path(terraform), _mirror_of(provider), provider)


def _platform(terraform: str) -> str:
    answer = subprocess.run([terraform, "version", "-json"], capture_output=True, text=True, check=True)
    return str(json.loads(answer.stdout)["platform"])


def _mirrors() -> Iterator[Path]:
    named = os.environ.get(MIRROR_VARIABLE)
    if named:
        yield Path(named).expanduser().resolve()
        return
    for root in LIKELY_ROOTS:
        for depth in DEPTHS:
            yield from (path.parents[2] for path in Path(root).expanduser().glob(depth + PROVIDER))


def _providers(mirror: Path, platform: str) -> Iterator[tuple[tuple[int, ...], Path]]:
    for binary in mirror.glob(f"{PROVIDER}/*/{platform}/terraform-provider-aws*"):
        if os.access(binary, os.X_OK):
            yield _version_key(binary.parents[1].name), binary


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split("."))


def _mirror_of(provider: Path) -> Path:
    return provider.parents[5]
