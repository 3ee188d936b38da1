"""Elastic Fabric Adapter: how many interfaces an EC2 type takes, and on which network cards.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html
"""

from __future__ import annotations

from dataclasses import dataclass

from aicost_iac.catalog.instance_types import instance
from aicost_iac.catalog.tables import index


@dataclass(frozen=True, slots=True)
class Efa:
    """The EFA layout of a type: one interface per network card, the primary interface on card 0."""

    instance_type: str
    efa_interfaces: int
    network_cards: int
    source: tuple[str, ...]
    date: str

    @property
    def first_card(self) -> int:
        """The lowest network card index that takes an EFA; 1 where card 0 is for ordinary traffic only."""
        return self.network_cards - self.efa_interfaces


def efa(instance_type: str) -> Efa | None:
    """The EFA layout of an EC2 type, None where the type has no EFA. Raises `UnknownName`."""
    instance(instance_type)
    row = index("efa", "efa", "instance_type").get((instance_type,))
    return None if row is None else Efa(**{**row, "source": tuple(row["source"])})


def efa_interfaces(instance_type: str) -> int:
    """The most EFA interfaces an EC2 type takes, 0 for one that has none. Raises `UnknownName`."""
    layout = efa(instance_type)
    return 0 if layout is None else layout.efa_interfaces
