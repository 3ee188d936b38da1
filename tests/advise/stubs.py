"""botocore's Stubber, with what it does not check: that every enumerated value sent is one AWS has."""

from typing import Any

import boto3
from botocore.stub import Stubber

from aicost_iac.advise.calls import Account

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}


def stubbed(service: str) -> tuple[Any, Stubber]:
    """A client whose enumerated arguments are checked, and its stubber."""
    client = boto3.client(service, **KEYS)
    client.meta.events.register(f"provide-client-params.{client.meta.service_model.service_id.hyphenize()}.*", checked)
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber


def checked(params: dict[str, Any], model: Any, **_: Any) -> None:
    assert list(strangers(model.input_shape, params)) == []


def strangers(shape: Any, value: Any) -> Any:
    """Values that the enumeration at their place does not have."""
    if shape is None:
        return
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from strangers(shape.members[name], inner)
    elif shape.type_name == "list":
        for inner in value:
            yield from strangers(shape.member, inner)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{shape.name}: {value!r}"


def account(**clients: Any) -> Account:
    return Account(clients=clients)
