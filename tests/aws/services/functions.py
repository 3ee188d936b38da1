"""Lambda: the dead-letter queue of a function, which moto forgets."""

from typing import Any

from moto.awslambda.models import LambdaFunction

from tests.aws.services.patching import Method, wrap


@wrap(LambdaFunction, "__init__")
def init(original: Method, self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
    """Keeps the configuration."""
    self.dead_letter_config = spec.get("DeadLetterConfig")
    original(self, account_id, spec, *args, **kwargs)


@wrap(LambdaFunction, "get_configuration")
def get_configuration(original: Method, self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Shows it."""
    configuration: dict[str, Any] = original(self, *args, **kwargs)
    return configuration | ({"DeadLetterConfig": self.dead_letter_config} if self.dead_letter_config else {})
