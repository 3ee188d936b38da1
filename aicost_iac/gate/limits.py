"""How much the gate reads of what: a hostile file costs a message, not the memory of the machine."""

from __future__ import annotations

# The largest plan of a state with thousands of resources is some tens of megabytes.
MAX_BYTES = 64 * 2**20
# Values in one YAML document after its aliases are unfolded. etcd refuses an object above 1.5 MiB.
MAX_VALUES = 500_000
# Kubernetes refuses JSON and YAML nested deeper than 10,000; nobody writes a hundred.
MAX_DEPTH = 100
MAX_FILES = 100_000


def megabytes(count: int) -> str:
    """A number of bytes as a person reads it."""
    return f"{count / 2**20:.0f} MiB"
