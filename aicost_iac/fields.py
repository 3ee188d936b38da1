"""The frozen model and the field types every blueprint shares.

A field accepts a literal, a `Ref`/`Expr`, or a cdktf token wherever AWS would accept any text. What is wrong with a
description is found at once, all of it, and raised as one `InvalidBlueprint`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, ValidationError
from pydantic import model_validator as _model_validator

from aicost_iac.errors import InvalidBlueprint, Problem, shown
from aicost_iac.expr import TOKEN, Expr, Raw, Ref

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def is_known(value: object) -> bool:
    """Whether a text field holds a literal: not an expression, not a cdktf token."""
    return isinstance(value, str) and not TOKEN.search(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str | Ref | Raw | Expr):
        raise ValueError("is neither text nor an expression (Ref, Expr)")
    return value


Text = Annotated[str | Ref | Raw | Expr, PlainValidator(_text)]


def matching(pattern: str, what: str) -> AfterValidator:
    """Validate literals against `pattern`; expressions and tokens pass: their value is known only to Terraform."""
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if is_known(value) and not compiled.fullmatch(value):
            raise ValueError(f"is not {what}")
        return value

    return AfterValidator(check)


Name = Annotated[str, matching(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?", "a name: a-z, 0-9 and '-', at most 40 characters")]
Region = Annotated[str, matching(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region such as 'us-east-1'")]
Zone = Annotated[str, matching(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", "an availability zone such as 'us-east-1a'")]
SubnetId = Annotated[Text, matching(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "a subnet id: 'subnet-', 8 or 17 hex digits")]
VpcId = Annotated[Text, matching(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "a VPC id: 'vpc-', 8 or 17 hex digits")]
SecurityGroupId = Annotated[
    Text, matching(r"sg-([0-9a-f]{8}|[0-9a-f]{17})", "a security group id: 'sg-', 8 or 17 hex digits")
]
Arn = Annotated[Text, matching(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:\S+", "an ARN")]
S3Uri = Annotated[
    Text, matching(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.*'()/=+@:-]*)?", "an S3 URI such as 's3://bucket/key'")
]
BucketName = Annotated[Text, matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "a bucket name: 3 to 63 of a-z 0-9 . -")]
Percent = Annotated[int, Field(ge=0, le=100)]
Usd = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]
EnvironmentName = Annotated[str, matching(r"[A-Za-z_][A-Za-z0-9_]*", "an environment variable name: A-Z a-z 0-9 _")]


class Model(BaseModel):
    """Frozen and closed; names every problem of a description, with the field, the value and the way out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, /, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise InvalidBlueprint(_label(type(self), data.get("name")), _problems(error)) from None

    def problems(self) -> Iterator[Problem]:
        """What the fields, each valid in itself, make impossible together."""
        yield from ()

    @_model_validator(mode="after")
    def _check(self) -> Self:
        found = list(self.problems())
        if found:
            raise InvalidBlueprint(_label(type(self), getattr(self, "name", None)), found)
        return self


class Suppress(Model):
    """A rule that is knowingly broken, and why."""

    rule: Annotated[str, matching(r"[A-Z]+[0-9]+(\[.+\])?", "a rule id such as 'SPOT002'")]
    """The rule's id, or `ID[finding]`."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8)]
    """Why it is right here: for the next reader. Eight characters at least."""


def _label(model: type[BaseModel], name: object) -> str:
    return f"{model.__name__} {shown(name)}" if name else model.__name__


def _problems(error: ValidationError) -> list[Problem]:
    return [problem for detail in error.errors(include_url=False) for problem in _flat(detail)]


def _flat(detail: ErrorDetails) -> Iterator[Problem]:
    """A model inside a model reports its own problems: each keeps its full path."""
    place = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    inner = detail.get("ctx", {}).get("error")
    if isinstance(inner, InvalidBlueprint):
        for problem in inner.problems:
            yield replace(problem, field=f"{place}.{problem.field}" if place else problem.field)
    else:
        yield _problem(place or "(whole)", detail)


def _problem(place: str, detail: ErrorDetails) -> Problem:
    if detail["type"] == "missing":
        return Problem(place, "is required", remedy="only you can know it")
    if detail["type"] == "sequence_str":
        return Problem(place, "is one text, and a list is wanted", detail["input"], "write each word as an item")
    if detail["type"] == "extra_forbidden":
        return Problem(place, "is not a field here", detail["input"], "remove it or mend its spelling")
    return Problem(place, detail["msg"].removeprefix("Value error, "), detail["input"])
