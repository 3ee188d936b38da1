"""`*.tf`: the resources of a Terraform root, with what its variables and locals say in whatever file.

A variable is worth its value in `terraform.tfvars` or `*.auto.tfvars`, else its default; one without is unknown.
https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from aicost_iac.errors import NotPlainData, UnreadableDocument
from aicost_iac.gate.places import Found, Position
from aicost_iac.gate.reading import ignores
from aicost_iac.gate.reading.hcl_syntax import Block, Body, Expression, parse
from aicost_iac.gate.reading.hcl_values import Scope, attributes
from aicost_iac.gate.reading.terraform_json import SETTINGS, aliased, exists
from aicost_iac.gate.reading.texts import text_of
from aicost_iac.plan import Resource
from aicost_iac.rules.findings import Path as Keys

Read = Iterator[Found | UnreadableDocument]


@dataclass
class Roots:
    """The folders that were looked into: a file is parsed once, whoever asks for it.

    `texts` are files that are not written: they know each other, and nothing of what lies in their folder.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    _bodies: dict[str, Body | UnreadableDocument] = field(default_factory=dict)
    _scopes: dict[Path, Scope] = field(default_factory=dict)

    def read(self, file: str, text: str) -> Read:
        """The resources, data sources, module calls and provider configurations of a file."""
        body = self._body(file, text)
        if isinstance(body, UnreadableDocument):
            yield body
            return
        scope = self._scope(Path(file).parent)
        read = [each for block in body.blocks if _is_read(block) for each in _read(block, file, scope)]
        yield from (each for each in read if isinstance(each, UnreadableDocument))
        yield from ignores.given((each for each in read if isinstance(each, Found)), ignores.comments(text))

    def _scope(self, folder: Path) -> Scope:
        if folder not in self._scopes:
            self._scopes[folder] = Scope(dict(self._named(folder)))
        return self._scopes[folder]

    def _named(self, folder: Path) -> Iterator[tuple[tuple[str, str], Expression]]:
        """Names in the order in which Terraform lets them override each other."""
        for body in self._all(folder, "*.tf"):
            for block in body.of("variable"):
                if "default" in block.body.attributes and block.labels:
                    yield ("var", block.labels[0]), block.body.attributes["default"].expression
            for block in body.of("locals"):
                yield from ((("local", name), each.expression) for name, each in block.body.attributes.items())
        for pattern in ("terraform.tfvars", "*.auto.tfvars"):
            for body in self._all(folder, pattern):
                yield from ((("var", name), each.expression) for name, each in body.attributes.items())

    def _all(self, folder: Path, pattern: str) -> Iterator[Body]:
        held = [name for name in sorted(self.texts) if Path(name).parent == folder]
        for name in held or map(str, sorted(folder.glob(pattern))):
            body = self._body(name, self.texts.get(name)) if fnmatch(Path(name).name, pattern) else None
            if isinstance(body, Body):
                yield body

    def _body(self, file: str, text: str | None = None) -> Body | UnreadableDocument:
        if file not in self._bodies:
            try:
                self._bodies[file] = parse(text_of(file) if text is None else text, file)
            except UnreadableDocument as problem:
                self._bodies[file] = problem
        return self._bodies[file]


def _is_read(block: Block) -> bool:
    return len(block.labels) == (1 if block.kind in SETTINGS else 2) and block.kind in (*SETTINGS, "data", "resource")


def _read(block: Block, file: str, scope: Scope) -> Read:
    try:
        body = attributes(block.body, scope)
        if exists(body):
            yield Found(_node(block, body), file, str(Path(file).parent), partial(_position, block))
    except NotPlainData as problem:
        yield UnreadableDocument(file, str(problem), *block.position)
    except RecursionError:
        yield UnreadableDocument(file, "is nested too deeply", *block.position)


def _position(block: Block, path: Keys) -> Position:
    return block.body.position(path, block.position)


def _node(block: Block, body: dict[str, object]) -> Resource:
    if block.kind in SETTINGS:
        return Resource(block.kind, aliased(block.labels[0], body), body)
    kind, name = block.labels
    return Resource(kind, name, body, "data" if block.kind == "data" else "resource")
