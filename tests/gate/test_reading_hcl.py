"""Terraform's own language: what is a constant is known, what is not stays unknown, and everything has its place."""

from pathlib import Path
from typing import Any

import pytest

from aicost_iac.expr import Raw, Ref, template
from aicost_iac.gate import Found, load
from aicost_iac.gate.judging import judge
from aicost_iac.plan import KubeObject, Resource
from tests.gate.files import TODAY, only, read, write

NAMES = """
variable "region" { default = "eu-central-1" }
variable "size" { default = 4 }
variable "open" { default = false }
variable "unknown" { type = string }
locals {
  tags = { Team = "a", (var.region) = "r" }
  list = ["x", "y"]
  text = "${local.list[0]}-${var.region}"
  loop = local.pool
  pool = local.loop
}
"""


def found(text: str) -> Found:
    [each] = [each for each in loaded(text) if each.node.address == "aws_x.y"]
    return each


def loaded(text: str) -> tuple[Found, ...]:
    result = read(text, "main.tf")
    assert not result.broken, [str(each) for each in result.broken]
    return result.found


def value(expression: str) -> Any:
    """What `value = ...` of a resource becomes; None where it is dropped."""
    node = found(f'{NAMES}\nresource "aws_x" "y" {{\n  value = {expression}\n}}\n').node
    assert isinstance(node, Resource)
    return node.body.get("value")


@pytest.mark.parametrize(
    ("expression", "constant"),
    [
        ("1", 1),
        ("-1.5e3", -1500),
        ("9007199254740993", "9007199254740993"),
        ("true", True),
        ("null", None),
        (r'"a\n\"b\" \\ \u00e4 $${c} %%{d}"', 'a\n"b" \\ ä ${c} %{d}'),
        ('"${var.size}"', 4),
        ('"n-${var.size}-${var.open}"', "n-4-false"),
        ("local.text", "x-eu-central-1"),
        ("local.tags", {"Team": "a", "eu-central-1": "r"}),
        ('local.tags["Team"]', "a"),
        ("[for_each, in]", [Raw("for_each"), Raw("in")]),
        ('{ for = 1, "a-b" = 2, c : [3] }', {"for": 1, "a-b": 2, "c": [3]}),
        ("var.size * 2 + 1", 9),
        ("!var.open && var.size >= 4", True),
        ('var.region == "us-east-1" ? "here" : "there"', "there"),
        ('var.unknown == "a" ? 1 : 1', 1),
        ('merge(local.tags, { Team = "b" })', {"Team": "b", "eu-central-1": "r"}),
        ('concat(local.list, ["z"])', ["x", "y", "z"]),
        ('format("user:%s$%s%%", "a", var.size)', "user:a$4%"),
        ('join(", ", local.list)', "x, y"),
        ('jsonencode({ a = [1, "b"], c = local.text })', '{"a":[1,"b"],"c":"x-eu-central-1"}'),
        ("yamlencode({ a = 1 })", '{"a":1}'),
        ('lookup(local.tags, "Cost", "none")', "none"),
        ('upper(lower("aB"))', "AB"),
        ('tonumber(tostring("3"))', 3),
        ('toset(["a"])', ["a"]),
        ("(1)", 1),
    ],
)
def test_constants_are_known(expression: str, constant: Any) -> None:
    assert value(expression) == constant


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        ("var.unknown", Raw("var.unknown")),
        ("var.not_declared", Raw("var.not_declared")),
        ('"a-${var.unknown}"', template("a-", Raw("var.unknown"))),
        ("aws_iam_role.r.arn", Ref("aws_iam_role.r", "arn")),
        ("data.aws_ami.a.id", Ref("data.aws_ami.a", "id")),
        ('"arn:${aws_iam_role.r.name}"', template("arn:", Ref("aws_iam_role.r", "name"))),
        ("aws_subnet.s[0].id", Raw("aws_subnet.s[0].id")),
        ("module.vpc.subnets", Raw("module.vpc.subnets")),
        ("local.loop", Raw("local.loop")),
        ("local.list[7]", Raw("local.list[7]")),
        ("local.list.*.id", Raw("local.list.*.id")),
        ("[for s in local.list : upper(s)]", Raw("[for s in local.list : upper(s)]")),
        ("each.value", Raw("each.value")),
        ('file("policy.json")', Raw('file("policy.json")')),
        ('var.unknown == "a" ? 1 : 2', Raw('var.unknown == "a" ? 1 : 2')),
        ("1 / 0", Raw("1 / 0")),
        ('"a" - 1', Raw('"a" - 1')),
        ("merge(local.tags, var.unknown)", Raw("merge(local.tags, var.unknown)")),
        ("concat(local.list...)", Raw("concat(local.list...)")),
        ('format("%05d", 3)', Raw('format("%05d", 3)')),
        ('"%{ if var.open }a%{ endif }"', Raw('"%{ if var.open }a%{ endif }"')),
    ],
)
def test_what_only_terraform_knows_stays_unknown(expression: str, unknown: Any) -> None:
    assert value(expression) == unknown


def test_an_unknown_inside_leaves_the_rest_known() -> None:
    assert value('{ a = var.unknown, b = ["c"] }') == {"a": Raw("var.unknown"), "b": ["c"]}
    assert value("jsonencode({ a = aws_sqs_queue.q.arn })") == template('{"a":"', Ref("aws_sqs_queue.q", "arn"), '"}')


@pytest.mark.parametrize(
    ("heredoc", "text"),
    [
        ("<<EOT\n  a ${var.size} $${HOME}\nEOT", "  a 4 ${HOME}\n"),
        ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"),
        ('<<EOT\na \\n "b"\nEOT', 'a \\n "b"\n'),
        ("<<EOT\n${var.unknown}\nEOT", template(Raw("var.unknown"), "\n")),
        ("<<EOT\nEOT", None),
    ],
)
def test_heredocs(heredoc: str, text: Any) -> None:
    assert value(heredoc) in (text, text or "")


def test_blocks_are_lists_and_dynamic_blocks_say_that_they_may_be_there() -> None:
    node = found(
        'resource "aws_x" "y" {\n  a { b = 1 }\n  a { b = 2 }\n'
        '  dynamic "c" {\n    for_each = var.d\n    content {}\n  }\n}\n'
    ).node
    assert isinstance(node, Resource)
    assert node.body == {"a": [{"b": 1}, {"b": 2}], "dynamic": [{"c": {"for_each": Raw("var.d")}}]}


def test_what_makes_nothing_is_passed_over() -> None:
    text = NAMES + "".join(
        f'resource "aws_x" "{name}" {{\n  {meta}\n}}\n'
        for name, meta in {
            "a": "count = 0",
            "b": "for_each = {}",
            "c": "count = var.open ? 1 : 0",
            "d": "count = 2",
            "e": "for_each = toset(var.unknown)",
        }.items()
    )
    assert [each.node.address for each in loaded(text)] == ["aws_x.d", "aws_x.e"]


def test_every_path_has_its_place() -> None:
    each = found(
        'resource "aws_x" "y" {\n'
        "  a {\n    b = 1\n  }\n"
        '  a {\n    c = { d = "e",\n      "f" = [1,\n        2] }\n  }\n'
        '  policy = jsonencode({\n    Statement = [{\n      Effect = "Allow"\n    }]\n  })\n'
        "}\n"
    )
    assert each.locate(()) == (1, 1)
    assert each.locate(("a", 0, "b")) == (3, 5)
    assert each.locate(("a", 1)) == (5, 3)
    assert each.locate(("a", 1, "c", "d")) == (6, 11)
    assert each.locate(("a", 1, "c", "f", 1)) == (8, 9)
    assert each.locate(("policy", "Statement", 0, "Effect")) == (12, 7)
    assert each.locate(("missing",)) == (1, 1)


def test_names_are_looked_up_in_all_files_of_the_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": 'resource "aws_x" "y" {\n  a = var.a\n  b = var.b\n  c = local.c\n}\n',
            "names.tf": 'variable "a" { default = 1 }\nvariable "b" {}\nlocals { c = "c${var.a}" }\n',
            "terraform.tfvars": "a = 2\n",
            "more.auto.tfvars": 'b = "set"\n',
            "broken.tf": "variable {",
            "other/names.tf": 'variable "a" { default = 9 }\n',
        },
    )
    node = only(load([str(tmp_path / "main.tf")])).node
    assert isinstance(node, Resource)
    assert node.body == {"a": 2, "b": "set", "c": "c2"}


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ('resource "a" "b" {\n  c =\n}\n', "the line ends where a value is expected", (2, 6)),
        ('resource "a" "b" {\n  c = 1\n', "it ends too early", (0, 0)),
        ('resource "a" "b" {\n  c = ]\n}\n', "']' is not expected here", (2, 7)),
        ('a = "b\n', "is no Terraform", (1, 6)),
        ("a = <<EOT\n", "is no Terraform", (1, 5)),
        ("a = " + "[" * 5000, "is no Terraform", (0, 0)),
    ],
)
def test_what_is_broken_has_its_place(text: str, reason: str, place: tuple[int, int]) -> None:
    [problem] = read(text, "main.tf").broken
    assert reason in problem.reason
    assert (0, 0) in (place, (problem.line, problem.column)) or place == (problem.line, problem.column)


def test_names_that_multiply_each_other_become_unknown() -> None:
    doubling = "\n".join(f'  a{i} = "${{local.a{i - 1}}}${{local.a{i - 1}}}"' for i in range(1, 60))
    lists = "\n".join(f"  b{i} = [local.b{i - 1}, local.b{i - 1}]" for i in range(1, 60))
    text = f'locals {{\n  a0 = "x"\n  b0 = [1]\n{doubling}\n{lists}\n}}\n'
    node = found(f'{text}resource "aws_x" "y" {{\n  a = local.a59\n  b = local.b59\n}}\n').node
    assert len(str(node)) < 50_000_000


def test_comments_suppress_at_their_block() -> None:
    text = (
        "# aicost:ignore SPOT001 said above\n"
        'resource "aws_x" "a" {}\n'
        'resource "aws_x" "b" {\n  // aicost:ignore SPOT002 said inside\n'
        "  c = 1 /* aicost:ignore SPOT003 at a line */\n}\n"
        "# an aicost:ignore in prose is none\n"
    )
    said = {each.node.address: [(one.rule, one.reason) for one in each.node.suppress] for each in loaded(text)}
    assert said == {
        "aws_x.a": [("SPOT001", "said above")],
        "aws_x.b": [("SPOT002", "said inside"), ("SPOT003", "at a line")],
    }


MANIFEST = """
resource "kubernetes_manifest" "so" {
  # aicost:ignore KEDA004 the old key stays until the upgrade
  manifest = {
    apiVersion = "keda.sh/v1alpha1"
    kind       = "ScaledObject"
    metadata   = { name = "chat", namespace = var.namespace }
    spec = {
      minReplicaCount = 0
    }
  }
}
"""


def test_kubernetes_objects_inside_terraform_are_objects() -> None:
    each = only(read(MANIFEST, "main.tf"))
    assert isinstance(each.node, KubeObject)
    assert (each.node.namespace, each.node.body) == (None, {"spec": {"minReplicaCount": 0}})
    assert each.locate(("spec", "minReplicaCount")) == (9, 7)
    assert [one.rule for one in each.node.suppress] == ["KEDA004"]


def test_yaml_inside_terraform_is_read_too() -> None:
    text = (
        'resource "kubectl_manifest" "p" {\n  yaml_body = <<-YAML\n'
        "    apiVersion: v1\n    kind: Pod\n    metadata: {name: a}\n    ---\n    apiVersion: v1\n    kind: [\n"
        "  YAML\n}\n"
    )
    result = read(text, "main.tf")
    assert [each.node.address for each in result.found] == ["v1/Pod//a"]
    assert result.found[0].locate(("spec",)) == (2, 3)
    [problem] = result.broken
    assert (problem.line, problem.reason.partition(":")[0]) == (2, "yaml_body")


def test_default_tags_of_a_provider_count_as_carried() -> None:
    budget = (
        'resource "aws_budgets_budget" "b" {\n  name = "b"\n  budget_type = "COST"\n  limit_amount = "1"\n'
        '  limit_unit = "USD"\n  time_unit = "MONTHLY"\n  cost_filter {\n    name = "TagKeyValue"\n'
        '    values = ["user:Team$ranking"]\n  }\n}\nresource "aws_s3_bucket" "b" { tags = { Owner = "x" } }\n'
    )

    def told(tags: str) -> bool:
        provider = f'provider "aws" {{\n  default_tags {{\n    tags = {tags}\n  }}\n}}\n'
        found = judge(read(provider + budget, "main.tf"), TODAY).findings
        return any(each.finding.rule == "TAG001" for each in found)

    assert told('{ Team = "other" }')
    assert not told('{ Team = "ranking" }')
    assert not told("var.tags")
