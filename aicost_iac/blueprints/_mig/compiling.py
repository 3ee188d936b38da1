"""From partitions to cuts, or to the reasons why there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aicost_iac import catalog
from aicost_iac.blueprints._mig.alternatives import without_mig
from aicost_iac.blueprints._mig.cuts import Cut, Partitioned, demanded
from aicost_iac.blueprints._mig.drawing import in_words
from aicost_iac.blueprints._mig.settings import MigPartition
from aicost_iac.catalog import InstanceType
from aicost_iac.catalog.mig import MigGpu
from aicost_iac.catalog.mig_packing import Need, pack
from aicost_iac.errors import CatalogError, NoMig, Problem, did_you_mean


def partitioned(partition: MigPartition, stem: str, cloud: str) -> Partitioned:
    """What a sound partition becomes; its configs are called `<stem>-<partition>`."""
    shape, board = _shape(partition, cloud), _board(partition, cloud)
    name = f"{stem}-{name_of(partition, cloud)}"
    accelerator = _accelerator(partition, board, shape)
    if partition.demands:
        return demanded(name, accelerator, board, _needs(partition), shape)
    count = shape.accelerator_count if shape else 1
    layouts = tuple(map(dict, partition.layouts)) or (dict(partition.layout),) * count
    return Partitioned((Cut(name, accelerator, board, layouts, shape),))


def name_of(partition: MigPartition, cloud: str) -> str:
    """The name of a partition; by default its accelerator's."""
    accelerator = _accelerator(partition, _board(partition, cloud), _shape(partition, cloud))
    return partition.name or accelerator.lower()


def problems_of(partition: MigPartition, place: str, cloud: str) -> Iterator[Problem]:
    """Why a partition can not be made: no such GPU, no MIG, no placement."""
    field = f"{place}.{'gpu' if partition.gpu else 'instance_type'}"
    try:
        board = _board(partition, cloud)
    except NoMig:
        yield without_mig(field, partition.gpu or str(partition.instance_type), cloud, partition)
        return
    except CatalogError as error:
        yield Problem(field, str(error))
        return
    yield from _unfit(board, partition.layout, f"{place}.layout")
    for index, layout in enumerate(partition.layouts):
        yield from _unfit(board, layout, f"{place}.layouts.{index}")
    yield from _numbered(partition, f"{place}.layouts", cloud)
    yield from _demands(board, partition, f"{place}.demands")


def _board(partition: MigPartition, cloud: str) -> MigGpu:
    if partition.instance_type is not None:
        return catalog.mig.gpu_of_instance(partition.instance_type, cloud)
    return catalog.mig.gpu(str(partition.gpu))


def _shape(partition: MigPartition, cloud: str) -> InstanceType | None:
    return catalog.instance(partition.instance_type, cloud) if partition.instance_type else None


def _accelerator(partition: MigPartition, board: MigGpu, shape: InstanceType | None) -> str:
    """What clouds and their labels call the board; its own name where none has it."""
    known = shape.accelerator if shape else partition.gpu
    return known if known in board.accelerators else next(iter(board.accelerators), board.model)


def _needs(partition: MigPartition) -> list[Need]:
    return [Need(each.replicas, each.memory_gib) for each in partition.demands]


def _unfit(board: MigGpu, layout: Mapping[str, int], place: str) -> Iterator[Problem]:
    """Profiles the board does not have, then instances without a place."""
    known = {each.profile for each in board.profiles}
    unknown = [name for name in layout if name not in known]
    for name in unknown:
        hint = did_you_mean(name, known) or f"it has {', '.join(sorted(known))}"
        yield Problem(f"{place}.{name}", f"{board.model} has no such profile", name, hint)
    if not unknown and not catalog.mig.feasible(board, layout):
        lost, best = catalog.mig.misfits(board, layout), catalog.mig.nearest(board, layout)
        message = f"{board.model} has no place for {in_words(lost)} of {in_words(layout)}"
        yield Problem(place, message, dict(layout), f"the nearest layout that fits is {best}")


def _numbered(partition: MigPartition, place: str, cloud: str) -> Iterator[Problem]:
    shape = _shape(partition, cloud)
    if partition.layouts and shape and len(partition.layouts) != shape.accelerator_count:
        message = f"are {len(partition.layouts)}, and {shape.name} has {shape.accelerator_count} GPUs"
        yield Problem(place, message, remedy="write one layout per GPU, {} for one that stays whole")


def _demands(board: MigGpu, partition: MigPartition, place: str) -> Iterator[Problem]:
    try:
        if partition.demands:
            pack(board, _needs(partition))
    except CatalogError as error:
        yield Problem(place, str(error), remedy="ask for less, split the demand, or take a GPU with larger slices")
