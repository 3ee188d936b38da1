"""SPOT015: a pause that is not on offer."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.fleets import SPOT_FLEET
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_REQUEST = "aws_spot_instance_request"
_KEY, _FLEET_KEY = "instance_interruption_behavior", "instance_interruption_behaviour"


@rule(
    "SPOT015",
    "one-time-can-not-stop",
    severity="error",
    group="broken",
    reads=("aws_instance", "aws_launch_template", "aws_spot_fleet_request", "aws_spot_instance_request"),
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html",
)
def one_time_can_not_stop(subject: Subject, world: World) -> Iterator[Told]:
    """A one-time spot request that is to stop or hibernate when it is interrupted.

    What happens: stopping and hibernating are for persistent requests, and for fleets that are maintained. A one-time
    request can only be terminated, and a launch template makes one-time requests where nothing else is written. The API
    refuses the combination when an instance is started, not when the template is made.

    Why it costs: a group that starts nothing, or a tool that means to pause and can not.

    Bad:

    ```json
    {"resource": {"aws_launch_template": {"train": {
      "instance_type": "g6e.xlarge",
      "instance_market_options": [{"market_type": "spot", "spot_options": [{"instance_interruption_behavior": "stop"}]}]
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_launch_template": {"train": {
      "instance_type": "g6e.xlarge",
      "instance_market_options": [{"market_type": "spot", "spot_options": [{
        "spot_instance_type": "persistent", "instance_interruption_behavior": "stop"}]}]
    }}}}
    ```
    """
    body = Block(subject.body)
    fleet = subject.kind == SPOT_FLEET
    block = body if subject.kind in (SPOT_FLEET, _REQUEST) else body.block("instance_market_options", "spot_options")
    wanted = block.text(_FLEET_KEY if fleet else _KEY)
    key = "fleet_type" if fleet else "spot_type" if subject.kind == _REQUEST else "spot_instance_type"
    kept = ("maintain",) if fleet else ("persistent",)
    # Where nothing is written a fleet is maintained and a request persists, and one of a template is made once.
    once = block.text(key) not in (None, *kept) or (block.absent(key) and block is not body)
    if wanted in ("stop", "hibernate") and once:
        message = f"{key} is {block.text(key) or 'one-time'!r}, and such a request can not {wanted}: it is refused"
        yield Told(block.at(_FLEET_KEY if fleet else _KEY), message, f'{key} = "{kept[0]}", or "terminate"')
