"""Handlers for JSON-protocol calls: what a service module declares and the server looks up by `X-Amz-Target`."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from moto.core.exceptions import ServiceException

ACCOUNT = "123456789012"

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: its parameters and the region it was signed for."""

    params: Json
    region: str

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter that the caller may leave out."""
        return self.params.get(name, default)


Handler: TypeAlias = Callable[[Call], Json]
HANDLERS: dict[str, Handler] = {}


class Fault(ServiceException):
    """An error that AWS would answer: `Fault(code, message)`; moto's own responses answer it too."""


class Service:
    """A JSON-protocol service: its actions are called `<prefix>.<Action>`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def action(self, name: str) -> Callable[[Handler], Handler]:
        """Decorates the function that answers the action `name`."""

        def register(handler: Handler) -> Handler:
            HANDLERS[f"{self._prefix}.{name}"] = handler
            return handler

        return register


class Table(dict[str, Json]):
    """Records of one kind by identifier, emptied when the server is reset; an unknown identifier is a fault."""

    _all: ClassVar[list["Table"]] = []

    def __init__(self, unknown: str = "ResourceNotFoundException") -> None:
        super().__init__()
        self._unknown = unknown
        Table._all.append(self)

    def __missing__(self, identifier: str) -> Json:
        raise Fault(self._unknown, f"{identifier} does not exist")

    @classmethod
    def empty_all(cls) -> None:
        """Forgets every record of every table."""
        for table in cls._all:
            table.clear()


def new_id() -> str:
    """An identifier as AWS makes them: a UUID."""
    return str(uuid.uuid4())


def new_hex(length: int) -> str:
    """The part of an EC2 identifier behind its prefix."""
    return uuid.uuid4().hex[:length]
