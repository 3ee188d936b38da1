"""Anybody's files: no body, however odd, stops an estimate or is passed over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import Plan, Resource
from aicost_iac.cost import estimate
from aicost_iac.cost.site import PRICERS, Site
from aicost_iac.expr import Raw
from aicost_iac.plan import KubeObject
from aicost_iac.rules.world import Subject

estimate(Plan())
TERRAFORM = sorted(kind for kind in PRICERS if kind.startswith(("aws_", "awscc_")))
KUBERNETES = sorted(kind for kind in PRICERS if kind[0].isupper())
KEYS = (
    "min_size", "max_size", "desired_capacity", "instance_type", "instance_types", "mixed_instances_policy", "override",
    "launch_template", "launch_template_specification", "launch_template_config", "overrides", "weighted_capacity",
    "spot_price", "target_capacity", "scaling_config", "production_variants", "instances_distribution", "node_type",
    "replicas", "template", "spec", "containers", "resources", "limits", "requests", "nvidia.com/gpu", "cpu", "memory",
    "requirements", "values", "operator", "key", "storage", "count", "for_each", "definition", "volume_size", "ebs",
    "root_block_device", "launch_specification", "nodeSelector", "affinity", "tolerations", "volumeClaimTemplates",
)  # fmt: skip
words = st.sampled_from(["", "p5.48xlarge", "spot", "-1", "1e9", "x" * 50, "${var.x}", "100Gi", "0.5", "In"])
leaves = st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**9), st.floats(-5, 5), words)
bodies = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(TERRAFORM), st.dictionaries(st.sampled_from(KEYS), bodies, max_size=10))
def test_terraform_of_any_shape(kind: str, body: dict[str, Any]) -> None:
    made = estimate(Plan((Resource(kind, "x", body),)))
    assert not [each.reason for each in made.unpriced if "crash" in each.reason]
    assert all(item.floor_hour >= 0 for item in made.items)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(KUBERNETES), st.dictionaries(st.sampled_from(KEYS), bodies, max_size=10))
def test_kubernetes_of_any_shape(kind: str, body: dict[str, Any]) -> None:
    made = estimate(Plan(objects=(KubeObject("v1", kind, "x", "ml", body={"spec": body, **body}),)))
    assert not [each.reason for each in made.unpriced if "crash" in each.reason]
    assert all(item.floor_hour >= 0 for item in made.items)


def test_a_pricer_that_crashes_is_a_node_without_a_price_and_the_others_have_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(subject: Subject, site: Site) -> Any:
        raise RuntimeError("no one thought of this")

    monkeypatch.setitem(PRICERS, "aws_nat_gateway", broken)
    made = estimate(Plan((Resource("aws_nat_gateway", "n"), Resource("aws_kms_key", "k"))))
    assert [each.address for each in made.items] == ["aws_kms_key.k"]
    [told] = made.unpriced
    assert told.reason.startswith("made the estimate crash: report it (RuntimeError: no one thought of this, test_str")


@pytest.mark.parametrize("value", [Raw("var.x"), "${var.x}", None, [], "many"])
def test_sizes_that_are_no_numbers_are_told(value: Any) -> None:
    made = estimate(Plan((Resource("aws_autoscaling_group", "g", {"max_size": value}),)))
    assert made.items == ()
    assert made.unpriced[0].reason == "max_size is known only to Terraform"
