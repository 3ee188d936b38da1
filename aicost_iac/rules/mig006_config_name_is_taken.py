"""MIG006: a config of one's own under a name that already means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.catalog import mig_bundled
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import config_maps
from aicost_iac.rules.reading.mig_layouts import Config, Group, files_of, in_words
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG006",
    "mig-config-name-is-taken",
    severity="error",
    group="broken",
    reads=("ConfigMap",),
    source="https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml",
)
def config_name_is_taken(subject: Subject, world: World) -> Iterator[Told]:
    """A config of one's own has the name of one that comes with mig-parted, and another layout.

    What happens: while the operator reads its own file, a node labelled with that name gets the built-in layout:
    `all-balanced` is two `1g`, one `2g` and one `3g`, whatever the ConfigMap says. Nothing fails. A set whose operator
    names the ConfigMap is not affected.

    Why it costs: the slices pods ask for are too few, and the others stand idle.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-balanced:
            - devices: all
              mig-enabled: true
              mig-devices: {"1g.10gb": 7}
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          custom-seven-small:
            - devices: all
              mig-enabled: true
              mig-devices: {"1g.10gb": 7}
    ```
    """
    if world.once(config_maps) & {None, subject.name}:
        return
    for file in files_of(subject, world):
        for config in file.configs:
            if mig_bundled.is_bundled(config.name) and (other := _differs(config)):
                yield Told(
                    file.path,
                    f"config {config.name!r} is {other}; the operator's own config of that name is another, and counts "
                    "until the operator is told to read this ConfigMap",
                    f"choose a name of your own, such as 'custom-{config.name}'",
                    part=config.name,
                )


def _differs(config: Config) -> str:
    """The first layout that is not the built-in one, in words."""
    return next((in_words(group.layout or {}) for group in config.groups if not _alike(config.name, group)), "")


def _alike(name: str, group: Group) -> bool:
    layout = group.layout
    if layout is None or not group.enabled or name in (mig_bundled.DISABLED, mig_bundled.ENABLED):
        return layout is None or (not layout and group.enabled == (name == mig_bundled.ENABLED))
    known = [(board, mig_bundled.layout(name, board)) for board in group.boards or catalog.mig.gpus()]
    shipped = [(group.profiles_on(board), theirs) for board, theirs in known if theirs]
    return _every(shipped) if group.boards else any(dict(theirs) == ours for ours, theirs in shipped)


def _every(shipped: list[tuple[dict[str, int], Mapping[str, int]]]) -> bool:
    return all(dict(theirs) == ours for ours, theirs in shipped)
