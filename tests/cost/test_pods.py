"""Pods: which machine they are on, which part of it they pay, how many of them run."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Resource
from aicost_iac.plan import KubeObject
from tests.cost.plans import assumed, item, node_pool, notes, of, reasons, scaled, spot, workload

W = "apps/v1/Deployment/ml/w"
GPU = "nvidia.com/gpu"


def deployment(resources: Mapping[str, Any], replicas: int | None = 1, **pod: Any) -> KubeObject:
    spec = {} if replicas is None else {"replicas": replicas}
    return workload("Deployment", resources, spec=spec, **pod)


def with_assumptions(made: KubeObject, **words: str) -> KubeObject:
    """The object with assumptions, as a blueprint notes them."""
    from dataclasses import replace

    return replace(made, assume=tuple(assumed(*pair) for pair in words.items()))


def thing(made: Any, address: str = W) -> str:
    return str(item(made, address).parts[0].expected.thing)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({GPU: 1}, "1/8 of p5.48xlarge"),
        ({GPU: 2}, "1/4 of p5.48xlarge"),
        ({GPU: 3}, "1/2 of p5.48xlarge"),
        ({GPU: 5}, "p5.48xlarge"),
        ({GPU: 8}, "p5.48xlarge"),
        ({GPU: 1, "cpu": "100"}, "p5.48xlarge"),
        ({GPU: 1, "cpu": "40"}, "1/4 of p5.48xlarge"),
        ({GPU: 1, "memory": "700Gi"}, "1/2 of p5.48xlarge"),
        ({"cpu": "48"}, "1/4 of p5.48xlarge"),
        ({"cpu": "500m", "memory": "1Ti"}, "1/2 of p5.48xlarge"),
    ],
)
def test_a_pod_pays_the_part_it_keeps_others_from(asked: dict[str, Any], part: str) -> None:
    assert thing(of(with_assumptions(deployment(asked), instance_type="p5.48xlarge"))) == part


def test_what_does_not_fit_is_not_priced() -> None:
    made = of(with_assumptions(deployment({GPU: 9}), instance_type="p5.48xlarge"))
    assert (made.items, reasons(made, W)) == ((), ["fits on no machine it may run on"])


def test_the_machine_is_the_assumed_one_before_any_other() -> None:
    pinned = deployment({GPU: 1}, nodeSelector={"node.kubernetes.io/instance-type": "g6e.xlarge"})
    made = of(with_assumptions(pinned, instance_type="g6e.2xlarge"), node_pool("p", ["g6.xlarge"]))
    assert thing(made) == "g6e.2xlarge"
    assert "on g6e.2xlarge, as assumed" in notes(made)[0]


def test_an_annotation_by_hand_assumes_too() -> None:
    from dataclasses import replace

    made = of(replace(deployment({GPU: 1}), annotations={"aicost.dev/instance-type": "g6e.4xlarge"}))
    assert thing(made) == "g6e.4xlarge"


def test_then_the_one_its_selector_names() -> None:
    made = of(deployment({GPU: 1}, nodeSelector={"node.kubernetes.io/instance-type": "g6e.xlarge"}))
    assert thing(made) == "g6e.xlarge"
    assert notes(made) == ["on the type it selects"]


def test_then_one_of_the_pool_it_may_go_to() -> None:
    pool = node_pool("l40s", ["g6e.xlarge", "g6e.4xlarge"], labels={"pool": "l40s"}, limits={GPU: 2})
    other = node_pool("h100", ["p5.48xlarge"], labels={"pool": "h100"}, limits={GPU: 8})
    made = of(deployment({GPU: 1}, nodeSelector={"pool": "l40s"}), pool, other)
    lines = item(made, W).parts[0].lines
    assert [line.thing for line in lines] == ["g6e.xlarge", "g6e.xlarge", "g6e.4xlarge"]
    assert "on nodes of NodePool l40s" in notes(made)


def test_a_pool_whose_taint_the_pod_does_not_stand_is_not_its_pool() -> None:
    taints = [{"key": "team", "value": "a", "effect": "NoSchedule"}]
    pool = node_pool("p", ["g6e.4xlarge"], limits={GPU: 2})
    body = dict(pool.body["spec"])
    body["template"] = {**body["template"], "spec": {**body["template"]["spec"], "taints": taints}}
    tainted = KubeObject("karpenter.sh/v1", "NodePool", "p", body={"spec": body})
    product = {"nvidia.com/gpu.product": "NVIDIA-L40S"}
    assert thing(of(deployment({GPU: 1}, nodeSelector=product), tainted)) == "g6e.xlarge"
    stands = [{"key": "team", "operator": "Exists"}]
    assert thing(of(deployment({GPU: 1}, nodeSelector=product, tolerations=stands), tainted)) == "g6e.4xlarge"


def test_then_the_cheapest_with_that_accelerator_and_it_says_so() -> None:
    made = of(deployment({GPU: 1}, nodeSelector={"nvidia.com/gpu.product": "NVIDIA-L40S"}))
    assert thing(made) == "g6e.xlarge"
    assert notes(made) == ["on the cheapest machine with L40S: no node is named"]
    neuron = of(deployment({"aws.amazon.com/neuron": 1}))
    assert thing(neuron) == "inf1.xlarge"


def test_and_where_nothing_names_one_that_is_the_answer() -> None:
    assert "'instance_type' prices it" in reasons(of(deployment({GPU: 1})), W)[0]
    assert "'instance_type' prices its share" in reasons(of(deployment({"cpu": "1"})), W)[0]
    gke = deployment({GPU: 1}, nodeSelector={"cloud.google.com/gke-accelerator": "nvidia-l4"})
    assert "another cloud's nodes" in reasons(of(gke), W)[0]


def test_pods_on_nodes_that_are_priced_themselves_cost_nothing_more() -> None:
    group = Resource(
        "aws_eks_node_group",
        "n",
        {"scaling_config": [{"min_size": 1, "desired_size": 1, "max_size": 1}], "instance_types": ["g6e.12xlarge"]},
    )
    alone = of(group)
    made = of(group, deployment({GPU: 2}), workload("Deployment", {"cpu": "1"}, name="router"))
    assert made.hour == alone.hour
    assert {each.address for each in made.included} == {W, "apps/v1/Deployment/ml/router"}
    assert made.included[0].reason == "runs on aws_eks_node_group n, which is priced itself"


@pytest.mark.parametrize(
    ("resource", "instance_type", "part"),
    [
        ("nvidia.com/mig-1g.10gb", "p5.48xlarge", "1/56 of p5.48xlarge"),
        ("nvidia.com/mig-3g.40gb", "p5.48xlarge", "1/16 of p5.48xlarge"),
        ("nvidia.com/mig-1g.20gb", "p5.48xlarge", "1/32 of p5.48xlarge"),
        ("nvidia.com/mig-1g.5gb", "p4d.24xlarge", "1/56 of p4d.24xlarge"),
    ],
)
def test_a_slice_pays_for_what_is_stranded_beside_it(resource: str, instance_type: str, part: str) -> None:
    assert thing(of(with_assumptions(deployment({resource: 1}), instance_type=instance_type))) == part


def test_a_slice_that_its_machine_does_not_have_is_not_priced() -> None:
    made = of(with_assumptions(deployment({"nvidia.com/mig-1g.5gb": 1}), instance_type="p5.48xlarge"))
    assert made.items == ()


def test_a_bundled_layout_is_known_by_its_name() -> None:
    pool = node_pool("p", ["p5.4xlarge"], labels={"nvidia.com/mig.config": "all-balanced"}, limits={GPU: 1})
    made = of(deployment({"nvidia.com/mig-3g.40gb": 1}), pool)
    assert thing(made) == "1/2 of p5.4xlarge"


def test_spot_nodes_cost_the_given_price_or_claim_no_saving() -> None:
    selector = {"karpenter.sh/capacity-type": "spot", "node.kubernetes.io/instance-type": "g6e.xlarge"}
    pod = deployment({GPU: 1}, nodeSelector=selector)
    assert "no saving is claimed" in notes(of(pod))[0]
    from dataclasses import replace

    part = item(of(replace(pod, assume=(spot("g6e.xlarge", "0.60"),))), W).parts[0]
    assert [str(line.quote.usd_hour) for line in part.lines] == ["0.60", "0.60", "1.861"]


@pytest.mark.parametrize(
    ("autoscaler", "expected"),
    [
        (scaled("w", 2, 6), [2, 2, 6]),
        (scaled("w", 0, 6), [0, 1, 6]),
        (scaled("w", 0, 6, assumed("replicas", "2.5")), [0, Decimal("2.5"), 6]),
        (scaled("w", 0, 6, assumed("replicas", "60")), [0, 6, 6]),
        (scaled("other", 0, 6), [3, 3, 3]),
    ],
)
def test_autoscalers_give_the_bounds_and_an_assumption_what_to_expect(
    autoscaler: KubeObject, expected: list[Any]
) -> None:
    made = of(with_assumptions(deployment({GPU: 1}, 3), instance_type="g6e.xlarge"), autoscaler)
    assert [line.count for line in item(made, W).parts[0].lines] == expected


def test_a_horizontal_pod_autoscaler_counts_like_a_scaled_object() -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "w"}
    hpa = KubeObject("autoscaling/v2", "HorizontalPodAutoscaler", "h", "ml",
                     body={"spec": {"scaleTargetRef": target, "maxReplicas": 4}})  # fmt: skip
    made = of(with_assumptions(deployment({GPU: 1}, 9), instance_type="g6e.xlarge"), hpa)
    assert [line.count for line in item(made, W).parts[0].lines] == [1, 1, 4]


@pytest.mark.parametrize(
    ("kind", "path", "spec", "count"),
    [
        ("LeaderWorkerSet", "leaderWorkerTemplate", {"replicas": 2}, [2, 6]),
        ("PyTorchJob", "pytorchReplicaSpecs", {}, [1, 3]),
    ],
)
def test_templates_are_counted_by_whatever_holds_them(kind: str, path: str, spec: Any, count: list[int]) -> None:
    pod = {"template": {"spec": {"containers": [{"name": "c", "resources": {"limits": {GPU: 1}}}]}}}
    inner = {
        "LeaderWorkerSet": {"size": 4, "leaderTemplate": pod["template"], "workerTemplate": pod["template"]},
        "PyTorchJob": {"Master": {"replicas": 1, **pod}, "Worker": {"replicas": 3, **pod}},
    }[kind]
    api = {"LeaderWorkerSet": "leaderworkerset.x-k8s.io/v1", "PyTorchJob": "kubeflow.org/v1"}[kind]
    made = of(with_assumptions(KubeObject(api, kind, "w", "ml", body={"spec": {**spec, path: inner}}),
                               instance_type="g6e.xlarge", run_hours="730"))  # fmt: skip
    parts = item(made, f"{api}/{kind}/ml/w").parts
    assert [part.ceiling.count for part in parts] == count


def test_a_job_costs_its_hours_once_and_a_cron_job_as_often_as_is_assumed() -> None:
    job = workload("Job", {GPU: 1}, spec={"parallelism": 2, "activeDeadlineSeconds": 7200})
    made = item(of(with_assumptions(job, instance_type="g6e.xlarge", run_hours="1")), "batch/v1/Job/ml/w")
    assert made.hour.month.expected == Decimal("3.72")
    assert made.hour.month.ceiling == Decimal("7.44")
    assert made.floor_hour == 0
    cron = workload("CronJob", {GPU: 1}, spec={"schedule": "0 3 * * *"})
    nightly = of(with_assumptions(cron, instance_type="g6e.xlarge", run_hours="2", runs_per_month="30"))
    assert item(nightly, "batch/v1/CronJob/ml/w").hour.month.expected == Decimal("111.66")


@pytest.mark.parametrize(
    ("schedule", "month"),
    [
        ("0 3 * * *", "113.21"),
        ("@daily", "113.21"),
        ("0 3 * * 1-5", "80.95"),
        ("0 0 1 * *", "3.72"),
        ("*/30 * * * *", "1358.53"),
    ],
)
def test_a_schedule_says_how_often_a_cron_job_runs(schedule: str, month: str) -> None:
    cron = workload("CronJob", {GPU: 1}, spec={"schedule": schedule})
    made = of(with_assumptions(cron, instance_type="g6e.xlarge", run_hours="2"))
    assert item(made, "batch/v1/CronJob/ml/w").hour.month.expected == Decimal(month)


def test_a_schedule_that_is_none_is_asked_for() -> None:
    cron = workload("CronJob", {GPU: 1}, spec={"schedule": "whenever"})
    made = of(with_assumptions(cron, instance_type="g6e.xlarge", run_hours="2"))
    assert "'runs_per_month' would say it" in reasons(made, "batch/v1/CronJob/ml/w")[0]


def test_a_job_that_nothing_ends_is_in_the_ceiling_and_its_run_time_is_asked_for() -> None:
    made = of(with_assumptions(workload("Job", {GPU: 1}), instance_type="g6e.xlarge"))
    assert made.month.expected == 0
    assert made.month.ceiling == Decimal("1358.53")
    assert reasons(made, "batch/v1/Job/ml/w") == [
        "how long it runs in a month is not known: 'run_hours' would say it; only the ceiling counts it"
    ]


def test_a_daemon_set_is_one_a_node_and_counts_with_the_nodes() -> None:
    made = of(workload("DaemonSet", {GPU: 1}), workload("DaemonSet", {"cpu": "1"}, name="agent"))
    assert made.items == ()
    assert [each.address for each in made.unpriced] == ["apps/v1/DaemonSet/ml/w"]


@pytest.mark.parametrize("asked", [{"nvidia.com/gpu.shared": 1}, {GPU: 1, "nvidia.com/mig-1g.10gb": 1}])
def test_devices_nobody_can_weigh_are_told(asked: dict[str, Any]) -> None:
    [told] = reasons(of(with_assumptions(deployment(asked), instance_type="p5.48xlarge")), W)
    assert "are not estimated" in told


def test_what_pods_leave_of_their_nodes_is_told_once_for_all_that_share_them() -> None:
    pool = node_pool("h100", ["p5.48xlarge"], labels={"pool": "h100"}, limits={GPU: 16})
    one = workload("Deployment", {GPU: 2}, spec={"replicas": 2}, name="a", nodeSelector={"pool": "h100"})
    other = workload("Deployment", {GPU: 1}, spec={"replicas": 1}, name="b", nodeSelector={"pool": "h100"})
    made = of(pool, one, other)
    [told] = made.unpriced
    assert told.address == "apps/v1/Deployment/ml/a"
    left = "3/8 of one p5.48xlarge is left over as expected, $15,067.20 a month unless other pods use it"
    assert told.reason == f"nodes are started whole: {left}"
    full = workload("Deployment", {GPU: 3}, spec={"replicas": 1}, name="c", nodeSelector={"pool": "h100"})
    assert (
        of(pool, workload("Deployment", {GPU: 4}, spec={"replicas": 2}, nodeSelector={"pool": "h100"})).unpriced == ()
    )
    assert len(of(pool, one, other, full).unpriced) == 1


def test_a_job_leaves_nothing_over_when_it_is_done() -> None:
    job = with_assumptions(workload("Job", {GPU: 1}), instance_type="p5.48xlarge", run_hours="1")
    assert of(job).unpriced == ()
