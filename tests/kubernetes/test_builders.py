"""The builders make what an API server takes, and what they promise."""

import pytest

from aicost_iac import CostTags, KubeObject
from aicost_iac.kubernetes import core, workloads
from aicost_iac.kubernetes.metadata import Metadata, labels, selector
from tests.kubernetes.strict import assert_valid

TAGS = CostTags(workload_type="inference", cost_center="ml", team="search")
SHARED = Metadata("serving", labels("ranker", TAGS.keys()))
POD = {"containers": [{"name": "main", "image": "ranker:1", "ports": [{"name": "http", "containerPort": 8000}]}]}
OBJECTS = {
    "config map": core.config_map(SHARED, "ranker", {"a.json": "{}"}),
    "service": core.service(SHARED, "ranker", selector("ranker"), {"http": 80}),
    "service account": core.service_account(SHARED, "ranker"),
    "budget": core.pod_disruption_budget(SHARED, "ranker", selector("ranker")),
    "deployment": workloads.deployment(SHARED, "ranker", selector("ranker"), POD, replicas=2),
    "scaled deployment": workloads.deployment(SHARED, "ranker", selector("ranker"), POD),
    "job": workloads.job(SHARED, "ranker", POD, workloads.Limits(3600)),
}


@pytest.mark.parametrize("item", OBJECTS.values(), ids=OBJECTS)
def test_an_object_is_valid_and_says_who_pays(item: KubeObject) -> None:
    assert_valid([item])
    assert item.labels["cost-center"] == "ml"
    assert item.namespace == "serving"


def test_pods_carry_the_labels_too() -> None:
    for name in ("deployment", "job"):
        assert OBJECTS[name].body["spec"]["template"]["metadata"]["labels"] == SHARED.labels


def test_a_selector_has_nothing_that_may_change() -> None:
    chosen = OBJECTS["deployment"].body["spec"]["selector"]["matchLabels"]
    assert chosen.items() <= SHARED.labels.items()
    assert not chosen.keys() & TAGS.keys().keys()


def test_an_autoscaler_owns_replicas_that_nobody_wrote() -> None:
    assert "replicas" not in OBJECTS["scaled deployment"].body["spec"]


def test_a_job_ends_in_every_way() -> None:
    spec = OBJECTS["job"].body["spec"]
    assert {"activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"} <= spec.keys()
