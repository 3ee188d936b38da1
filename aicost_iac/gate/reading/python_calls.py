"""Requests to AWS in Python: calls of boto3 clients, and classes of the SageMaker SDK. Nothing is executed.

https://boto3.amazonaws.com/v1/documentation/api/latest/index.html, https://sagemaker.readthedocs.io
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import Found, Position
from aicost_iac.gate.reading import ignores
from aicost_iac.gate.reading.python_values import Evaluation, Names
from aicost_iac.gate.reading.shell import SERVICES
from aicost_iac.rules import AwsRequest
from aicost_iac.rules.findings import Path
from aicost_iac.rules.requests import SDK

Read = Iterator[Found | UnreadableDocument]

_WORDS = re.compile(r"\b(boto3|sagemaker|botocore)\b")
_OPERATION = re.compile(r"(create|describe|get|list|purchase|request|run|start|update)_[a-z0-9_]+")
# Operations no other service has: the client may come from anywhere, such as an argument.
_OF_ONE = {
    "create_hyper_parameter_tuning_job": "sagemaker",
    "create_inference_recommendations_job": "sagemaker",
    "create_training_job": "sagemaker",
    "get_cost_and_usage": "ce",
    "get_cost_and_usage_with_resources": "ce",
    "get_cost_forecast": "ce",
    "get_savings_plans_purchase_recommendation": "ce",
    "get_usage_forecast": "ce",
    "start_savings_plans_purchase_recommendation_generation": "ce",
}
# Classes of the SDK that start something, beside all those that are called `...Estimator`.
_CLASSES = frozenset(
    ["Chainer", "HuggingFace", "MXNet", "ModelTrainer", "PyTorch", "RLEstimator", "SKLearn", "TensorFlow", "XGBoost"]
)


def is_about_aws(text: str) -> bool:
    """Whether it is worth while to parse a source."""
    return _WORDS.search(text) is not None


def read(text: str, file: str) -> Read:
    """The requests of a source. Raises `UnreadableDocument` for one that is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = _Source(Names(ast.parse(text), text), file)
        found = sorted(source.requests(), key=lambda each: each.locate(()))
    except SyntaxError as error:
        raise UnreadableDocument(file, f"is no Python: {error.msg}", error.lineno or 0, error.offset or 0) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableDocument(file, f"is no Python that can be read: {error}") from None
    yield from ignores.given(found, ignores.comments(text))


@dataclass
class _Source:
    names: Names
    file: str

    def requests(self) -> Iterator[Found]:
        for node in self.names.nodes:
            if isinstance(node, ast.Call) and (asked := self._asked(node.func)) is not None:
                yield self._found(node, *asked)

    def _asked(self, function: ast.expr) -> tuple[str, str] | None:
        """Service and operation of a call, if it is a request."""
        if self._is_class(function):
            name = _dotted(function).rpartition(".")[2]
            name = self._imported.get(name, name).rpartition(".")[2]
            return (SDK, name) if name.endswith("Estimator") or name in _CLASSES else None
        if not isinstance(function, ast.Attribute) or not _OPERATION.fullmatch(function.attr):
            return None
        service = self._service(function.value) or _OF_ONE.get(function.attr, "")
        return (service, function.attr) if service in SERVICES else None

    def _service(self, client: ast.expr) -> str:
        """The service of a client: made on the spot, or by its name."""
        return _service_of(client) if isinstance(client, ast.Call) else self._clients.get(_dotted(client), "")

    @cached_property
    def _clients(self) -> Mapping[str, str]:
        pairs = ((node.targets, node.value) for node in self.names.nodes if isinstance(node, ast.Assign))
        clients = [(_dotted(target), _service_of(value)) for targets, value in pairs for target in targets]
        return {name: service for name, service in clients if name and service}

    def _is_class(self, function: ast.expr) -> bool:
        """Whether a call makes something of a class that comes from the SageMaker SDK."""
        name = _dotted(function)
        known = self._imported.get(name.partition(".")[0], "")
        return known.partition(".")[0] == "sagemaker" and name.rpartition(".")[2][:1].isupper()

    @cached_property
    def _imported(self) -> Mapping[str, str]:
        names: dict[str, str] = {}
        for node in self.names.nodes:
            if isinstance(node, ast.Import):
                names |= {(each.asname or each.name.partition(".")[0]): each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        return names

    def _found(self, call: ast.Call, service: str, operation: str) -> Found:
        evaluation = Evaluation(self.names, self._is_class)
        parameters, complete = evaluation.keywords(call, ())
        name = f"{self.file}:{call.lineno}"
        try:
            node = AwsRequest(service, operation, parameters, name=name, complete=complete)
        except NotPlainData:
            node = AwsRequest(service, operation, {}, name=name, complete=False)
        start = (call.lineno, call.col_offset + 1)
        return Found(node, self.file, self.file, lambda path: _nearest(path, evaluation.places, start))


def _service_of(made: ast.expr) -> str:
    """`boto3.client("ce")`, or the same of a session."""
    if not (isinstance(made, ast.Call) and _dotted(made.func).rpartition(".")[2] in ("client", "create_client")):
        return ""
    given = [*made.args[:1], *(each.value for each in made.keywords if each.arg == "service_name")]
    texts = [each.value for each in given if isinstance(each, ast.Constant)]
    return str(texts[0]) if texts else ""


def _dotted(node: ast.expr) -> str:
    """`self.client` as text; the part that is no name is left out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def _nearest(path: Path, places: Mapping[Path, Position], default: Position) -> Position:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, default) if path else default
