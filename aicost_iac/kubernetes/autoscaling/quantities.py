"""Kubernetes quantities: `70`, `0.5`, `500m`, `2Gi`.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?")
_DECIMAL = {"n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(1000)} | {
    suffix: Decimal(1000) ** power for power, suffix in enumerate("MGTPE", start=2)
}
_BINARY = {f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", start=1)}
_FACTORS = _DECIMAL | _BINARY


def quantity(written: object) -> float | None:
    """The number a quantity stands for; None for what is none."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    found = _QUANTITY.fullmatch(str(written).strip())
    if found is None:
        return None
    value = Decimal(found[1] + (found[2] or "")) * _FACTORS.get(found[3] or "", Decimal(1))
    return float(value)


def milli(value: float) -> int:
    """As the metrics API carries it: thousandths, the rest cut off."""
    return math.trunc(value * 1000)
