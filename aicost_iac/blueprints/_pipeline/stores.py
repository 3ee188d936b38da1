"""Where cached answers lie: Redis in the cluster, or ElastiCache beside it."""

from __future__ import annotations

from collections.abc import Mapping

from aicost_iac.blueprints._pipeline import pods
from aicost_iac.blueprints._pipeline.backends import REDIS_PORT
from aicost_iac.blueprints._pipeline.settings import ElastiCache, Redis
from aicost_iac.expr import Ref
from aicost_iac.plan import KubeObject, Resource

_PING = {"exec": {"command": ["redis-cli", "--no-auth-warning", "ping"]}}


def redis(name: str, store: Redis, namespace: str, tags: Mapping[str, str]) -> list[KubeObject]:
    """One Redis that writes nothing to disk: what it loses, the models answer again."""
    server = pods.Server(
        name=name,
        image=store.image,
        port=REDIS_PORT,
        port_name="redis",
        replicas=1,
        cpu=store.cpu,
        memory=f"{store.max_memory_mib * 3 // 2}Mi",
        # The image's entry point loads the search module only for arguments that begin with `redis-server`.
        args=[
            "redis-server",
            *("--save", ""),
            *("--appendonly", "no"),
            *("--maxmemory", f"{store.max_memory_mib}mb"),
            *("--maxmemory-policy", store.eviction),
            *("--requirepass", "$(REDISCLI_AUTH)"),
        ],
        # redis-cli reads the password from this variable as well.
        environment=[store.password.environment("REDISCLI_AUTH")],
        probes={
            "startupProbe": {**_PING, "periodSeconds": 2, "failureThreshold": 30},
            "readinessProbe": {**_PING, "periodSeconds": 5},
            "livenessProbe": {**_PING, "periodSeconds": 15, "failureThreshold": 4},
        },
        scratch=("/data",),
    )
    return pods.objects(server, namespace, tags)


def elasticache(name: str, store: ElastiCache, tags: Mapping[str, str]) -> list[Resource]:
    """A replication group of one node, encrypted at rest and on the way; the group first."""
    stem = name.replace("-", "_")
    subnets = Resource(
        "aws_elasticache_subnet_group",
        f"{stem}_subnets",
        {"name": name, "description": f"Cache of {name}", "subnet_ids": list(store.subnet_ids), "tags": tags},
    )
    password = Resource(
        "aws_ssm_parameter", f"{stem}_password", {"name": store.auth_token_parameter, "with_decryption": True}, "data"
    )
    body = {
        "replication_group_id": name[:40],
        "description": f"Answers that {name} need not compute again; nothing that could not be",
        "engine": "valkey",
        "engine_version": "8.2",
        "node_type": store.node_type,
        "num_cache_clusters": 1,
        "automatic_failover_enabled": False,
        "at_rest_encryption_enabled": True,
        "transit_encryption_enabled": True,
        "auth_token": Ref(password.address, "value"),
        "snapshot_retention_limit": 0,
        "subnet_group_name": subnets.ref("name"),
        "security_group_ids": list(store.security_group_ids),
        "apply_immediately": True,
        "tags": tags,
    }
    return [Resource("aws_elasticache_replication_group", stem, body), subnets, password]
