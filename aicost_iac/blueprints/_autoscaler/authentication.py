"""How KEDA proves to a source who it is. https://keda.sh/docs/2.20/concepts/authentication/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from aicost_iac.fields import Model, matching
from aicost_iac.kubernetes.metadata import Metadata
from aicost_iac.kubernetes.secrets import SecretKey
from aicost_iac.plan import KubeObject

RoleArn = Annotated[str, matching(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of an IAM role")]


class AwsIdentity(Model):
    """The identity of KEDA's own pods, or a role it takes on. https://keda.sh/docs/2.20/authentication-providers/aws/"""

    role_arn: RoleArn | None = None
    """A role that KEDA's own may assume; default: KEDA's own."""

    def body(self) -> dict[str, Any]:
        """The spec of a TriggerAuthentication."""
        role = {} if self.role_arn is None else {"roleArn": self.role_arn}
        return {"podIdentity": {"provider": "aws", **role}}


class SecretParameters(Model):
    """Parameters of a trigger that lie in Secrets of its namespace."""

    parameters: Annotated[Mapping[str, SecretKey], Field(min_length=1)]
    """By the name the trigger has for them, such as `awsAccessKeyID`."""

    def body(self) -> dict[str, Any]:
        """The spec of a TriggerAuthentication."""
        named = self.parameters.items()
        return {"secretTargetRef": [{"parameter": name, "name": each.secret, "key": each.key} for name, each in named]}


Authentication = AwsIdentity | SecretParameters


def trigger_authentication(shared: Metadata, name: str, chosen: Authentication) -> KubeObject:
    """The object a trigger refers to."""
    return shared.object("keda.sh/v1alpha1", "TriggerAuthentication", name, {"spec": chosen.body()})
