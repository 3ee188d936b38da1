"""SERVE004: a Service whose name is a variable of the server behind it."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills, prices
from aicost_iac.rules.reading.pods import Pods, all_pods
from aicost_iac.rules.reading.servers import VLLM, server
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World, may_share

_NAME = "vllm"


@rule(
    "SERVE004",
    "service-named-vllm",
    severity="error",
    group="broken",
    reads=("Service",),
    source="https://github.com/vllm-project/vllm/issues/34199",
)
def service_named_vllm(subject: Subject, world: World) -> Iterator[Told]:
    """A Service called `vllm` beside pods that run vLLM.

    What happens: Kubernetes tells every pod of a namespace about its Services by environment variables. A Service
    `vllm` becomes `VLLM_PORT=tcp://10.0.0.7:8000`, which vLLM reads as its own port setting and ends on. Pods that
    started before the Service keep running, until they are restarted.

    Why it costs: a crash loop on a GPU node that is billed all along.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: vllm, namespace: serving}
    spec: {selector: {app: chat}, ports: [{port: 8000}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers: [{name: server, image: "vllm/vllm-openai:v0.11.0"}]
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec: {selector: {app: chat}, ports: [{port: 8000}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers: [{name: server, image: "vllm/vllm-openai:v0.11.0"}]
    ```
    """
    if subject.name != _NAME:
        return
    beside = [each for each in world.once(_vllm_pods) if may_share(each.subject.namespace, subject.namespace)]
    struck = [each for each in beside if each.spec.flag("enableServiceLinks") is not False]
    if struck or not beside:
        names = ", ".join(sorted({each.subject.name for each in struck}))
        where = f"the vLLM pods of {names}" if struck else "any vLLM pod of its namespace"
        yield Told(
            (),
            f"a Service called {_NAME!r} sets VLLM_PORT to an address in {where}, and vLLM crashes on it",
            f"call the Service otherwise, such as {_NAME}-server, or set enableServiceLinks: false on the pods",
            cost=prices.together(cost for each in struck if (cost := bills.of_pods(each, world))),
            severity=None if struck else "warning",
        )


def _vllm_pods(world: World) -> tuple[Pods, ...]:
    return tuple(each for each in world.once(all_pods) if any(server(c) is VLLM for c in each.containers))
