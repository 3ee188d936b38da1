"""How the service modules change moto's own classes."""

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

# moto decides at run time what an action returns and what its `self` carries: Any is the honest type here.
Method: TypeAlias = Callable[..., Any]


def add_action(response: type) -> Callable[[Method], Method]:
    """Decorates a function that becomes an action of a moto response class, under its own name."""

    def add(action: Method) -> Method:
        setattr(response, action.__name__, action)
        return action

    return add


def wrap(owner: type, name: str) -> Callable[[Method], Method]:
    """Decorates a function that replaces the method `name`; it gets the original as its first argument."""

    def replace(replacement: Method) -> Method:
        original = getattr(owner, name)

        @functools.wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            return replacement(original, *args, **kwargs)

        setattr(owner, name, method)
        return replacement

    return replace


def patch(owner: object, name: str, value: object) -> None:
    """Replaces an attribute of a class or module that mypy holds to be fixed."""
    setattr(owner, name, value)
