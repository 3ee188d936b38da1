"""SQS: redrive policies as AWS returns them, and attributes that survive an unrelated change.

moto puts blanks into the JSON of a redrive policy, forgets who may redrive into a queue, and drops the queue policy
when another attribute is set.
"""

import json
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from tests.aws.services.patching import Method, patch, wrap

_attributes_of_moto = Queue.attributes.fget


def _attributes(queue: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = _attributes_of_moto(queue)
    if queue.redrive_policy:
        attributes["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
    return attributes


patch(Queue, "attributes", property(_attributes))
patch(Queue, "redrive_allow_policy", None)
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")


@wrap(SQSBackend, "set_queue_attributes")
def set_queue_attributes(original: Method, self: Any, queue_name: str, attributes: dict[str, Any]) -> Any:
    """Keeps the policy unless the call names it; an empty text removes it."""
    policy = self.get_queue(queue_name).policy
    return original(self, queue_name, {"Policy": policy} | attributes)
