"""EC2 spot fleets and fleets: the whole request is returned; moto returns a few keys of it."""

import copy
from typing import Any

from moto.ec2.models.spot_requests import SpotFleetRequest
from moto.ec2.responses import EC2Response

from tests.aws.services.patching import Method, patch, wrap

NOT_CONFIGURATION = {"TagSpecifications"}
_config_of_moto = SpotFleetRequest.spot_fleet_request_config.fget


@wrap(EC2Response, "request_spot_fleet")
def request_spot_fleet(original: Method, self: Any) -> Any:
    """Keeps the request beside moto's fleet."""
    request = copy.deepcopy(self._get_param("SpotFleetRequestConfig", {}))
    answer = original(self)
    self.ec2_backend.spot_fleet_requests[answer.result["SpotFleetRequestId"]].request = request
    return answer


def _config(fleet: Any) -> dict[str, Any]:
    config: dict[str, Any] = _config_of_moto(fleet)
    request = {name: value for name, value in getattr(fleet, "request", {}).items() if name not in NOT_CONFIGURATION}
    # moto turns launch templates into specifications, over which the provider panics.
    specifications = {"LaunchSpecifications": request.get("LaunchSpecifications", [])}
    return config | request | specifications | {"TargetCapacity": fleet.target_capacity}


patch(SpotFleetRequest, "activity_status", "fulfilled")
patch(SpotFleetRequest, "spot_fleet_request_config", property(_config))
