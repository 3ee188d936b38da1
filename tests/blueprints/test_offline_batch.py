"""OfflineBatch: spot by default, an end always, lost nodes no failures."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost_iac import (
    Context,
    CostTags,
    InvalidBlueprint,
    KubeObject,
    MigSlice,
    OfflineBatch,
    Placement,
    SecretKey,
    WholeGpus,
)
from aicost_iac.rules import Subject, World, check
from tests.kubernetes.strict import assert_valid

SPOT = Placement(gpu="L40S", node_selector={"karpenter.sh/nodepool": "batch"}, spot=True, gpus_per_node=1)
TAGS = CostTags(workload_type="inference", cost_center="ai-batch", team="search")


def batch(**fields: Any) -> OfflineBatch:
    given = {
        "name": "embed-night",
        "namespace": "batch",
        "image": "registry.example.com/embed:1.4.2",
        "command": ["python", "-m", "embed"],
        "placement": SPOT,
        "accelerator": WholeGpus(),
        "deadline_hours": 6,
    }
    return OfflineBatch(**{**given, **fields})


def made(blueprint: OfflineBatch, kind: str) -> KubeObject:
    [found] = [item for item in blueprint.expand(Context(TAGS)).objects if item.kind == kind]
    return found


def findings(blueprint: OfflineBatch) -> list[str]:
    objects = blueprint.expand(Context(TAGS)).objects
    world = World(tuple(Subject(item) for item in objects), complete=False)
    return [f"{each.rule}: {each.message}" for each in check(world).errors]


def test_a_run_ends_and_a_lost_node_is_no_failure() -> None:
    spec = made(batch(), "Job").body["spec"]
    assert spec["activeDeadlineSeconds"] == 6 * 3600
    assert (spec["backoffLimit"], spec["ttlSecondsAfterFinished"]) == (3, 86_400)
    assert spec["podFailurePolicy"]["rules"] == [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    ]
    template = spec["template"]
    assert template["spec"]["restartPolicy"] == "Never"
    assert template["metadata"]["annotations"] == {"karpenter.sh/do-not-disrupt": "true"}
    assert template["metadata"]["labels"]["cost-center"] == "ai-batch"


def test_it_runs_on_the_placements_nodes_and_asks_for_what_they_have() -> None:
    pod = made(batch(), "Job").body["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"karpenter.sh/nodepool": "batch"}
    assert pod["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    assert pod["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == 1


def test_a_slice_is_asked_for_by_its_resource() -> None:
    sliced = Placement(gpu="H100", slices={"1g.10gb": 7}, spot=True)
    pod = made(batch(placement=sliced, accelerator=MigSlice(profile="1g.10gb")), "Job").body["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"]["limits"]["nvidia.com/mig-1g.10gb"] == 1


def test_with_a_schedule_it_is_a_cron_job_that_never_overlaps() -> None:
    spec = made(batch(schedule="30 1 * * 1-5", time_zone="Europe/Berlin"), "CronJob").body["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == (
        "30 1 * * 1-5",
        "Europe/Berlin",
        "Forbid",
    )
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 6 * 3600


def test_in_a_queue_it_waits_for_kueue() -> None:
    job = made(batch(queue="gpu-batch"), "Job")
    assert job.labels["kueue.x-k8s.io/queue-name"] == "gpu-batch"
    assert job.body["spec"]["suspend"] is True


def test_secrets_are_named_and_not_held() -> None:
    job = made(batch(environment={"HF_TOKEN": SecretKey(secret="hub", key="token"), "MODE": "fast"}), "Job")
    [container] = job.body["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [
        {"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hub", "key": "token"}}},
        {"name": "MODE", "value": "fast"},
    ]


def test_what_a_run_takes_is_noted_for_estimates() -> None:
    job = made(batch(expected_hours=2.5, runs_per_month=22), "Job")
    assert {each.name: each.value for each in job.assume} == {"run_hours": "2.5", "runs_per_month": "22"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"deadline_hours": None}, "deadline_hours: Input should be a valid integer"),
        ({"deadline_hours": 0}, "deadline_hours: Input should be greater than or equal to 1 (got 0)"),
        ({"placement": Placement(gpu="L40S")}, "say in on_demand= why this work must not be interrupted"),
        ({"on_demand": "quarterly closing"}, "on_demand: stands beside a spot placement"),
        ({"accelerator": MigSlice(profile="1g.10gb")}, "no node offers 1g.10gb"),
        ({"accelerator": WholeGpus(count=4)}, "4 GPUs are more than the 1 of a node"),
        ({"schedule": "tonight"}, "is not a cron schedule"),
        ({"schedule": "0 24 * * *"}, "'24' in the cron expression '0 24 * * *' is not understood"),
        ({"schedule": "0 1 * * 7"}, "'7' in the cron expression"),
        ({"schedule": "*/0 * * * *"}, "names a time that does not exist"),
        ({"time_zone": "Europe/Berlin"}, "and there is none"),
        ({"image": "embed:latest"}, "never 'latest'"),
        ({"image": "embed"}, "an image with a version or a digest"),
        ({"parallelism": 8, "completions": 4}, "parallelism: is above completions (got 8); at most 4"),
        ({"expected_hours": 9}, "is beyond the deadline (got 9.0)"),
    ],
)
def test_what_can_not_work_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidBlueprint) as refused:
        batch(**fields)
    assert said in str(refused.value)


def test_without_a_hard_end_there_is_no_batch() -> None:
    described = batch().model_dump(exclude={"deadline_hours"}, exclude_defaults=True)
    with pytest.raises(InvalidBlueprint, match="deadline_hours: is required; only you can know it"):
        OfflineBatch(**described)


BATCHES = st.fixed_dictionaries(
    {},
    optional={
        "schedule": st.sampled_from(["0 1 * * *", "*/30 9-17 * * 1-5"]),
        "queue": st.just("gpu-batch"),
        "completions": st.integers(5, 50),
        "parallelism": st.integers(1, 5),
        "retries": st.integers(0, 20),
        "keep_hours": st.integers(1, 720),
        "environment": st.just({"A": "1", "B": SecretKey(secret="s", key="k")}),
    },
)


@given(BATCHES)
@settings(max_examples=40, deadline=None)
def test_any_batch_is_valid_and_free_of_findings(fields: dict[str, Any]) -> None:
    blueprint = batch(**fields)
    assert_valid(blueprint.expand(Context(TAGS)).objects)
    assert findings(blueprint) == []
