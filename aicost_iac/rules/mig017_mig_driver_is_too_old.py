"""MIG017: a driver from before the slice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import operators_of
from aicost_iac.rules.reading.mig_layouts import Config, chosen_boards, config_files
from aicost_iac.rules.reading.values import whole
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG017",
    "mig-driver-is-too-old",
    severity="error",
    group="broken",
    reads=("ClusterPolicy", "HelmRelease", "helm_release"),
    source="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-gpus.html",
)
def mig_driver_is_too_old(subject: Subject, world: World) -> Iterator[Told]:
    """The GPU operator installs a driver that can not cut the GPU as the layout says.

    What happens: each GPU needs a driver branch from which on it has MIG, and some profiles need a newer one (a `4g`
    beside a `3g` needs 510, `1g` with double memory 525). mig-manager fails on an older driver.

    Why it costs: the nodes are up and billed, and offer no slices.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small:
            - device-filter: ["0x290110DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"1g.23gb": 7}
    ---
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}}
      driver: {version: 550.90.07}
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
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small:
            - device-filter: ["0x290110DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"1g.23gb": 7}
    ---
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}}
      driver: {version: 580.82.07}
    ```
    """
    for operator in operators_of(subject, world):
        driver = operator.spec.block("driver")
        branch = whole((driver.text("version") or "").partition(".")[0])
        if branch is None or driver.flag("enabled") is False:
            continue
        for config, board, least in world.once(_needed).get(operator.config_map or "", ()):
            if branch < least:
                yield Told(
                    driver.at("version"),
                    f"config {config!r} needs driver {least} or newer on {board}, and the operator installs {branch}",
                    f"driver.version of branch {least} or newer",
                    part=config,
                )


def _needed(world: World) -> Mapping[str, tuple[tuple[str, str, int], ...]]:
    """Config, board and driver branch of every layout, by the ConfigMap that holds it."""
    found: dict[str, dict[tuple[str, str, int], None]] = {}
    for file in world.once(config_files):
        for config in file.configs:
            found.setdefault(file.subject.name, {}).update(dict.fromkeys(_of_config(config, world)))
    return {name: tuple(those) for name, those in found.items()}


def _of_config(config: Config, world: World) -> Iterator[tuple[str, str, int]]:
    for group in config.groups:
        for board in group.boards if group.boards is not None else chosen_boards(config.name, world):
            layout = group.profiles_on(board)
            least = catalog.mig.min_driver(board, layout) if _known(board, layout) else None
            if group.enabled and least is not None:
                yield config.name, board.model, least


def _known(board: MigGpu, layout: Mapping[str, int]) -> bool:
    return bool(layout) and layout.keys() <= {each.profile for each in board.profiles}
