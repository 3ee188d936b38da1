"""What `terraform plan` decided."""

from dataclasses import dataclass
from typing import Any

NO_CHANGES, CHANGES = 0, 2


@dataclass(frozen=True)
class Plan:
    """A saved plan: its exit code (0 nothing to do, 2 changes), its text, and `terraform show -json` of it."""

    exit_code: int
    text: str
    document: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Nothing to add, change, destroy or output."""
        return self.exit_code == NO_CHANGES

    @property
    def actions(self) -> dict[str, list[str]]:
        """Address of every resource that would change -> its actions, such as `["delete", "create"]`."""
        actions = {address: change["actions"] for address, change in self._changes().items()}
        return {address: wanted for address, wanted in actions.items() if wanted not in (["no-op"], ["read"])}

    def planned(self, address: str) -> dict[str, Any]:
        """The values that one resource will have, as far as they are known."""
        changes = self._changes()
        assert address in changes, f"{address} is not in the plan; it has {', '.join(sorted(changes))}"
        values: dict[str, Any] = changes[address]["after"]
        return values

    def _changes(self) -> dict[str, dict[str, Any]]:
        return {resource["address"]: resource["change"] for resource in self.document.get("resource_changes", [])}
