"""Runs the real terraform, with the real AWS provider, on a directory that holds a Terraform JSON root.

`Root` writes what it needs beside the root: a CLI configuration that names the provider mirror, an override that sends
every AWS provider configuration to a local server (or to a closed port), and one that keeps state in the directory.
Whatever terraform refuses is raised as an `AssertionError` with terraform's own diagnostics.
"""

import json
from pathlib import Path
from typing import Any

from tests.aws.command import Result, readable, run_terraform
from tests.aws.environment import clean_environment
from tests.aws.overrides import backend_override, provider_aliases, provider_override
from tests.aws.plan import CHANGES, NO_CHANGES, Plan
from tests.aws.provider_process import ProviderProcess
from tests.aws.toolchain import Toolchain

PARALLELISM = "-parallelism=30"
PLAN_FILE = "saved.tfplan"
CLI_CONFIG = 'provider_installation {{\n  filesystem_mirror {{\n    path = "{}"\n  }}\n}}\n'


class Terraform:
    """A toolchain, and one AWS provider process that its roots share as long as each has a single configuration."""

    def __init__(self, toolchain: Toolchain) -> None:
        self._toolchain = toolchain
        self._provider = ProviderProcess(toolchain.provider)

    def root(self, directory: Path, endpoint: str | None = None) -> "Root":
        """The root in `directory`; without `endpoint` it can only be planned, and calls nothing."""
        return Root(directory, self._toolchain, endpoint, self._provider)

    def close(self) -> None:
        """Ends the provider."""
        self._provider.close()


class Root:
    """A Terraform JSON root in `directory`, which becomes the working directory: give a copy of what must stay."""

    def __init__(
        self,
        directory: Path,
        toolchain: Toolchain,
        endpoint: str | None = None,
        provider: ProviderProcess | None = None,
    ) -> None:
        self.directory = directory.absolute()
        self._toolchain = toolchain
        self._endpoint = endpoint
        self._provider = provider

    def init(self) -> None:
        """Writes the overrides, and installs the provider from the mirror."""
        self._cli_config.write_text(CLI_CONFIG.format(self._toolchain.mirror.as_posix()))
        self._write("providers_override.tf.json", provider_override(self.directory, self._endpoint))
        self._write("backend_override.tf.json", backend_override())
        self._run("init", "-no-color")

    def validate(self) -> list[str]:
        """Checks the configuration against the provider's schemas; returns the warnings."""
        result = self._call("validate", "-json")
        diagnostics = json.loads(result.stdout)["diagnostics"]
        errors = [readable(found) for found in diagnostics if found["severity"] == "error"]
        assert not errors, f"{result.command} in {self.directory}:\n" + "\n".join(errors)
        return [readable(found) for found in diagnostics]

    def plan(self) -> Plan:
        """Compares the root with its state and the server, and shows the difference."""
        result = self._plan()
        document = json.loads(self._run("show", "-json", PLAN_FILE).stdout)
        return Plan(result.exit_code, result.stdout, document)

    def plan_is_empty(self) -> bool:
        """Whether a plan now would change nothing."""
        return self._plan().exit_code == NO_CHANGES

    def assert_plan_is_empty(self) -> None:
        """Raises, with the differences as terraform prints them, when a plan now would change something."""
        result = self._plan()
        assert result.exit_code == NO_CHANGES, f"the plan of {self.directory} is not empty:\n{result.stdout}"

    def apply(self) -> None:
        """Creates or changes everything, without asking."""
        self._run("apply", "-no-color", "-auto-approve", PARALLELISM)

    def destroy(self) -> None:
        """Deletes everything, without asking."""
        self._run("destroy", "-no-color", "-auto-approve", PARALLELISM)

    def outputs(self) -> dict[str, Any]:
        """Name -> value of every output, after `apply`."""
        outputs = json.loads(self._run("output", "-json").stdout)
        return {name: output["value"] for name, output in outputs.items()}

    def state(self) -> dict[str, Any]:
        """The state as `terraform show -json` writes it."""
        state: dict[str, Any] = json.loads(self._run("show", "-json").stdout)
        return state

    @property
    def _cli_config(self) -> Path:
        return self.directory / "mirror.tfrc"

    def _write(self, name: str, document: dict[str, Any]) -> None:
        (self.directory / name).write_text(json.dumps(document, indent=2))

    def _plan(self) -> Result:
        return self._run(
            "plan", "-no-color", "-detailed-exitcode", f"-out={PLAN_FILE}", PARALLELISM, expected=(NO_CHANGES, CHANGES)
        )

    def _run(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> Result:
        result = self._call(*arguments)
        if result.exit_code not in expected:
            last_words = self._provider.last_words() if self._provider else ""
            raise AssertionError(f"{result.command} in {self.directory}:\n{result.diagnostics}\n{last_words}")
        return result

    def _call(self, *arguments: str) -> Result:
        return run_terraform(self._toolchain.terraform, list(arguments), self.directory, self._environment())

    def _environment(self) -> dict[str, str]:
        settings = {"TF_CLI_CONFIG_FILE": str(self._cli_config)}
        if self._provider and provider_aliases(self.directory) == [None]:
            settings["TF_REATTACH_PROVIDERS"] = self._provider.reattach(self.directory)
        return clean_environment(**settings)
