"""GPUs cut into MIG slices: where each slice lies, what stays unused, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from aicost_iac import catalog
from aicost_iac.catalog.mig import Layout, MigGpu, Placed
from aicost_iac.cost.amounts import unit_price
from aicost_iac.cost.pricers.matching import KARPENTER
from aicost_iac.cost.prices import Prices, Quote
from aicost_iac.cost.site import Root, Site
from aicost_iac.errors import CatalogError
from aicost_iac.rules.reading.mig_layouts import Config, boards_of, config_files, selected
from aicost_iac.rules.reading.pools import Karpenter, Pool


@dataclass(frozen=True)
class Cut:
    """One layout on one board. `usd_hour` is the price of a whole GPU in the cheapest machine with it; None unknown."""

    config: str
    pool: str
    board: MigGpu
    layout: Layout
    placed: tuple[Placed, ...]
    usd_hour: Decimal | None

    @property
    def unused_slices(self) -> int:
        """Memory slices of eight, or four, that no instance holds."""
        return self.board.memory_slices - sum(each.size for each in self.placed)

    @property
    def stranded_hour(self) -> Decimal | None:
        """USD an hour of what is not used of each GPU."""
        if self.usd_hour is None:
            return None
        return unit_price(self.usd_hour * self.unused_slices, self.board.memory_slices)


def cuts(roots: Iterable[Root], prices: Prices | None = None) -> tuple[Cut, ...]:
    """Every layout that a pool's nodes are labelled with, on every board of that pool."""
    site = Site(tuple(roots), prices or Prices())
    configs = {config.name: config for file in site.world.once(config_files) for config in file.configs}
    return tuple(
        cut
        for name, pools in site.world.once(selected).items()
        if name in configs
        for pool in pools
        for cut in _cuts(configs[name], pool, site)
    )


def _cuts(config: Config, pool: Pool, site: Site) -> Iterator[Cut]:
    for board in boards_of(pool) or ():
        for group in config.groups:
            if not group.enabled or not (group.boards is None or board in group.boards):
                continue
            layout = group.profiles_on(board)
            placed = catalog.mig.place(board, layout) if layout else None
            if placed:
                where = f"{pool.subject.kind} {pool.subject.name}"
                yield Cut(config.name, where, board, layout, placed, _usd_hour(pool, board, site))


def _usd_hour(pool: Pool, board: MigGpu, site: Site) -> Decimal | None:
    """An hour of one such GPU in the cheapest machine of the pool, else of all."""
    region = site.region_of(pool.subject)
    hours = [usd for name in _types(pool, board) if (usd := _gpu_hour(name, region, site)) is not None]
    return min(hours, default=None)


def _types(pool: Pool, board: MigGpu) -> list[str]:
    named = [text for _, text in pool.block.texts("instance_types")]
    if pool.subject.kind in KARPENTER:
        named = [each.name for each in Karpenter(pool.subject).gpu_types]
    of_board = [each.name for each in catalog.instances() if each.accelerator in board.accelerators]
    return [name for name in named if name in of_board] or of_board


def _gpu_hour(name: str, region: str, site: Site) -> Decimal | None:
    try:
        count = catalog.machine(name).accelerators
    except CatalogError:
        return None
    quote = site.prices.instance(name, region)
    return unit_price(quote.usd_hour, count) if isinstance(quote, Quote) and count else None
