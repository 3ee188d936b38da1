"""Random apps: fleets with tags of a random taxonomy, and ladders, monitors and policies over some of them."""

from decimal import Decimal
from random import Random
from typing import Any

from aicost_iac import (
    AnomalyAlert,
    AnomalyDetection,
    BudgetLadder,
    BudgetScope,
    CostTags,
    GpuPodLabels,
    Rung,
    SpotTrainingFleet,
    Stack,
    TagPolicy,
    WorstCase,
)
from aicost_iac.blueprints._budgets.limits import GivenLimit

ONE_SIZE = (["g6e.xlarge", "g6e.2xlarge"], ["g5.xlarge", "g6.xlarge"], ["p4d.24xlarge"])
SEVERAL_SIZES = (["g6.xlarge", "g6.12xlarge"], ["g5.12xlarge", "g5.2xlarge"])
WORKLOADS = ("training", "inference", "evaluation", "development")
WORDS = ("vision", "speech", "ranker-v3", "chat.13b", "A_1", "0", "x" * 63)
KEYS = ("workload_type", "cost_center", "team", "project", "model_name", "extra.key", "Owner")
EMAILS = ["team@example.com"]
PROVIDERS = (">= 5.100, < 7", ">= 6.62, < 7")


def random_stack(random: Random, name: str = "random", *, alone: bool = True) -> Stack:
    """One to three fleets, and what reads their tags; a taxonomy is the whole app's, so there is one when `alone`."""
    fleets = [_fleet(random, f"fleet-{index}") for index in range(random.randint(1, 3))]
    base = CostTags(workload_type="shared", cost_center="base", team="base")
    carried = [fleet.tags.over(base).keys() for fleet in fleets]
    items = [
        *fleets,
        *(_ladder(random, f"ladder-{index}", random.choice(carried), carried) for index in range(2)),
        _detection(random, random.choice(carried)),
        *([_policy(random, [base.keys(), *carried])] if alone else []),
    ]
    version = random.choice(PROVIDERS)
    return Stack(name=name, region="us-east-1", tags=base, items=items, provider_version=version)


def _fleet(random: Random, name: str) -> SpotTrainingFleet:
    several = random.random() < 0.3
    size: dict[str, Any] = {"gpus": 8} if several else {"instances": random.randint(1, 9)}
    types = random.choice(SEVERAL_SIZES if several else ONE_SIZE)
    subnets = ["subnet-0a1b2c3d"]
    return SpotTrainingFleet(name=name, tags=_tags(random), instance_types=types, subnet_ids=subnets, **size)


def _tags(random: Random) -> CostTags:
    own: dict[str, Any] = {key: _value(random, key) for key in random.sample(KEYS, random.randint(1, 4))}
    extras: dict[str, str] = {key: own.pop(key) for key in ("extra.key", "Owner") if key in own}
    return CostTags(**own, extras=extras)


def _value(random: Random, key: str) -> str:
    return random.choice(WORKLOADS if key == "workload_type" else WORDS)


def _ladder(random: Random, name: str, tags: dict[str, str], carried: list[dict[str, str]]) -> BudgetLadder:
    """Some keys of one fleet, with values of others beside its own."""
    keys = random.sample(sorted(tags), random.randint(1, min(3, len(tags))))
    scope = {key: [tags[key], *_others(random, key, tags[key], carried)] for key in keys}
    limit: GivenLimit = WorstCase() if random.random() < 0.5 else 50_000
    heights = sorted(random.sample(range(1, 200), random.randint(1, 10)))
    return BudgetLadder(
        name=name,
        limit=limit,
        scope=BudgetScope(tags=scope),
        rungs=[Rung(percent=height, emails=EMAILS) for height in heights],
        tag_activation="elsewhere",
    )


def _others(random: Random, key: str, value: str, carried: list[dict[str, str]]) -> list[str]:
    known = sorted({tags[key] for tags in carried if key in tags} - {value})
    return random.sample(known, random.randint(0, len(known)))


def _detection(random: Random, tags: dict[str, str]) -> AnomalyDetection:
    key = random.choice(sorted(tags))
    alert = AnomalyAlert(name="digest", frequency="daily", above_usd=Decimal(100), emails=EMAILS)
    return AnomalyDetection(name="unusual", by_tags={key: tags[key]}, alerts=[alert])


def _policy(random: Random, carried: list[dict[str, str]]) -> TagPolicy:
    """A taxonomy that allows what is carried: required are the keys that everything has."""
    every = set.intersection(*(set(tags) for tags in carried))
    keys = sorted(set().union(*carried))
    values = {key: sorted({tags[key] for tags in carried if key in tags}) for key in keys}
    return TagPolicy(
        name="taxonomy",
        required={key: values[key] for key in sorted(every)},
        optional={key: values[key] for key in keys if key not in every},
        gpu_pods=GpuPodLabels(),
        activate=random.random() < 0.5,
    )
