"""Saved estimates and what changed since; the JSON that is a contract."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aicost_iac import Resource
from aicost_iac.cost import Estimate, Root, contract, estimate_roots
from aicost_iac.cost.comparing import compare, read_saved
from aicost_iac.cost.formats import markdown
from aicost_iac.errors import UnreadableDocument
from tests.cost.plans import mixed, of, template

KEY = Resource("aws_kms_key", "k", origin="Ladder/keys")


def saved(made: Estimate) -> Any:
    return read_saved(json.dumps(contract.document(made)), "base.json")


def fleet(count: int) -> Estimate:
    return of(template(), mixed({"g6e.xlarge": None}, sizes=(0, count, count)), KEY)


def test_the_contract() -> None:
    made = contract.document(fleet(2))
    assert list(made) == ["version", "total", "items", "unpriced", "prices_as_of"]
    assert made["version"] == 1
    assert made["total"] == {
        "floor_month": "1.00",
        "expected_month": "2750.06",
        "ceiling_month": "2750.06",
        "currency": "USD",
    }
    group, key = made["items"]
    assert {"address", "blueprint", "floor_hour", "expected_hour", "ceiling_hour", "parts"} <= group.keys()
    assert (key["address"], key["blueprint"]) == ("aws_kms_key.k", "Ladder/keys")
    assert key["expected_hour"] == "0.001369863013699"
    assert made["unpriced"] == []
    assert made["prices_as_of"] == "2026-07-20"


def test_amounts_are_decimal_strings_everywhere_and_parts_add_up() -> None:
    made = contract.document(fleet(3))

    def amounts(value: Any) -> list[Any]:
        if isinstance(value, dict):
            found = [inner for name, inner in value.items() if name.endswith(("_hour", "_month")) or name == "usd"]
            return found + [each for inner in value.values() for each in amounts(inner)]
        return [each for inner in value for each in amounts(inner)] if isinstance(value, list) else []

    assert all(isinstance(each, str) and Decimal(each) >= 0 for each in amounts(made))
    for item in made["items"]:
        parts = sum(Decimal(part["ceiling_hour"]) for part in item["parts"])
        assert Decimal(item["ceiling_hour"]) == parts


def test_what_has_no_price_is_in_the_contract_with_its_reason() -> None:
    made = contract.document(of(Resource("aws_sqs_queue", "q", origin="Fleet/a")))
    [told] = made["unpriced"]
    assert told["address"] == "aws_sqs_queue.q"
    assert told["reason"].startswith("billed by the request")
    assert made["prices_as_of"] is None


def test_nothing_changed() -> None:
    changed = compare(saved(fleet(2)), fleet(2))
    assert changed.changes == ()
    assert changed.month.expected == 0


def test_what_is_added_removed_and_changed_the_greatest_first() -> None:
    more = of(template(), mixed({"g6e.xlarge": None}, sizes=(0, 4, 4)), Resource("aws_secretsmanager_secret", "s"))
    changed = compare(saved(fleet(2)), more)
    assert [(each.kind, each.address) for each in changed.changes] == [
        ("changed", "aws_autoscaling_group.g"),
        ("removed", "aws_kms_key.k"),
        ("added", "aws_secretsmanager_secret.s"),
    ]
    assert [str(each.month.expected) for each in changed.changes] == ["2749.06", "-1.00", "0.40"]
    assert changed.month.expected == Decimal("2748.46")


def test_nodes_that_lose_or_gain_a_price_are_told() -> None:
    before = of(KEY, Resource("aws_sqs_queue", "old"))
    changed = compare(saved(before), of(KEY, Resource("aws_sqs_queue", "new")))
    assert [each.address for each in changed.unpriced] == ["aws_sqs_queue.new"]
    assert [each.address for each in changed.priced_now] == ["aws_sqs_queue.old"]


def test_the_same_address_in_two_stacks_is_two_things() -> None:
    two = estimate_roots([Root("a", (KEY,)), Root("b", (KEY,))])
    one = estimate_roots([Root("a", (KEY,))])
    changed = compare(saved(one), two)
    assert [(each.stack, each.kind) for each in changed.changes] == [("b", "added")]


def test_the_difference_as_json() -> None:
    made = contract.difference(compare(saved(fleet(2)), fleet(4)))
    assert made["total"]["added"]["expected_month"] == "2749.06"
    [item] = made["items"]
    assert (item["change"], item["before"]["floor_hour"]) == ("changed", "0")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"base\.json:1:2"),
        ("[]", "is no estimate of version 1"),
        ('{"version": 2}', "is no estimate of version 1"),
        ('{"version": 1}', "is no estimate as `aicost cost --save` writes it"),
        ('{"version": 1, "items": [{"address": "a"}], "unpriced": []}', "is no estimate as"),
        ('{"version": 1, "items": [{"address": "a", "floor_hour": "x", "expected_hour": "0", "ceiling_hour": "0"}], '
         '"unpriced": []}', "is no estimate as"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_saved_estimate_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=message):
        read_saved(text, "base.json")


def test_one_comment_of_a_pull_request() -> None:
    base, now = fleet(2), of(template(), mixed({"g6e.xlarge": None}, sizes=(0, 4, 4)), Resource("aws_sqs_queue", "q"))
    lines = markdown.comparison(compare(saved(base), now), now).splitlines()
    assert lines[0] == "<!-- aicost cost -->"
    assert lines[1] == "### Cost: +$2,748.06 a month, to $5,498.12"
    assert "| changed `aws_autoscaling_group.g` | +$2,749.06 | $5,498.12 | $5,498.12 |" in lines
    assert "| **in all** | **+$2,748.06** | $5,498.12 | $5,498.12 |" in lines
    assert lines.count("</details>") == 4
    assert any("`aws_sqs_queue.q`: billed by the request" in line for line in lines)


def test_a_comment_that_is_too_long_is_cut_where_a_line_ends() -> None:
    many = of(*(Resource("aws_kms_key", f"key_{index:04}", origin=f"Some/{'x' * 80}-{index}") for index in range(900)))
    text = markdown.estimate(many)
    assert len(text) < 65_536
    assert text.rstrip().endswith("*Cut here: `aicost cost` shows everything.*")


def test_text_of_strangers_does_not_break_a_table() -> None:
    odd = of(Resource("aws_kms_key", "k", origin="a | b <script>\n"))
    assert "a \\| b &lt;script> " in markdown.estimate(odd)
