"""ModelServer: every object it becomes, and what each lever changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from aicost_iac import (
    CostTags,
    ModelStorage,
    Placement,
    SecretKey,
    Speculative,
    Toleration,
    WholeGpus,
)
from aicost_iac.blueprints.model_server import ModelServer
from aicost_iac.errors import UnreadableDocument
from tests.blueprints.serving import CONTEXT, SLICE, arguments, assumed, body, container, plan, server, sliced
from tests.kubernetes.strict import assert_valid

TOKEN = SecretKey(secret="hugging-face", key="token")
SHARED = ModelStorage(claim="models", access_mode="ReadWriteMany", size_gib=100, storage_class="efs")
PAIR = {"accelerator": WholeGpus(count=2)}
CONFIG = {
    "model_type": "llama",
    "hidden_size": 2048,
    "intermediate_size": 8192,
    "num_attention_heads": 32,
    "num_hidden_layers": 16,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "tie_word_embeddings": True,
    "max_position_embeddings": 131072,
}


def pod(blueprint: ModelServer) -> dict[str, Any]:
    return dict(body(plan(blueprint), "Deployment")["spec"]["template"]["spec"])


def claim(**fields: Any) -> ModelStorage:
    return ModelStorage(**{"claim": "models", "access_mode": "ReadWriteMany", **fields})


SERVERS = {
    "plain": server(),
    "on a slice": sliced(),
    "tensor parallel": server(**PAIR),
    "autoscaled": server(replicas=None),
    "with a new claim": server(storage=SHARED, replicas=3),
    "from a read-only claim": server(
        storage=claim(access_mode="ReadOnlyMany"), model="/models/llama", shape="Llama-3.1-8B"
    ),
    "gated and closed": server(hugging_face_token=TOKEN, api_key=SecretKey(secret="chat", key="key")),
    "no monitoring": server(prometheus_namespace=None, client_namespaces=["apps", "web"]),
    "tgi": server(engine="tgi", speculative=Speculative(tokens=2)),
    "triton": server(engine="triton", model="/models/repository", shape="Llama-3.1-8B", image="ours/trt:24.10"),
    "custom": server(engine="custom", image="ours/server:1.2", health_path="/ready", command=["serve"]),
    "read from a file": server(model="ours/small", config=CONFIG),
}


@pytest.mark.parametrize("name", SERVERS)
def test_every_object_would_be_taken_as_it_is(name: str) -> None:
    assert_valid(plan(SERVERS[name]).objects)


def test_the_objects_around_a_deployment() -> None:
    made = plan(server(storage=SHARED))
    assert sorted(item.kind for item in made.objects) == [
        "Deployment",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "PodDisruptionBudget",
        "PodMonitor",
        "Service",
        "ServiceAccount",
    ]
    assert {item.namespace for item in made.objects} == {"serving"}


def test_everybody_finds_the_pods_by_the_same_labels() -> None:
    made = plan(server())
    template = body(made, "Deployment")["spec"]["template"]["metadata"]["labels"]
    chosen = [
        body(made, "Deployment")["spec"]["selector"]["matchLabels"],
        body(made, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        body(made, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        body(made, "PodMonitor")["spec"]["selector"]["matchLabels"],
        body(made, "Service")["spec"]["selector"],
    ]
    assert all(labels and labels.items() <= template.items() for labels in chosen)


def test_cost_labels_are_on_the_pods() -> None:
    found = body(plan(sliced()), "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert {**CONTEXT.tags.keys(), "model-name": "Qwen2.5-7B-awq", "optimization-level": "quantized-4bit"}.items() <= (
        found.items()
    )


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"quantization": "fp8"}, "quantized-8bit"),
        ({"quantization": "bitsandbytes"}, "quantized-4bit"),
        ({"tags": CostTags(optimization_level="distilled")}, "distilled"),
        ({}, None),
    ],
)
def test_the_optimization_level_follows_from_the_weights(fields: dict[str, Any], level: str | None) -> None:
    labels = body(plan(server(**fields)), "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert labels.get("optimization-level") == level


def test_the_service_leads_to_the_port_the_engine_listens_on() -> None:
    for chosen in (server(), server(port=9000), server(engine="tgi"), SERVERS["triton"]):
        [exposed] = body(plan(chosen), "Service")["spec"]["ports"]
        [listening] = [port for port in container(chosen)["ports"] if port["name"] == exposed["targetPort"]]
        assert exposed["port"] == listening["containerPort"] == chosen.listens_on
        assert any(argument.endswith(f"port={chosen.listens_on}") for argument in arguments(chosen))
        assert chosen.url == f"http://chat.serving.svc.cluster.local:{exposed['port']}"


def test_ranks_share_memory_that_their_limit_counts() -> None:
    alone, pair = container(server()), container(server(**PAIR))
    assert "--tensor-parallel-size=2" in pair["args"]
    assert {mount["mountPath"] for mount in pair["volumeMounts"]} - {
        mount["mountPath"] for mount in alone["volumeMounts"]
    } == {"/dev/shm"}
    [shared] = [volume for volume in pod(server(**PAIR))["volumes"] if volume["name"] == "shm"]
    assert shared["emptyDir"] == {"medium": "Memory", "sizeLimit": "4Gi"}
    limits = [int(each["resources"]["limits"]["memory"].removesuffix("Gi")) for each in (alone, pair)]
    assert limits[1] - limits[0] == 4


def test_a_slice_is_asked_for_once() -> None:
    resources = container(sliced())["resources"]
    assert resources["limits"]["nvidia.com/mig-1g.10gb"] == resources["requests"]["nvidia.com/mig-1g.10gb"] == 1
    assert "nvidia.com/gpu" not in resources["limits"]


def test_what_holds_for_every_pod() -> None:
    found, main = pod(server()), container(server())
    assert found["automountServiceAccountToken"] is found["enableServiceLinks"] is False
    assert found["securityContext"]["runAsNonRoot"] is True
    assert found["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert main["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert main["resources"]["limits"]["memory"] == main["resources"]["requests"]["memory"]
    assert "cpu" in main["resources"]["requests"]
    assert "cpu" not in main["resources"]["limits"], "a limit would only slow down what nobody else uses"


def test_whoever_writes_finds_a_folder_that_is_his() -> None:
    main = container(server())
    written = {mount["mountPath"] for mount in main["volumeMounts"] if not mount.get("readOnly")}
    named = {each["name"]: each.get("value") for each in main["env"]}
    assert {main["workingDir"], named["HOME"], "/tmp"} <= written
    assert str(named["HF_HOME"]).startswith(f"{named['HOME']}/")
    assert named["USER"] == named["LOGNAME"] == "model", "torch asks for the name of a user that no image knows"


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [({}, 210), ({"load_seconds": 600}, 600), ({"storage": SHARED}, 120), ({"quantization": "awq"}, 133)],
)
def test_the_probes_wait_as_long_as_a_load_takes(fields: dict[str, Any], seconds: int) -> None:
    probes = container(server(**fields))
    patience = probes["startupProbe"]["failureThreshold"] * probes["startupProbe"]["periodSeconds"]
    assert seconds * 1.5 <= patience < seconds * 1.5 + 10
    assert server(**fields).cold_start_seconds == 240 + seconds
    assert all(
        probes[kind]["httpGet"] == {"path": "/health", "port": "http"} for kind in ("readinessProbe", "livenessProbe")
    )


def test_a_rollout_asks_for_no_further_gpu() -> None:
    spec = body(plan(server()), "Deployment")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    assert spec["progressDeadlineSeconds"] >= server().cold_start_seconds
    surging = body(plan(server(max_surge=1)), "Deployment")["spec"]
    assert surging["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def test_a_pod_is_told_to_stop_when_nobody_asks_it_any_more() -> None:
    drain = container(server())["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod(server(grace_seconds=90))["terminationGracePeriodSeconds"] == 90 + drain


def test_an_autoscaled_server_says_no_replicas() -> None:
    assert "replicas" not in body(plan(server(replicas=None)), "Deployment")["spec"]
    assert body(plan(server(replicas=3)), "Deployment")["spec"]["replicas"] == 3


def test_it_goes_where_its_nodes_are() -> None:
    taint = Toleration(key="team", operator="Equal", value="chat", effect="NoExecute")
    place = Placement(gpu="L40S", node_selector={"pool": "l40s"}, tolerations=[taint])
    found = pod(server(placement=place))
    assert found["nodeSelector"] == {"pool": "l40s"}
    assert found["tolerations"] == [{"key": "team", "operator": "Equal", "value": "chat", "effect": "NoExecute"}]


def test_a_new_claim_and_one_that_exists() -> None:
    made = plan(server(storage=SHARED))
    assert body(made, "PersistentVolumeClaim", "models")["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "100Gi"}},
        "storageClassName": "efs",
    }
    there = plan(server(storage=claim()))
    assert "PersistentVolumeClaim" not in {item.kind for item in there.objects}
    assert {"name": "HF_HOME", "value": "/models"} in container(server(storage=claim()))["env"]


def test_nothing_is_downloaded_to_a_volume_that_can_only_be_read() -> None:
    chosen = SERVERS["from a read-only claim"]
    assert {"name": "HF_HUB_OFFLINE", "value": "1"} in container(chosen)["env"]
    [mount] = [each for each in container(chosen)["volumeMounts"] if each["name"] == "models"]
    assert mount == {"name": "models", "mountPath": "/models", "readOnly": True}


def test_secrets_stay_where_they_are() -> None:
    named = {each["name"]: each for each in container(SERVERS["gated and closed"])["env"]}
    assert named["HF_TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": "hugging-face", "key": "token"}}
    assert named["VLLM_API_KEY"]["valueFrom"] == {"secretKeyRef": {"name": "chat", "key": "key"}}


def test_only_named_namespaces_may_call() -> None:
    def reached(chosen: ModelServer) -> list[str]:
        rules = body(plan(chosen), "NetworkPolicy")["spec"]["ingress"]
        peers = [peer for rule in rules for peer in rule["from"] if "namespaceSelector" in peer]
        return [peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in peers]

    assert reached(server()) == ["monitoring"]
    assert reached(server(prometheus_namespace=None, client_namespaces=["apps"])) == ["apps"]


def test_what_is_known_of_a_replica_is_written_beside_it() -> None:
    place = Placement(gpu="L40S", instance_type="g6e.12xlarge", gpus_per_node=4)
    found = assumed(plan(server(placement=place)), "Deployment")
    assert found["memory_needed_gib"] == "20.96"
    assert found["cold_start_s"] == "450"
    assert found["instance_type"] == "g6e.12xlarge"
    assert float(found["replica_usd_hour"]) == pytest.approx(10.49264 / 4)


def test_slices_share_what_their_layout_costs() -> None:
    place = Placement(gpu="H100", slices={"1g.10gb": 4, "3g.40gb": 1}, instance_type="p5.4xlarge")
    found = assumed(plan(sliced(placement=place, accelerator=SLICE)), "Deployment")
    assert float(found["replica_usd_hour"]) == pytest.approx(6.88 / 8)


def test_host_resources_are_the_replicas_part_of_its_node() -> None:
    asked = container(server(placement=Placement(gpu="L4", instance_type="g6.xlarge"), quantization="awq"))["resources"]
    assert (asked["requests"]["cpu"], asked["requests"]["memory"]) == ("3", "10Gi")
    own = container(server(cpu=6, memory_gib=40))["resources"]["requests"]
    assert (own["cpu"], own["memory"]) == ("6", "40Gi")


def test_a_models_shape_is_read_from_its_config(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(CONFIG))
    read = server(model="ours/small", config=ModelServer.read_config(file))
    assert assumed(plan(read), "Deployment")["memory_needed_gib"] == "5.30"


@pytest.mark.parametrize("text", ["{", "[]"])
def test_what_is_no_config_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(text)
    with pytest.raises(UnreadableDocument, match=r"config\.json"):
        ModelServer.read_config(file)
    with pytest.raises(UnreadableDocument):
        ModelServer.read_config(tmp_path / "nothing.json")
