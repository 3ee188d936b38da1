"""The kustomization of a stack: every object it made, for `kubectl apply --kustomize` and for what wraps it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

from collections.abc import Iterable

from aicost_iac.kubernetes import manifest
from aicost_iac.plan import KubeObject

PATH = "kubernetes/kustomization.yaml"
_HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"


def dump(objects: Iterable[KubeObject]) -> str:
    """The document at `PATH`: it names the files of these objects."""
    below = sorted(manifest.path(item).removeprefix("kubernetes/") for item in objects)
    return _HEAD + "".join(f"- {path}\n" for path in below)
