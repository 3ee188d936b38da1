"""Which instance types a job or an endpoint may name."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog.ml_types import MlType, Use, ml_type
from aicost_iac.errors import Problem, UnknownName

_USED_FOR = {"training": "training jobs", "hosting": "endpoints", "transform": "batch transform"}


def known_type(name: str) -> MlType | None:
    """The catalog's row of a type, None for a name it does not hold."""
    try:
        return ml_type(name)
    except UnknownName:
        return None


def type_problems(field: str, name: str, use: Use) -> Iterator[Problem]:
    """A type that does not exist, is gone, or is not offered for this use."""
    try:
        kind = ml_type(name)
    except UnknownName as unknown:
        prefix = "" if name.startswith("ml.") else "; SageMaker's names begin with 'ml.'"
        yield Problem(field, f"{unknown}{prefix}")
        return
    if not kind.serves(use):
        yield Problem(field, f"is not offered for {_USED_FOR[use]}", name, _offered(kind))
    machine = kind.machine
    if machine is not None and machine.status != "current":
        yield Problem(field, f"is retired: last seen {machine.date}", name, "choose a current type")


def key_problems(field: str, key: object, type_field: str, name: str) -> Iterator[Problem]:
    """A key for a volume that the type does not have.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
    """
    kind = known_type(name)
    if key is not None and kind is not None and kind.local_storage:
        reason = f"is refused for {type_field} {name}, whose NVMe disks are encrypted by hardware"
        yield Problem(field, reason, key, "leave it out, or choose a type without local disks")


def _offered(kind: MlType) -> str:
    uses = [text for use, text in _USED_FOR.items() if kind.serves(use)]  # type: ignore[arg-type]
    return f"it is for {' and '.join(uses)}"
