"""Documents as people write them, read into what rules judge."""

import ast
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import yaml

from aicost_iac.catalog import ModelShape
from aicost_iac.expr import Raw
from aicost_iac.kubernetes import manifest
from aicost_iac.plan import Node
from aicost_iac.rules import AwsRequest, Cluster, Facts, Subject, World
from aicost_iac.rules.requests import SDK
from aicost_iac.terraform import document as terraform

Document = Mapping[str, Any]
TODAY = Facts(now=date(2026, 11, 20))


def world(documents: Iterable[Document], facts: Facts = TODAY, complete: bool = True) -> World:
    """Everything that the documents describe, as one set."""
    subjects = (Subject(node) for document in documents for node in nodes(document))
    return World(tuple(subjects), facts, complete)


def nodes(document: Document) -> Iterator[Node]:
    """A manifest (or a list of them), a Terraform JSON document, or a request to AWS."""
    if document.get("kind") == "List":
        for item in document["items"]:
            yield from nodes(item)
    elif "apiVersion" in document:
        yield manifest.load(document)
    elif "operation" in document:
        yield AwsRequest(**{**document, "parameters": _evaluated(document.get("parameters", {}))})
    else:
        yield from terraform.load(document).nodes


def read(language: str, text: str) -> list[Document]:
    """The documents in a fenced block."""
    if language == "yaml":
        return [each for each in yaml.safe_load_all(text) if each is not None]
    if language == "sh":
        return [*commands(text)]
    return [*calls(text)] if language == "python" else [json.loads(text)]


def commands(script: str) -> Iterator[Document]:
    """The `aws` commands of a script that is nothing but such commands."""
    for command in script.replace("\\\n", " ").split("\naws "):
        words = shlex.split(command if command.startswith("aws ") else f"aws {command}", comments=True)
        if words[:1] == ["aws"]:
            flags = [index for index, word in enumerate(words) if word.startswith("--")]
            given = ((words[at][2:], words[at + 1 : end]) for at, end in pairwise([*flags, len(words)]))
            parameters = {name: _values(values) for name, values in given}
            yield {"service": words[1], "operation": words[2], "parameters": parameters}


def calls(source: str) -> Iterator[Document]:
    """The SDK classes that a program makes, with their literal arguments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[0].isupper():
            named = {each.arg: _literal(each.value) for each in node.keywords if each.arg}
            complete = all(each.arg for each in node.keywords)
            yield {"service": SDK, "operation": node.func.id, "parameters": named, "complete": complete}


def facts(given: Mapping[str, Any]) -> Facts:
    """What a case says is known of the world outside of its documents."""
    known: dict[str, Any] = {}
    for key, value in given.items():
        known[key] = frozenset(value) if isinstance(value, list) else value
    known["cluster"] = Cluster(**given.get("cluster", {}))
    known["models"] = {name: ModelShape(**shape) for name, shape in given.get("models", {}).items()}
    return replace(TODAY, **known)


def _values(words: list[str]) -> Any:
    """`true` for a flag alone; JSON, a shorthand or text."""
    read = [_value(word) for word in words]
    return True if not read else read[0] if len(read) == 1 else read


def _value(word: str) -> Any:
    if word.startswith(("{", "[")):
        return json.loads(word)
    if "$" in word:
        return Raw(word)
    pairs = [each.partition("=") for each in word.split(",")]
    return {key: value for key, _, value in pairs} if all(equals for _, equals, _ in pairs) else word


def _literal(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return Raw(ast.unparse(value))


def _evaluated(value: Any) -> Any:
    """`${...}` in a request of a case stands for what nobody knows."""
    if isinstance(value, dict):
        return {key: _evaluated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_evaluated(item) for item in value]
    return Raw(value[2:-1]) if isinstance(value, str) and value.startswith("${") else value
