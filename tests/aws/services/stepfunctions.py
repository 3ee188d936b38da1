"""Step Functions: what the provider asks around a state machine; moto has the state machines."""

from tests.aws.services.actions import Call, Json, Service

service = Service("AWSStepFunctions")


@service.action("ValidateStateMachineDefinition")
def validate_definition(call: Call) -> Json:
    """Finds every definition fine: the provider asks during plan. moto itself refuses some at creation."""
    return {"result": "OK", "diagnostics": [], "truncated": False}


@service.action("ListStateMachineVersions")
def list_versions(call: Call) -> Json:
    """No published versions."""
    return {"stateMachineVersions": []}
