"""Which driver an EC2 image brings, as far as its name tells.

https://docs.aws.amazon.com/dlami/latest/devguide/important-changes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.expr import Ref
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.world import World

# NVIDIA's open kernel modules drive Turing and newer, and are the only ones for Blackwell; Volta and older need the
# proprietary ones: https://developer.nvidia.com/blog/nvidia-transitions-fully-towards-open-source-gpu-kernel-modules/
OLD = frozenset({"Kepler", "Maxwell", "Pascal", "Volta"})
NEW = frozenset({"Blackwell"})
_OPEN = re.compile(r"oss[- ]nvidia", re.IGNORECASE)


def is_open(block: Block, key: str, world: World) -> bool:
    """Whether the image under `key` is one with the open driver, by its name, its parameter or its filter."""
    return any(_OPEN.search(text) for text in _texts(block.get(key), world))


def _texts(image: object, world: World) -> Iterator[str]:
    if isinstance(image, str):
        yield image
    elif isinstance(image, Ref):
        kind = "data.aws_ssm_parameter" if "aws_ssm_parameter" in image.address else "data.aws_ami"
        for subject in world.by_address.get(image.address, ()):
            if subject.kind == kind:
                body = Block(subject.body)
                yield from (text for _, text in body.texts("name"))
                yield from (text for each in body.blocks("filter") for _, text in each.texts("values"))
