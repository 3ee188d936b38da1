"""MIG007: a MIG config that mig-manager does not read, or does not find."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.catalog import mig_bundled
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.gpu_operator import DEFAULT_MAP, Operator, config_maps, readers
from aicost_iac.rules.reading.mig_layouts import FILE, LABEL, ConfigFile, config_files, files_of
from aicost_iac.rules.reading.pods import all_pods
from aicost_iac.rules.reading.pools import POOLS, pools_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, may_share, missing

_REMEDY = "set migManager.config.name of the GPU operator to the name of this ConfigMap"


@rule(
    "MIG007",
    "mig-config-map-not-read",
    severity="error",
    group="broken",
    reads=("ConfigMap", *POOLS),
    source="https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html",
)
def config_map_not_read(subject: Subject, world: World) -> Iterator[Told]:
    """A ConfigMap of MIG layouts that mig-manager never reads, or a node label that names none of its layouts.

    What happens: mig-manager reads the one ConfigMap that the ClusterPolicy names in `migManager.config.name`, in the
    operator's own namespace, and in it the key `config.yaml`. Any other is ignored without a word. A file that is read
    must also hold the config for nodes without a label (`all-disabled`).

    Why it costs: GPUs stay whole, or cut in some other way, while pods wait for slices that nobody makes.

    Bad:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: default-mig-parted-config}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small: [{devices: all, mig-enabled: true, mig-devices: {"1g.10gb": 7}}]
    ```

    Good:

    ```yaml
    apiVersion: nvidia.com/v1
    kind: ClusterPolicy
    metadata: {name: cluster-policy}
    spec:
      mig: {strategy: mixed}
      migManager: {config: {name: custom-mig}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: custom-mig, namespace: gpu-operator}
    data:
      config.yaml: |
        version: v1
        mig-configs:
          all-disabled: [{devices: all, mig-enabled: false}]
          custom-small: [{devices: all, mig-enabled: true, mig-devices: {"1g.10gb": 7}}]
    ```
    """
    if subject.kind == "ConfigMap":
        files = files_of(subject, world)
        if files and not _is_read(files[0], world):
            yield _unnamed(files[0], world)
        for file in files:
            yield from _file(file, world)
    else:
        yield from _labels(subject, world)


def _is_read(file: ConfigFile, world: World) -> bool:
    """Whether an operator names its ConfigMap, or may; or a manager that runs without one mounts it."""
    name = file.subject.name
    named = bool(world.once(config_maps) & {None, name}) or name == DEFAULT_MAP
    namespaces = world.once(_mounted).get(name, ())
    return named or any(may_share(each, file.subject.namespace) for each in namespaces)


def _file(file: ConfigFile, world: World) -> Iterator[Told]:
    for operator in readers(file.subject.name, world):
        yield from _read_by(operator, file)


def _unnamed(file: ConfigFile, world: World) -> Told:
    theirs = world.once(config_maps)
    said = (
        f"the GPU operator reads {', '.join(sorted(map(repr, theirs)))}" if any(theirs) else "no GPU operator names it"
    )
    message = f"the MIG layouts in ConfigMap {file.subject.name!r} are never read: {said}"
    return missing(world, file.path, message, _REMEDY, owner=bool(theirs), part="reference")


def _read_by(operator: Operator, file: ConfigFile) -> Iterator[Told]:
    if file.key != FILE:
        yield Told(file.path, f"mig-manager reads the key {FILE!r}, not {file.key!r}", f"call it {FILE}", part="key")
    if not may_share(operator.namespace, file.subject.namespace):
        message = (
            f"mig-manager runs in {operator.namespace!r} and can not read a ConfigMap of {file.subject.namespace!r}"
        )
        yield Told(file.path, message, f"put it into {operator.namespace!r}", part="namespace")
    names = {config.name for config in file.configs}
    if operator.default_config not in names and not file.problem:
        message = f"nodes without a label get config {operator.default_config!r}, which this file does not hold"
        yield Told(file.path, message, f"add {operator.default_config!r} with mig-enabled: false", part="default")


def _labels(subject: Subject, world: World) -> Iterator[Told]:
    files, names = world.once(config_files), world.once(_names)
    for pool in pools_of(subject, world):
        for name in sorted(pool.label(LABEL) - names):
            if not mig_bundled.is_bundled(name) and not any(file.problem for file in files):
                message = f"nodes are labelled {LABEL}={name}, and no MIG config has that name"
                fix = f"write one of {', '.join(sorted(names))}" if names else "add the config to the ConfigMap"
                yield missing(world, pool.at(LABEL), message, fix, owner=bool(files), part=name)


def _names(world: World) -> frozenset[str]:
    """The configs that some file holds."""
    return frozenset(config.name for file in world.once(config_files) for config in file.configs)


def _mounted(world: World) -> dict[str, set[str | None]]:
    """Namespaces in which pods mount a ConfigMap, by its name: mig-manager also runs without an operator."""
    found: dict[str, set[str | None]] = {}
    for template in world.once(all_pods):
        for volume in template.spec.blocks("volumes"):
            if name := volume.block("configMap").text("name"):
                found.setdefault(name, set()).add(template.subject.namespace)
    return found
