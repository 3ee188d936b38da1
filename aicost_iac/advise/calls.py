"""Calls to AWS: credentials by boto3's usual chain, pages followed, failures in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aicost_iac.errors import AicostError

# botocore retries throttled calls itself, waiting longer each time.
# https://docs.aws.amazon.com/boto3/latest/guide/retries.html
_RETRIES = {"mode": "adaptive", "max_attempts": 8}
_THROTTLED = frozenset({"LimitExceededException", "RequestLimitExceeded", "ThrottlingException", "TooManyRequests"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_STALE = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})
# The names under which answers carry the next page.
_TOKENS = ("NextPageToken", "NextToken", "nextToken")


class AdviceError(AicostError):
    """The account can not be read, or has nothing to advise on."""


class CallFailed(AdviceError):
    """One call was refused. `code` is AWS's."""

    def __init__(self, call: str, code: str, message: str) -> None:
        self.call, self.code = call, code
        super().__init__(f"{call}: {message}")


class Account:
    """Clients of one account, made when they are first used. `clients` are those that are there already."""

    def __init__(self, profile: str | None = None, clients: Mapping[str, Any] | None = None) -> None:
        self._profile = profile
        self._clients = dict(clients or {})

    def client(self, service: str) -> Any:
        """The boto3 client of a service."""
        if service not in self._clients:
            self._clients[service] = self._made(service)
        return self._clients[service]

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """One call, by boto3's name of the operation."""
        import botocore.exceptions as refused

        client = self.client(service)
        try:
            answer: dict[str, Any] = getattr(client, operation)(**arguments)
        except refused.ClientError as error:
            details = error.response.get("Error", {})
            code, text = details.get("Code", ""), details.get("Message", "")
            action = f"{service}:{client.meta.method_to_api_mapping[operation]}"
            raise CallFailed(action, code, _sentence(action, code, text)) from None
        except refused.BotoCoreError as error:
            raise AdviceError(f"{service}: {error}; credentials come from boto3's usual chain") from None
        return answer

    def pages(self, service: str, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Every page of a call: Cost Explorer has no paginators in botocore."""
        token: Mapping[str, str] = {}
        while True:
            answer = self.call(service, operation, **arguments, **token)
            yield answer
            token = {name: answer[name] for name in _TOKENS if answer.get(name)}
            if not token:
                return

    def _made(self, service: str) -> Any:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError
        except ModuleNotFoundError as error:
            raise AdviceError("boto3 is not installed: pip install 'aicost-iac[aws]'") from error
        try:
            session = boto3.Session(profile_name=self._profile)
            # Cost Explorer and Savings Plans have one endpoint, in us-east-1.
            region = session.region_name or "us-east-1"
            return session.client(service, region_name=region, config=Config(retries=_RETRIES))
        except BotoCoreError as error:
            raise AdviceError(f"no client for {service}: {error}") from None


def _sentence(action: str, code: str, text: str) -> str:
    if code in _DENIED:
        return f"not allowed: add {action} to the role; `aicost advise --iam-policy` prints all it needs"
    if code in _THROTTLED:
        return "throttled, also after waiting; try again in a few minutes (Cost Explorer allows few calls a second)"
    if code in _STALE:
        return f"the credentials are not valid any more ({code}): sign in again"
    if code == "DataUnavailableException":
        return "there is no data yet: Cost Explorer needs up to 24 hours after it is enabled, then fills in the past"
    return f"{text or code} ({code})"
