"""MIG008: a slice that no layout makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.catalog import mig_bundled
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.mig_layouts import boards_of, config_files, selected
from aicost_iac.rules.reading.pods import MIG, WORKLOADS, pods_of
from aicost_iac.rules.reading.pools import Pool
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, missing


@rule(
    "MIG008",
    "mig-slice-not-offered",
    severity="error",
    group="broken",
    reads=WORKLOADS,
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html",
)
def slice_not_offered(subject: Subject, world: World) -> Iterator[Told]:
    """A pod asks for a MIG profile that no layout of the set creates.

    What happens: the scheduler looks for a node that advertises the resource, finds none, and the pod stays Pending
    for ever. A name that no GPU has at all (`1g.15gb`) looks just the same.

    Why it costs: what was cut for the pod stands idle beside it.

    Bad:

    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          custom-small: [{devices: all, mig-enabled: true, mig-devices: {"1g.10gb": 7}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-2g.20gb: 1}}
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
          custom-small: [{devices: all, mig-enabled: true, mig-devices: {"1g.10gb": 7}}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: embedder}
    spec:
      containers:
        - name: embedder
          image: registry.example/embedder:1.4
          resources: {limits: {nvidia.com/mig-1g.10gb: 1}}
    ```
    """
    wanted = [
        (each, *asked) for template in pods_of(subject, world) for each in template.containers for asked in each.slices
    ]
    for container, name, _, path in wanted:
        offered = world.once(_offered)
        if offered is None or name in offered:
            continue
        known = f"the layouts of this set make {', '.join(sorted(offered))}" if offered else "no layout is there at all"
        message = f"container {container.name!r} asks for {name}, which no MIG layout creates: {known}"
        fix = "add the profile to a layout, or ask for one that is offered"
        yield missing(world, path, message, fix, owner=bool(offered), part=container.name)


def _offered(world: World) -> frozenset[str] | None:
    """Every slice a layout of the set makes, by resource name; None where a layout can not be read."""
    files = world.once(config_files)
    groups = [group for file in files for config in file.configs for group in config.groups]
    if any(file.problem for file in files) or any(group.layout is None for group in groups):
        return None
    profiles = {name for group in groups for name in group.layout or ()}
    return frozenset(_resource(name) for name in (profiles | _bundled(world.once(selected))))


def _bundled(chosen: Mapping[str, tuple[Pool, ...]]) -> set[str]:
    """The profiles of built-in configs that a pool selects."""
    return {
        name
        for config, those in chosen.items()
        for pool in those
        for board in _boards(pool)
        for name in mig_bundled.layout(config, board)
    }


def _boards(pool: Pool) -> tuple[MigGpu, ...]:
    known = boards_of(pool)
    return catalog.mig.gpus() if known is None else known


def _resource(profile: str) -> str:
    return f"{MIG}{profile.replace('+', '.')}"
