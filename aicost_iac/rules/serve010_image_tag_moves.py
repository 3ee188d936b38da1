"""SERVE010: a name for whatever is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.reading.values import literal
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_MOVES = re.compile(
    r"((main|master|dev|nightly|edge|gpu|cuda|latest)(-(latest|gpu|cuda|main))?)|[a-z]+-latest", re.IGNORECASE
)


@rule(
    "SERVE010",
    "image-tag-moves",
    severity="warning",
    group="hygiene",
    reads=WORKLOADS,
    source="https://kubernetes.io/docs/concepts/containers/images/",
)
def image_tag_moves(subject: Subject, world: World) -> Iterator[Told]:
    """A container with a GPU runs an image by a tag that moves.

    What happens: `latest`, `main`, `nightly` or no tag name another image each week. Servers change flags, metrics and
    kernels between releases: replicas of one Deployment differ, an autoscaler's query goes empty, and with `latest`
    each start pulls ten gigabytes again.

    Why it costs: GPUs that wait for a pull, or for whoever finds out what changed.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:latest
              resources: {limits: {nvidia.com/gpu: 1}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: vllm/vllm-openai:v0.11.0
              resources: {limits: {nvidia.com/gpu: 1}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.containers:
            image = literal(container.image)
            if not image or "@" in image or not (container.gpus or any(container.slices)):
                continue
            tag = image.rpartition("/")[2].partition(":")[2]
            if not tag or _MOVES.fullmatch(tag):
                yield Told(
                    container.block.at("image"),
                    f"image {image!r} is another one each time it is built",
                    "a version, or a digest",
                    part=container.name,
                )
