"""EC2 launch templates: tags of the template itself.

moto copies them into the template's data, where they would tag instances, and never shows later changes.
"""

import copy
from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

from tests.aws.services.patching import Method, patch, wrap


@wrap(EC2Response, "create_launch_template")
def create_launch_template(original: Method, self: Any) -> Any:
    """The data of version 1 is what the call has."""
    asked = copy.deepcopy(self._get_param("LaunchTemplateData.TagSpecifications"))
    answer = original(self)
    data = self.ec2_backend.get_launch_template(answer.result["LaunchTemplate"]["LaunchTemplateId"]).versions[0].data
    data.pop("TagSpecifications", None)
    if asked:
        data["TagSpecifications"] = asked
    return answer


@wrap(EC2Response, "create_launch_template_version")
def create_launch_template_version(original: Method, self: Any) -> Any:
    """User data of later versions has the type that moto itself asserts when it starts an instance."""
    data = self._get_param("LaunchTemplateData", {})
    if "UserData" in data:
        data["UserData"] = parse_user_data(data["UserData"])
    return original(self)


def _tags(template: Any) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = template.get_tags()
    return tags


def _ignore(template: Any, tags: Any) -> None:
    """moto assigns a snapshot."""


patch(LaunchTemplate, "tags", property(_tags, _ignore))
