"""ModelServer: a model that answers, on an accelerator it fits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from aicost_iac.blueprints._serving import checks, expansion, sizing
from aicost_iac.blueprints._serving.engines import SERVERS
from aicost_iac.blueprints._serving.settings import (
    Engine,
    Folder,
    KvCacheType,
    ModelStorage,
    ObjectName,
    Quantization,
    Speculative,
)
from aicost_iac.errors import Problem, UnreadableDocument
from aicost_iac.fields import EnvironmentName, matching
from aicost_iac.kubernetes.metadata import Namespace
from aicost_iac.kubernetes.placement import MigSlice, Placement, WholeGpus
from aicost_iac.kubernetes.secrets import SecretKey
from aicost_iac.model import Blueprint, Context
from aicost_iac.plan import Plan

Port = Annotated[int, Field(ge=1024, le=65_535)]
Word = Annotated[str, matching(r"[^\0]*", "free of NUL")]


class ModelServer(Blueprint):
    """One model behind one Service, on a slice or on whole GPUs.

    Whether it fits is decided here: weights, the KV cache of `concurrency` sequences of `max_model_len` tokens, and
    overhead, against what the device really offers. Too much is refused, with the smallest slice or GPU that holds it.
    https://docs.vllm.ai/en/latest/configuration/conserving_memory.html
    """

    model: Annotated[str, matching(r"[\w./:-]+", "a Hugging Face id or a path")]
    """What is served: a Hugging Face id, or a path in the image or on `storage`."""
    max_model_len: Annotated[int, Field(ge=16)]
    """The longest sequence, prompt and answer together, in tokens."""
    concurrency: Annotated[int, Field(ge=1, le=4096)]
    """How many sequences of that length are served at once: what the KV cache is planned for."""
    placement: Placement
    """Nodes to run on: `GpuNodePool.placement`, or what is known of nodes that exist."""
    accelerator: MigSlice | WholeGpus = WholeGpus()
    """What one replica holds; the tensors are divided among whole GPUs. A process uses one slice, never two."""
    namespace: Namespace
    """Where the objects lie; it must exist."""
    shape: str | None = None
    """A model of the catalog with the same sizes, where `model` itself is not in it: `Llama-3.1-8B`."""
    config: Mapping[str, Any] | None = None
    """The model's `config.json`, for one the catalog does not hold: `ModelServer.read_config(path)`."""
    quantization: Quantization | None = None
    """How the checkpoint's weights are stored. No flag comes of it: engines read it from the checkpoint and choose the
    kernel. https://docs.vllm.ai/en/latest/features/quantization/"""

    engine: Engine = "vllm"
    """What serves. `custom`: any image that listens on `port` and answers `health_path`."""
    image: str | None = None
    """By version or digest; default: a version of vLLM or TGI whose flags are known."""
    command: Annotated[Sequence[Word], AfterValidator(tuple)] = ()
    """Instead of the engine's own command."""
    extra_args: Annotated[Sequence[Word], AfterValidator(tuple)] = ()
    """Arguments after the engine's own."""
    port: Port | None = None
    """Of the container and of the Service; default: the engine's, 8000 for vLLM."""
    health_path: Folder | None = None
    """What answers 200 once the model is loaded; default: the engine's."""
    served_name: str | None = None
    """What clients call the model (vLLM); default: `model`."""
    memory_utilization: Annotated[float, Field(gt=0.1, le=0.99)] = 0.9
    """The share of the device's memory the engine takes, `--gpu-memory-utilization`."""
    kv_cache_type: KvCacheType = "auto"
    """`auto` is the model's own 16 bit; fp8 halves the KV cache.
    https://docs.vllm.ai/en/latest/features/quantization/quantized_kvcache/"""
    prefix_caching: bool = True
    """Keep the KV cache of prompts that begin alike. https://docs.vllm.ai/en/latest/features/automatic_prefix_caching/"""
    max_num_seqs: Annotated[int, Field(ge=1)] | None = None
    """The most sequences of one batch; default: `concurrency`. More is right where most are shorter than
    `max_model_len`. https://docs.vllm.ai/en/latest/configuration/optimization/"""
    max_num_batched_tokens: Annotated[int, Field(ge=16)] | None = None
    """The most tokens of one step: more is throughput, less is an even pace. Default: the engine's."""
    speculative: Speculative | None = None

    replicas: Annotated[int, Field(ge=1, le=1000)] | None = 1
    """None where an autoscaler owns the number: then none is written, and no apply resets it."""
    max_surge: Annotated[int, Field(ge=0, le=100)] = 0
    """Replicas an update may start before old ones stop; each needs a free accelerator, or buys one."""
    load_seconds: Annotated[int, Field(ge=1, le=14_400)] | None = None
    """From the container's start to the first answer, as you measured it; sizes the probes. Default: by the size of the
    weights, at 1 Gbit/s, or 500 MiB/s from `storage`."""
    node_start_seconds: Annotated[int, Field(ge=0, le=3600)] = 240
    """From a pending pod to a started container: node, driver, image of 10 GB and more."""
    grace_seconds: Annotated[int, Field(ge=1, le=3600)] = 120
    """How long requests in flight may take after a pod was told to stop."""
    cpu: Annotated[int, Field(ge=1)] | None = None
    """vCPUs of a replica; default: its part of the node, at most 4 for each GPU."""
    memory_gib: Annotated[int, Field(ge=1)] | None = None
    """Host memory of a replica, GiB; default: its part of the node, at most what the weights need."""
    storage: ModelStorage | None = None
    """A volume with the weights; default: downloaded to the node at each start."""
    environment: Mapping[EnvironmentName, Word] = Field(default_factory=dict)
    """Variables of the container: no secrets."""
    hugging_face_token: SecretKey | None = None
    """For gated models, as HF_TOKEN."""
    api_key: SecretKey | None = None
    """What clients must send (vLLM, as VLLM_API_KEY). https://docs.vllm.ai/en/latest/usage/security/"""
    clients: Mapping[str, str] = Field(default_factory=dict)
    """Labels of the pods of its own namespace that may call; default: all of them."""
    client_namespaces: Annotated[Sequence[Namespace], AfterValidator(tuple)] = ()
    """Namespaces whose pods may call as well."""
    prometheus_namespace: Namespace | None = "monitoring"
    """Where Prometheus runs: it may scrape, and finds a PodMonitor. None: neither."""
    monitor_labels: Mapping[str, ObjectName] = Field(default_factory=dict)
    """Labels by which the Prometheus operator finds PodMonitors, such as `release: kube-prometheus-stack`."""

    @classmethod
    def read_config(cls, path: str | Path) -> dict[str, Any]:
        """The contents of a `config.json`, for `config=`. Raises `UnreadableDocument`."""
        file = Path(path)
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UnreadableDocument(str(file), str(error)) from error
        if not isinstance(found, dict):
            raise UnreadableDocument(str(file), "a config.json is an object")
        return found

    def problems(self) -> Iterator[Problem]:
        yield from checks.problems(self)

    @property
    def pinned_image(self) -> str | None:
        """The image that runs."""
        return self.image or SERVERS[self.engine].image

    @property
    def listens_on(self) -> int:
        """The port of the container and of the Service."""
        return self.port or SERVERS[self.engine].port

    @property
    def url(self) -> str:
        """Where the model answers, inside the cluster."""
        return f"http://{self.name}.{self.namespace}.svc.cluster.local:{self.listens_on}"

    @property
    def cold_start_seconds(self) -> int:
        """From a wanted replica to its first answer, the node included."""
        return sizing.cold_start_seconds(self)

    def expand(self, context: Context) -> Plan:
        return expansion.expand(self, context)
