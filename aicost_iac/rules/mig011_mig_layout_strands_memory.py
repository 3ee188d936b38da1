"""MIG011: room that nobody is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.mig_layouts import Config, Group, chosen_boards, files_of, in_words, selected
from aicost_iac.rules.reading.pools import Pool
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG011",
    "mig-layout-strands-memory",
    severity="warning",
    group="money",
    reads=("ConfigMap",),
    source="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html",
)
def mig_layout_strands_memory(subject: Subject, world: World) -> Iterator[Told]:
    """A MIG layout that leaves room for another slice.

    What happens: what a layout does not use can not be used by anything else. `2g.20gb: 3` on an 80 GB board leaves one
    compute slice and 20 GB; a `1g.20gb` fits there for nothing.

    Why it costs: a part of every GPU that is cut like this is paid for and lies idle.

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
            - device-filter: ["0x233010DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"2g.20gb": 3}
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
            - device-filter: ["0x233010DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"2g.20gb": 3, "1g.20gb": 1}
    ```
    """
    for file in files_of(subject, world):
        for config in file.configs:
            chosen = world.once(selected).get(config.name, ())
            for group in config.groups:
                if group.enabled and group.layout:
                    yield from _judged(config, group, chosen, world)


def _judged(config: Config, group: Group, chosen: tuple[Pool, ...], world: World) -> Iterator[Told]:
    for board in group.boards if group.boards is not None else chosen_boards(config.name, world):
        layout = group.profiles_on(board)
        if not catalog.mig.feasible(board, layout):
            continue
        left = catalog.mig.leftover(board, layout)
        if left.completion:
            share = left.memory_gb / board.memory_gb
            hour = prices.gpu_hour(board.accelerators, world.facts) if chosen else None
            yield Told(
                group.path,
                f"config {config.name!r} leaves {left.memory_gb:g} GB of each {board.model} unused, where "
                f"{in_words(left.completion)} would fit",
                f"{in_words({**layout, **_sum(layout, left.completion)})} costs no more",
                cost=prices.month(hour, round(share, 4)),
                part=config.name,
            )


def _sum(layout: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: layout.get(name, 0) + count for name, count in more.items()}
