"""The volumes of nodes that Karpenter starts. https://karpenter.sh/docs/concepts/nodeclasses/#specblockdevicemappings"""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.cost.pricers.matching import KARPENTER
from aicost_iac.cost.pricers.volumes import Charge, charges
from aicost_iac.cost.prices import Missing
from aicost_iac.cost.site import Site
from aicost_iac.kubernetes.autoscaling.quantities import quantity
from aicost_iac.rules.reading.pools import Karpenter, Pool
from aicost_iac.rules.reading.values import Block

_GIB = 2**30
# What Karpenter gives Amazon Linux nodes where a node class says nothing.
_DEFAULT = Block({"volume_size": 20, "volume_type": "gp3"})


def node_volumes(pool: Pool | None, site: Site) -> Iterator[Charge | Missing]:
    """What the disks of one node cost, where its node class is in the set."""
    if pool is None or pool.subject.kind not in KARPENTER:
        return
    name = Karpenter(pool.subject).template.block("nodeClassRef").text("name")
    for each in site.world.of("EC2NodeClass"):
        if each.name == name:
            disks = Block(each.body).block("spec").blocks("blockDeviceMappings")
            for disk in [_read(disk.block("ebs")) for disk in disks] or [_DEFAULT]:
                yield from charges(disk, site.region_of(pool.subject), "gp3")


def _read(ebs: Block) -> Block:
    """In the words of Terraform, which `charges` reads."""
    size = quantity(ebs.get("volumeSize"))
    gib = None if size is None else int(size / _GIB) if size >= _GIB else int(size)
    return Block({"volume_size": gib, "volume_type": ebs.get("volumeType") or "gp3", "iops": ebs.get("iops"),
                  "throughput": ebs.get("throughput")})  # fmt: skip
