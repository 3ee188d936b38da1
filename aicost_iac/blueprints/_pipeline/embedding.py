"""The embedding server: text-embeddings-inference, with the OpenAI-compatible `/v1/embeddings`."""

from __future__ import annotations

from collections.abc import Mapping

from aicost_iac.blueprints._pipeline import pods
from aicost_iac.blueprints._pipeline.backends import EMBEDDING_PORT, environment
from aicost_iac.blueprints._pipeline.settings import EmbeddingServer
from aicost_iac.plan import KubeObject

# A first start fetches the model; small encoders take seconds, the largest some minutes.
_START_SECONDS = 600


def objects(name: str, server: EmbeddingServer, namespace: str, tags: Mapping[str, str]) -> list[KubeObject]:
    """https://huggingface.co/docs/text-embeddings-inference/cli_arguments"""
    made = pods.Server(
        name=name,
        image=server.image,
        port=EMBEDDING_PORT,
        port_name="http",
        replicas=server.replicas,
        cpu=server.cpu,
        memory=server.memory,
        args=[
            "--model-id",
            server.model,
            "--revision",
            server.commit,
            "--port",
            str(EMBEDDING_PORT),
            "--auto-truncate",
        ],
        environment=[environment("HUGGINGFACE_HUB_CACHE", "/data")],
        probes=pods.http_probes("http", "/health", "/health", _START_SECONDS),
        scratch=("/data", "/tmp"),
    )
    return pods.objects(made, namespace, tags)
