"""What is wrong with a description is found at once, each problem with its field, the value and the way out."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from aicost_iac import AicostError, App, InvalidBlueprint, Raw, Ref, SpotTrainingFleet, Suppress, template
from aicost_iac.errors import Problem, did_you_mean, shown
from aicost_iac.fields import Arn, BucketName, Model, Name, Region, S3Uri, SecurityGroupId, SubnetId, Usd, VpcId, Zone


class Inner(Model):
    """A part of a description."""

    name: Name
    size: Annotated[int, Field(gt=0)] = 1

    def problems(self) -> Iterator[Problem]:
        if self.name == "odd" and self.size % 2 == 0:
            yield Problem("size", "must be odd", self.size, "add one")


class Outer(Model):
    """A description."""

    name: Name
    parts: tuple[Inner, ...] = ()
    zone: Zone | None = None


def refusal(**fields: Any) -> InvalidBlueprint:
    with pytest.raises(InvalidBlueprint) as caught:
        Outer(**fields)
    return caught.value


def test_several_problems_are_reported_together_with_field_value_and_way_out() -> None:
    refused = refusal(name="No_Name", zone="us-east-1", prts=[])
    assert str(refused).splitlines() == [
        "Outer 'No_Name': 3 problems",
        "  - name: is not a name: a-z, 0-9 and '-', at most 40 characters (got 'No_Name')",
        "  - zone: is not an availability zone such as 'us-east-1a' (got 'us-east-1')",
        "  - prts: is not a field here (got []); remove it or mend its spelling",
    ]


def test_one_problem_is_counted_as_one() -> None:
    assert str(refusal()) == "Outer: 1 problem\n  - name: is required; only you can know it"


def test_problems_inside_keep_their_full_path() -> None:
    parts = [{"name": "a"}, {"name": "odd", "size": 2}, {"name": "B", "size": 0}]
    assert [problem.field for problem in refusal(name="x", parts=parts).problems] == [
        "parts.1.size",
        "parts.2.name",
        "parts.2.size",
    ]


def test_a_refusal_is_one_of_ours_and_a_value_error() -> None:
    refused = refusal()
    assert isinstance(refused, AicostError)
    assert isinstance(refused, ValueError)
    assert refused.__cause__ is None


def test_a_long_value_is_cut_in_the_message() -> None:
    assert len(str(refusal(name="x" * 10_000))) < 400
    assert shown("x" * 500).endswith("...")


def test_a_description_is_frozen_and_closed() -> None:
    made = Outer(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        made.name = "b"


def test_the_nearest_names_are_offered_best_first() -> None:
    assert did_you_mean("trainng", ["training", "draining", "x"]) == "did you mean 'training' or 'draining'?"
    assert did_you_mean("zzz", ["training"]) == ""


VALID: list[tuple[Any, list[Any]]] = [
    (Region, ["us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2"]),
    (Zone, ["us-east-1a"]),
    (SubnetId, ["subnet-0a1b2c3d", "subnet-0123456789abcdef0"]),
    (VpcId, ["vpc-0a1b2c3d"]),
    (SecurityGroupId, ["sg-0123456789abcdef0"]),
    (Arn, ["arn:aws:s3:::bucket", "arn:aws-cn:iam::123456789012:role/a", "arn:aws:iam::aws:policy/x"]),
    (S3Uri, ["s3://bucket", "s3://bucket/", "s3://bucket.with.dots/a/b.tar.gz"]),
    (BucketName, ["abc", "a.b-c"]),
    (Name, ["a", "a-1", "x" * 40]),
    (Usd, ["0.01", 3]),
]
INVALID: list[tuple[Any, list[Any]]] = [
    (Region, ["us-east", "US-EAST-1", "us-east-1a", "us-east-1\n", ""]),
    (Zone, ["us-east-1"]),
    (SubnetId, ["subnet-", "subnet-XYZ", "subnet-0a1b2c3", "subnet-0a1b2c3d\n", "vpc-0a1b2c3d", 7, None]),
    (VpcId, ["vpc-0a1b2c3d4"]),
    (Arn, ["arn:aws:s3", "role/a", "arn:aws:iam::12345:role/a"]),
    (S3Uri, ["https://bucket/x", "s3://B/x", "s3://bucket/a b", "s3://"]),
    (BucketName, ["ab", "-ab", "A" * 5, "x" * 64]),
    (Name, ["", "1a", "a-", "x" * 41, "a_b", "é"]),
    (Usd, [0, -1, "inf", "NaN"]),
]


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in VALID for value in values])
def test_what_aws_takes_is_taken(kind: Any, value: Any) -> None:
    TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in INVALID for value in values])
def test_what_aws_refuses_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("kind", [SubnetId, VpcId, SecurityGroupId, Arn, S3Uri, BucketName])
@pytest.mark.parametrize(
    "value",
    [Ref("aws_x.y", "id"), Raw("var.x"), template("a-", Ref("aws_x.y", "id")), "${TfToken[TOKEN.1]}", "x${TfToken[a]}"],
)
def test_what_only_terraform_knows_passes_typed_fields(kind: Any, value: Any) -> None:
    assert TypeAdapter(kind).validate_python(value) == value


def test_what_only_looks_like_a_token_does_not_pass() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SubnetId).validate_python("${TfToken[0] + 1}")


@pytest.mark.parametrize(("rule", "reason"), [("spot1", "long enough"), ("SPOT001", "short"), ("SPOT001", "        ")])
def test_a_suppression_names_a_rule_and_a_real_reason(rule: str, reason: str) -> None:
    with pytest.raises(InvalidBlueprint):
        Suppress(rule=rule, reason=reason)


@pytest.mark.parametrize("model", [App, SpotTrainingFleet, Suppress])
def test_a_model_given_nothing_names_what_it_needs(model: type[Model]) -> None:
    with pytest.raises(InvalidBlueprint, match="is required; only you can know it"):
        model()
