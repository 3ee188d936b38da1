"""MIG001: a layout that no placement on the GPU allows."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac import catalog
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.errors import CatalogError
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import prices
from aicost_iac.rules.reading.mig_layouts import Config, Group, chosen_boards, files_of, in_words, selected
from aicost_iac.rules.reading.pools import Pool
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "MIG001",
    "mig-layout-does-not-fit",
    severity="error",
    group="broken",
    reads=("ConfigMap",),
    source="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html",
)
def layout_does_not_fit(subject: Subject, world: World) -> Iterator[Told]:
    """A MIG layout that its GPU can not hold.

    What happens: each profile may begin at certain memory slices only, and instances must not overlap. Compute slices
    that add up to seven are not enough: two `3g.40gb` fill all eight memory slices of an H100. mig-manager fails,
    labels the node `nvidia.com/mig.config.state=failed` and leaves the GPU without the slices pods wait for.

    Why it costs: the whole GPU is billed, and nothing can be scheduled on it.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          custom-serving:
            - device-filter: ["0x233010DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"3g.40gb": 2, "1g.10gb": 1}
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
          custom-serving:
            - device-filter: ["0x233010DE"]
              devices: all
              mig-enabled: true
              mig-devices: {"3g.40gb": 1, "2g.20gb": 2}
    ```
    """
    for file in files_of(subject, world):
        for config in file.configs:
            chosen = world.once(selected).get(config.name, ())
            for group in config.groups:
                if group.enabled and group.layout:
                    yield from _judged(config, group, chosen, world)


def _judged(config: Config, group: Group, chosen: tuple[Pool, ...], world: World) -> Iterator[Told]:
    boards = group.boards if group.boards is not None else chosen_boards(config.name, world)
    if group.boards is None and not boards:
        yield from _anywhere(config, group)
        return
    for board in boards:
        layout = group.profiles_on(board)
        if not catalog.mig.feasible(board, layout):
            lost = prices.month(prices.gpu_hour(board.accelerators, world.facts)) if chosen else None
            yield Told(group.path, _message(config, board, layout), _fix(board, layout), cost=lost, part=config.name)


def _anywhere(config: Config, group: Group) -> Iterator[Told]:
    """For whatever the nodes have: wrong when there is no GPU it would be right for."""
    layout = dict(group.layout or {})
    boards = catalog.mig.gpus()
    if any(catalog.mig.feasible(board, group.profiles_on(board)) for board in boards):
        return
    unheard = [name for name in layout if not any(name in {p.profile for p in board.profiles} for board in boards)]
    why = f"{', '.join(unheard)} is a profile of none" if unheard else "there is no placement for it"
    message = f"config {config.name!r} asks for {in_words(layout)}, which no MIG-capable GPU can hold: {why}"
    fix = "name the GPU model with device-filter and write a layout that it has placements for"
    yield Told(group.path, message, fix, part=config.name, severity="warning" if unheard else None)


def _message(config: Config, board: MigGpu, layout: dict[str, int]) -> str:
    lost = in_words(catalog.mig.misfits(board, layout))
    return f"config {config.name!r} asks each {board.model} for {in_words(layout)}, and {lost} has no place there"


def _fix(board: MigGpu, layout: dict[str, int]) -> str:
    try:
        return f"the nearest layout that fits is {in_words(catalog.mig.nearest(board, layout))}"
    except CatalogError:
        return f"{board.model} has the profiles {', '.join(each.profile for each in board.profiles if each.plain)}"
