"""CACHE001: a shelf that is never cleared."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.pods import WORKLOADS, pods_of
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_SERVERS = ("keydb", "redis", "valkey")


@rule(
    "CACHE001",
    "cache-refuses-when-full",
    severity="warning",
    group="broken",
    reads=WORKLOADS,
    source="https://redis.io/docs/latest/develop/reference/eviction/",
)
def cache_refuses_when_full(subject: Subject, world: World) -> Iterator[Told]:
    """A Redis with a memory limit and no eviction policy.

    What happens: `maxmemory-policy` is `noeviction` where nothing is written: when `maxmemory` is reached every write
    fails, and a cache that stores each answer reaches it. Entries without a time to live are never given back either
    way.

    Why it costs: each request goes to the GPU from then on, and pays for the failed write besides.

    Bad:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: cache, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: redis:7.4
              args: [--maxmemory, 4gb]
              resources: {limits: {memory: 6Gi}}
    ```

    Good:

    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: cache, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: server
              image: redis:7.4
              args: [--maxmemory, 4gb, --maxmemory-policy, allkeys-lfu]
              resources: {limits: {memory: 6Gi}}
    ```
    """
    for template in pods_of(subject, world):
        for container in template.running:
            limit, policy = container.arguments.flag("--maxmemory"), container.arguments.flag("--maxmemory-policy")
            repository = container.image.rpartition("/")[2].partition(":")[0]
            kept = policy is None or policy.value == "noeviction"
            if limit is not None and kept and repository.startswith(_SERVERS) and not container.arguments.unsure:
                yield Told(
                    (policy or limit).path,
                    f"container {container.name!r} refuses writes when {limit.value or 'maxmemory'} is full",
                    "--maxmemory-policy allkeys-lfu, or volatile-ttl where entries that may go have a time to live",
                    part=container.name,
                )
