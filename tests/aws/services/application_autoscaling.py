"""Application Auto Scaling: tags of targets, and inference components; moto has targets, policies and schedules."""

import json
from enum import Enum
from typing import Any

from moto.applicationautoscaling import models, responses
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from tests.aws.services import tags
from tests.aws.services.actions import Call, Json, Service
from tests.aws.services.patching import Method, patch, wrap

service = Service("AnyScaleFrontendService")

COMPONENT = "sagemaker:inference-component:DesiredCopyCount"
DIMENSIONS = {each.name: each.value for each in models.ScalableDimensionValueSet} | {"COMPONENT": COMPONENT}
for module in (models, responses):
    patch(module, "ScalableDimensionValueSet", Enum("ScalableDimensionValueSet", DIMENSIONS))


@wrap(ApplicationAutoScalingResponse, "register_scalable_target")
def register_scalable_target(original: Method, self: Any) -> str:
    """Keeps the tags that come with a target."""
    answer = str(original(self))
    tags.set_tags(json.loads(answer)["ScalableTargetARN"], json.loads(self.body).get("Tags", {}))
    return answer


@service.action("ListTagsForResource")
def list_tags(call: Call) -> Json:
    """Tags as a map."""
    return {"Tags": tags.tags_of(call["ResourceARN"])}


@service.action("TagResource")
def tag(call: Call) -> Json:
    """Adds or replaces tags."""
    tags.set_tags(call["ResourceARN"], call["Tags"])
    return {}


@service.action("UntagResource")
def untag(call: Call) -> Json:
    """Removes tags."""
    tags.remove_tags(call["ResourceARN"], call["TagKeys"])
    return {}
