"""EC2 placement groups and capacity reservations, which moto does not have."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from tests.aws.services.actions import ACCOUNT, Json, Table, new_hex
from tests.aws.services.patching import add_action

placement_groups = Table()
capacity_reservations = Table()
RESERVATION_DEFAULTS = {
    "Tenancy": "default",
    "EndDateType": "unlimited",
    "InstanceMatchCriteria": "open",
    "EbsOptimized": False,
    "EphemeralStorage": False,
}


@add_action(EC2Response)
def create_placement_group(self: Any) -> ActionResult:
    """Available at once."""
    params = self._get_params()
    name, group_id = params["GroupName"], f"pg-{new_hex(17)}"
    placement_groups[name] = {
        "GroupId": group_id,
        "GroupName": name,
        "GroupArn": f"arn:aws:ec2:{self.region}:{ACCOUNT}:placement-group/{name}",
        "State": "available",
        "Strategy": params.get("Strategy", "cluster"),
        "PartitionCount": params.get("PartitionCount", 0),
        "SpreadLevel": params.get("SpreadLevel"),
        "Tags": _tags(params),
    }
    return ActionResult({"PlacementGroup": placement_groups[name]})


@add_action(EC2Response)
def describe_placement_groups(self: Any) -> ActionResult:
    """The named groups; a name that is not there is an error."""
    names = self._get_param("GroupNames", []) or list(placement_groups)
    for name in names:
        if name not in placement_groups:
            raise EC2ClientError("InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown.")
    return ActionResult({"PlacementGroups": [placement_groups[name] for name in names]})


@add_action(EC2Response)
def delete_placement_group(self: Any) -> ActionResult:
    """Gone at once."""
    placement_groups.pop(self._get_param("GroupName"), None)
    return ActionResult({})


@add_action(EC2Response)
def create_capacity_reservation(self: Any) -> ActionResult:
    """Active at once, whatever the type."""
    params = self._get_params()
    identifier, count = f"cr-{new_hex(17)}", int(params["InstanceCount"])
    capacity_reservations[identifier] = RESERVATION_DEFAULTS | {
        **{name: value for name, value in params.items() if name not in {"Action", "Version", "TagSpecifications"}},
        "CapacityReservationId": identifier,
        "CapacityReservationArn": f"arn:aws:ec2:{self.region}:{ACCOUNT}:capacity-reservation/{identifier}",
        "OwnerId": ACCOUNT,
        "TotalInstanceCount": count,
        "AvailableInstanceCount": count,
        "State": "active",
        "Tags": _tags(params),
    }
    return ActionResult({"CapacityReservation": capacity_reservations[identifier]})


@add_action(EC2Response)
def describe_capacity_reservations(self: Any) -> ActionResult:
    """The asked reservations, or all."""
    asked = self._get_param("CapacityReservationIds", []) or list(capacity_reservations)
    return ActionResult({"CapacityReservations": [capacity_reservations[identifier] for identifier in asked]})


@add_action(EC2Response)
def cancel_capacity_reservation(self: Any) -> ActionResult:
    """Cancelled at once."""
    capacity_reservations[self._get_param("CapacityReservationId")]["State"] = "cancelled"
    return ActionResult({"Return": True})


def _tags(params: Json) -> list[Json]:
    return [tag for specification in params.get("TagSpecifications", []) for tag in specification.get("Tags", [])]
