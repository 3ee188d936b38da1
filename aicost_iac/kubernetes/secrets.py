"""Values that must not be written down: named where they lie, never held."""

from __future__ import annotations

from typing import Annotated, Any

from aicost_iac.fields import Model, matching

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
_SUBDOMAIN = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"


class SecretKey(Model):
    """One value of a Secret that is in the pods' namespace already.

    https://kubernetes.io/docs/concepts/configuration/secret/
    """

    secret: Annotated[str, matching(_SUBDOMAIN, "the name of a Secret: a-z 0-9 . -")]
    key: Annotated[str, matching(r"[A-Za-z0-9._-]{1,253}", "a key of a Secret: A-Z a-z 0-9 . _ -")]

    def environment(self, name: str) -> dict[str, Any]:
        """The value as an environment variable of a container."""
        return {"name": name, "valueFrom": {"secretKeyRef": {"name": self.secret, "key": self.key}}}
