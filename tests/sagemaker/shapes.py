"""Requests against botocore's own models: names, types and required members by its validator, the rest here.

`ParamValidator` checks neither enumerations nor patterns nor the upper ends of ranges; AWS does.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator


def problems(service: str, operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """What AWS would refuse before it looks at anything of the account."""
    shape = _model(service).operation_model(operation).input_shape
    assert shape is not None
    report = ParamValidator().validate(dict(parameters), shape)
    found = [report.generate_report()] if report.has_errors() else []
    return [*found, *_problems(parameters, shape, operation)]


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _problems(value: Any, shape: Shape, where: str) -> Iterator[str]:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, member in value.items():
            if name in shape.members:
                yield from _problems(member, shape.members[name], f"{where}.{name}")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _range(len(value), shape, f"{where} has {len(value)} items")
        for index, item in enumerate(value):
            yield from _problems(item, shape.member, f"{where}[{index}]")
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        yield from _range(len(value), shape, f"{where} has {len(value)} keys")
        for key, item in value.items():
            yield from _problems(key, shape.key, f"{where} key")
            yield from _problems(item, shape.value, f"{where}.{key}")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _text(value, shape, where)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _range(value, shape, f"{where} is {value}")


def _text(value: str, shape: StringShape, where: str) -> Iterator[str]:
    yield from _range(len(value), shape, f"{where} has {len(value)} characters")
    if shape.enum and value not in shape.enum:
        yield f"{where} is {value!r}, none of its values"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_python(pattern), value):
        yield f"{where} is {value!r}, which does not match {pattern}"


def _range(value: float, shape: Shape, text: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield f"{text}, fewer than {least}"
    if most is not None and value > most:
        yield f"{text}, more than {most}"


def _python(pattern: str) -> str:
    """Tags' pattern is a class of Unicode classes: any letter is what is neither space nor sign."""
    if r"\p{" in pattern:
        return r"[\w\s.:/=+\-@]*"
    # UTF-16's pairs are what lies beyond the first plane.
    return pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010ffff")
