"""Facts with their sources: instance types, prices, accelerators, MIG, quotas, model shapes.

    from aicost_iac import catalog

    catalog.instance("g6e.xlarge").accelerator                    # 'L40S'
    catalog.on_demand("g6e.xlarge", "us-east-1").usd_hour         # Decimal('1.861')
    catalog.mig.nearest("H100", {"3g.40gb": 2, "1g.10gb": 1})     # {'3g.40gb': 2}

A name the catalog does not hold raises `UnknownName` with the nearest names; a price no source states raises
`NoPrice`: unknown is never zero. Importing this package reads no file; a look-up reads only the files it needs.
"""

from __future__ import annotations

from aicost_iac.catalog import memory, mig
from aicost_iac.catalog.ages import is_old, max_age_days
from aicost_iac.catalog.chips import Accelerator, accelerator, accelerators
from aicost_iac.catalog.fabric import Efa, efa, efa_interfaces
from aicost_iac.catalog.instance_types import InstanceType, clouds, instance, instances
from aicost_iac.catalog.machines import Machine, machine
from aicost_iac.catalog.model_shapes import ModelShape, model, models
from aicost_iac.catalog.pricing import HOURS_PER_MONTH, Price, on_demand, priced_regions, spot_magnitude
from aicost_iac.catalog.quotas import Quota, quota
from aicost_iac.catalog.services import Rate, cache_node, rate, rates, sagemaker
from aicost_iac.catalog.sources import Source, source

__all__ = [
    "HOURS_PER_MONTH",
    "Accelerator",
    "Efa",
    "InstanceType",
    "Machine",
    "ModelShape",
    "Price",
    "Quota",
    "Rate",
    "Source",
    "accelerator",
    "accelerators",
    "cache_node",
    "clouds",
    "efa",
    "efa_interfaces",
    "instance",
    "instances",
    "is_old",
    "machine",
    "max_age_days",
    "memory",
    "mig",
    "model",
    "models",
    "on_demand",
    "priced_regions",
    "quota",
    "rate",
    "rates",
    "sagemaker",
    "source",
    "spot_magnitude",
]
