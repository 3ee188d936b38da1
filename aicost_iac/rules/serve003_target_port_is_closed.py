"""SERVE003: a Service that forwards to a port nobody listens on."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading import bills
from aicost_iac.rules.reading.pods import Pods
from aicost_iac.rules.reading.servers import listening, server
from aicost_iac.rules.reading.services import selected_pods
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World


@rule(
    "SERVE003",
    "target-port-is-closed",
    severity="error",
    group="broken",
    reads=("Service",),
    source="https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service",
)
def target_port_is_closed(subject: Subject, world: World) -> Iterator[Told]:
    """A Service whose `targetPort` is not the port its pods listen on.

    What happens: `targetPort` is the port of the container, and `port` where it is not written. vLLM listens on 8000
    unless `--port` says otherwise; a Service that forwards to 8080 gets connection refused. Declaring a
    `containerPort` opens nothing; a `targetPort` that is a name does need one.

    Why it costs: GPUs are held by servers that no request reaches.

    Bad:

    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec:
      selector: {app: chat}
      ports: [{port: 8080}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers: [{name: vllm, image: "vllm/vllm-openai:v0.11.0", args: [--model, Qwen/Qwen2.5-7B-Instruct]}]
    ```

    Good:

    ```yaml
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: serving}
    spec:
      selector: {app: chat}
      ports: [{port: 8080, targetPort: 8000}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: chat, namespace: serving}
    spec:
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers: [{name: vllm, image: "vllm/vllm-openai:v0.11.0", args: [--model, Qwen/Qwen2.5-7B-Instruct]}]
    ```
    """
    spec = Block(subject.body).block("spec")
    for template in selected_pods(subject, world):
        for port in spec.blocks("ports"):
            key = "port" if port.absent("targetPort") else "targetPort"
            number, name = port.whole(key), port.text(key)
            if number is not None:
                yield from _number(port, key, number, template, world)
            elif name is not None:
                yield from _name(port, name, template, world)


def _number(port: Block, key: str, number: int, template: Pods, world: World) -> Iterator[Told]:
    """A port that is declared somewhere, or a server's own, is open; for any other port there has to be no doubt."""
    heard = listening(template)
    if not heard.sure or number in heard.ports:
        return
    known = any(server(each) for each in template.running)
    open_ports = ", ".join(map(str, sorted(heard.ports)))
    yield Told(
        port.at(key),
        f"the Service forwards to port {number}, and the pods of {template.subject.name!r} listen on {open_ports}",
        f"targetPort: {open_ports}, or tell the server to listen on {number}",
        cost=bills.of_pods(template, world),
        part=template.subject.name,
        severity=None if known else "warning",
    )


def _name(port: Block, name: str, template: Pods, world: World) -> Iterator[Told]:
    declared = listening(template).named
    if name not in declared:
        names = ", ".join(sorted(declared)) or "none"
        yield Told(
            port.at("targetPort"),
            f"targetPort {name!r} is no port's name in the pods of {template.subject.name!r}, which declare {names}",
            f"add {{name: {name}, containerPort: ...}} to the container, or write the number",
            cost=bills.of_pods(template, world),
            part=template.subject.name,
        )
