"""Files and folders into the nodes that rules judge, each with its place."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from aicost_iac.errors import UnreadableDocument, UsageError
from aicost_iac.gate import files
from aicost_iac.gate.places import Found, Place
from aicost_iac.gate.reading import kustomize
from aicost_iac.gate.reading.documents import Readers
from aicost_iac.gate.reading.texts import STDIN, text_of
from aicost_iac.rules import Finding, Subject


@dataclass(frozen=True)
class Loaded:
    """What some files hold: nodes, and what could not be read. `files` are those that hold any of it."""

    found: tuple[Found, ...] = ()
    broken: tuple[UnreadableDocument, ...] = ()
    files: tuple[str, ...] = ()

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(Subject(each.node, each.root) for each in self.found)

    def place(self, finding: Finding) -> Place:
        """Where a finding stands."""
        found = self._by_address[finding.root, finding.address]
        line, column = found.locate(finding.path)
        return Place(found.address, found.file, line, column, found.construct)

    @cached_property
    def _by_address(self) -> Mapping[tuple[str, str], Found]:
        return {(each.root, each.node.address): each for each in self.found}


def load(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    texts: Mapping[str, str] = MappingProxyType({}),
    exclude: Sequence[str] = (),
) -> Loaded:
    """Everything in some files and folders; `-` is what is piped in. A broken file does not end the reading.

    `texts` are files that are not written yet, by their names. `exclude` are patterns of what is passed over.
    """
    named = frozenset(paths)
    readers = Readers(texts)
    found: list[Found] = []
    broken: list[UnreadableDocument] = []
    held: list[str] = []
    chosen = files.chosen(paths, exclude)
    partial = kustomize.patches(chosen) - named
    for file in (*(each for each in chosen if each not in partial), *texts):
        read = list(_read(readers, file, texts.get(file), stdin, named=file == STDIN or file in named))
        found += [each for each in read if isinstance(each, Found)]
        broken += [each for each in read if isinstance(each, UnreadableDocument)]
        held += [file] if read else []
    return Loaded(tuple(_told_apart(found)), tuple(broken), tuple(held))


def _read(
    readers: Readers, file: str, text: str | None, stdin: BinaryIO | None, *, named: bool
) -> Iterator[Found | UnreadableDocument]:
    try:
        yield from readers.read(file, text_of(file, stdin) if text is None else text, named=named)
    except UnreadableDocument as problem:
        yield problem
    except UsageError:
        raise
    except Exception as error:
        # A reader that crashes is a file that was not judged, never a pass.
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        yield UnreadableDocument(file, f"made the reader crash: report it ({type(error).__name__}: {error}, {place})")


def _told_apart(found: Iterable[Found]) -> Iterator[Found]:
    """A thing that stands twice (in a stream, in copies of a file) becomes two."""
    seen: dict[tuple[str, str], int] = {}
    for each in found:
        key = (each.root, each.node.address)
        seen[key] = seen.get(key, 0) + 1
        yield each if seen[key] == 1 else replace(each, root=f"{each.root}#{seen[key]}")
