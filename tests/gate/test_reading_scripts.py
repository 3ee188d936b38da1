"""Requests to AWS in shell scripts, Python sources and JSON files."""

import json
from pathlib import Path
from typing import Any

import pytest

from aicost_iac.expr import Expr, Raw, template
from aicost_iac.gate import Found, load
from aicost_iac.rules import AwsRequest
from tests.gate.files import only, read, write

COST = "aws ce get-cost-and-usage"


def requests(text: str, name: str = "report.sh") -> list[AwsRequest]:
    result = read(text, name)
    assert not result.broken, [str(each) for each in result.broken]
    return [each.node for each in result.found if isinstance(each.node, AwsRequest)]


def request(text: str, name: str = "report.sh") -> AwsRequest:
    [only_one] = requests(text, name)
    return only_one


@pytest.mark.parametrize(
    ("flags", "parameters"),
    [
        ("--granularity DAILY", {"granularity": "DAILY"}),
        ("--granularity=DAILY", {"granularity": "DAILY"}),
        ("--metrics A B 'C'", {"metrics": ["A", "B", "C"]}),
        (
            "--time-period Start=2026-01-01,End=2026-02-01",
            {"time-period": {"Start": "2026-01-01", "End": "2026-02-01"}},
        ),
        (
            "--group-by Type=DIMENSION,Key=SERVICE Type=TAG,Key=t",
            {"group-by": [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "TAG", "Key": "t"}]},
        ),
        ("--x Key=[a,b],More=c", {"x": {"Key": ["a", "b"], "More": "c"}}),
        (
            """--filter '{"Dimensions": {"Key": "A", "Values": ["b"]}}'""",
            {"filter": {"Dimensions": {"Key": "A", "Values": ["b"]}}},
        ),
        ('''--filter "{\\"Key\\": \\"$K\\"}"''', {"filter": {"Key": Raw("$K")}}),
        ('--filter "$FILTER"', {"filter": Raw("$FILTER")}),
        ("--time-period Start=$S,End=$(date +%F)", {"time-period": {"Start": Raw("$S"), "End": Raw("$(date +%F)")}}),
        ("--granularity a${B}c", {"granularity": template("a", Raw("${B}"), "c")}),
        ("--enable-x --no-enable-y", {"enable-x": True, "enable-y": False}),
        ("--output json --query 'x[0]' --region us-east-1", {}),
        ("--filter file://missing.json", {"filter": Raw("file://missing.json")}),
    ],
)
def test_flags_are_parameters(flags: str, parameters: Any) -> None:
    made = request(f"{COST} {flags}\n")
    assert (made.kind, made.parameters, made.complete) == (COST, parameters, True)


@pytest.mark.parametrize("rest", ['"$@"', "$OPTIONS", '--metrics A "${MORE[@]}"', "--cli-input-json file://none.json"])
def test_what_may_hold_more_flags_is_not_complete(rest: str) -> None:
    assert not request(f"{COST} {rest}\n").complete


@pytest.mark.parametrize(
    "script",
    [
        f"X=$({COST} --metrics A | jq -r .x)",
        f"X=`{COST} --metrics A`",
        f'X="$({COST} --metrics A)"',
        f"if ! {COST} --metrics A; then exit 1; fi",
        f"AWS_PROFILE=x {COST} --metrics A > out.json 2>&1",
        f"for i in 1 2; do {COST} --metrics A & done",
        f"({COST} --metrics A)",
        "aws --region us-east-1 --no-cli-pager ce get-cost-and-usage \\\n  --metrics \\\n  A",
        f"timeout 60 {COST} --metrics A",
        f"f() {{ {COST} --metrics A; }}",
        f"case x in\n  a) {COST} --metrics A ;;\nesac",
        f"cat <<-END | {COST} --metrics A\n\taws ce get-cost-forecast\n\tEND\n",
    ],
)
def test_a_command_is_found_wherever_it_stands(script: str) -> None:
    made = request(f"#!/bin/bash\n{script}\n")
    assert (made.kind, made.parameters) == (COST, {"metrics": "A"})


@pytest.mark.parametrize(
    "script",
    [
        f"# {COST}",
        f"echo '{COST}'",
        f'printf "%s" {COST}',
        f"cat <<EOF\n{COST}\nEOF",
        f"cat <<'EOF'\n{COST}\nEOF",
        f"{COST} --generate-cli-skeleton",
        "aws s3 cp a b",
        "aws",
        'aws "$SERVICE" list',
        "laws ce get-cost-and-usage",
    ],
)
def test_what_is_no_request_is_none(script: str) -> None:
    assert requests(f"{script}\n") == []


def test_places_are_those_of_the_flags() -> None:
    each = only(read(f"#!/bin/bash\nX=$({COST} \\\n    --granularity DAILY \\\n    --metrics A)\n", "report.sh"))
    assert isinstance(each.node, AwsRequest)
    assert each.node.name == "report.sh:2"
    assert [each.locate(path) for path in ((), ("Granularity",), ("metrics", 0))] == [(2, 5), (3, 5), (4, 5)]


def test_files_beside_the_script_are_read(tmp_path: Path) -> None:
    whole = {"TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"}, "Granularity": "DAILY"}
    script = f"{COST} --filter file://filter.json --cli-input-json file://whole.json --granularity MONTHLY\n"
    write(tmp_path, {"report.sh": script, "filter.json": '{"Dimensions": {}}', "whole.json": json.dumps(whole)})
    [each] = [each for each in load([str(tmp_path)]).found if each.file.endswith("report.sh")]
    assert isinstance(each.node, AwsRequest)
    assert each.node.complete
    assert each.node.parameters == {"TimePeriod": whole["TimePeriod"], "Granularity": "DAILY", "granularity": "MONTHLY"}


def test_comments_suppress_in_scripts() -> None:
    made = request(f"# aicost:ignore CE003 read on below\n{COST} --metrics A\n")
    assert [(each.rule, each.reason) for each in made.suppress] == [("CE003", "read on below")]


PROGRAM = """
import boto3, sagemaker
from sagemaker.pytorch import PyTorch as Torch
from sagemaker.modules.train import ModelTrainer
from sagemaker.modules.configs import Compute
HOURS = 10
ROLE = "arn:aws:iam::123456789012:role/" + "training"
"""


def called(code: str) -> Found:
    return only(read(f"{PROGRAM}{code}\n", "train.py"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ('ce = boto3.client("ce")\nce.get_cost_and_usage(A=1)', COST),
        ('boto3.client("ce").get_cost_and_usage(A=1)', COST),
        ('self.client = boto3.Session(x).client(service_name="ce")\nself.client.get_cost_and_usage(A=1)', COST),
        ("def f(anything):\n    anything.get_cost_and_usage(A=1)", COST),
        (
            'x = boto3.client("savingsplans")\nx.describe_savings_plans_offerings(A=1)',
            "aws savingsplans describe-savings-plans-offerings",
        ),
        ("Torch(A=1)", "sagemaker-sdk PyTorch"),
        ("sagemaker.estimator.Estimator(A=1)", "sagemaker-sdk Estimator"),
        ("ModelTrainer(A=1)", "sagemaker-sdk ModelTrainer"),
    ],
)
def test_calls_and_classes_are_requests(code: str, kind: str) -> None:
    made = called(code).node
    assert isinstance(made, AwsRequest)
    assert (made.kind, made.parameters, made.complete) == (kind, {"A": 1}, True)


@pytest.mark.parametrize(
    "code",
    [
        'boto3.client("s3").get_object(A=1)',
        "Compute(A=1)",
        "requests.get(A=1)",
        "def get_cost_and_usage(): pass",
        "Torch",
    ],
)
def test_other_calls_are_none(code: str) -> None:
    assert read(f"{PROGRAM}{code}\n", "train.py").found == ()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("24 * 60 * 60", 86400),
        ("HOURS * 3600 - 1", 35999),
        ("-1.5", -1.5),
        ("ROLE", "arn:aws:iam::123456789012:role/training"),
        ('f"run-{HOURS}-{run}"', template("run-", "10", "-", Raw("run"))),
        ('{"a": [1, None, "x"], "b": run}', {"a": [1, "x"], "b": Raw("run")}),
        ("dict(a=1)", {"a": 1}),
        ("Compute(instance_type='ml.p4d.24xlarge')", {"instance_type": "ml.p4d.24xlarge"}),
        ("(1, 2)", [1, 2]),
        ("run", Raw("run")),
        ("os.environ['X']", Raw("os.environ['X']")),
        ("1 / 0", Raw("1 / 0")),
        ("b'x'", Raw("b'x'")),
        ("2 ** 10", Raw("2 ** 10")),
        ("10 ** 30", Raw("10 ** 30")),
        ("9007199254740993", "9007199254740993"),
        ("'a' 'b'", "ab"),
    ],
)
def test_arguments_are_read_and_never_run(argument: str, value: Any) -> None:
    made = called(f"Torch(x={argument})").node
    assert isinstance(made, AwsRequest)
    assert made.parameters["x"] == value


@pytest.mark.parametrize(
    ("code", "parameters", "complete"),
    [
        ('options = {"a": 1}\nTorch(**options)', {"a": 1}, True),
        ('options = {"a": 1}\noptions["b"] = 2\nTorch(**options)', {}, False),
        ('options = {"a": 1}\noptions.update(b=2)\nTorch(**options)', {}, False),
        ('options = {"a": 1}\nif x:\n    options = {}\nTorch(**options)', {}, False),
        ("def f(**options):\n    Torch(a=1, **options)", {"a": 1}, False),
        ("Torch(image, a=1)", {"a": 1}, False),
        ("x = y\ny = x\nTorch(a=x)", {"a": Raw("x")}, True),
    ],
)
def test_what_may_hold_more_arguments_is_not_complete(code: str, parameters: Any, complete: bool) -> None:
    made = called(code).node
    assert isinstance(made, AwsRequest)
    assert (made.parameters, made.complete) == (parameters, complete)


def test_places_are_those_of_keywords_and_keys() -> None:
    each = called('f(x).create_training_job(\n    A=1,\n    B={\n        "C": 2},\n)')
    assert [each.locate(path) for path in ((), ("A",), ("B", "C"), ("D",))] == [(8, 1), (9, 5), (11, 9), (8, 1)]


@pytest.mark.parametrize("source", ["import boto3\ndef f(:\n", "import boto3\nprint 'python 2'\n", "import boto3\n\0"])
def test_what_is_no_python_counts_where_it_is_named(source: str, tmp_path: Path) -> None:
    write(tmp_path, {"train.py": source})
    [problem] = load([str(tmp_path / "train.py")]).broken
    assert "is no Python" in problem.reason
    assert load([str(tmp_path)]).broken == ()


def test_names_that_multiply_each_other_become_unknown() -> None:
    doubling = "\n".join(f"a{i} = [a{i - 1}, a{i - 1}]\nt{i} = t{i - 1} + t{i - 1}" for i in range(1, 60))
    each = called(f"a0 = [1]\nt0 = 'x'\n{doubling}\nTorch(a=a59, t=t59)")
    assert len(str(each.node)) < 50_000_000


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("TimePeriod Granularity Metrics", COST),
        ("TrainingJobName OutputDataConfig", "aws sagemaker create-training-job"),
        ("JobName JobType InputConfig", "aws sagemaker create-inference-recommendations-job"),
        (
            "SavingsPlansType TermInYears PaymentOption LookbackPeriodInDays",
            "aws ce get-savings-plans-purchase-recommendation",
        ),
    ],
)
def test_request_files_are_known_by_what_they_can_not_do_without(keys: str, kind: str) -> None:
    document = {key: {"a": 1} for key in keys.split()}
    each = only(read(json.dumps(document, indent=1), "request.json"))
    assert isinstance(each.node, AwsRequest)
    assert (each.node.kind, each.node.parameters) == (kind, document)
    assert each.locate((keys.split()[0], "a")) == (3, 3)


@pytest.mark.parametrize("text", ['{"name": "package", "version": "1.0"}', "[1]", "// no JSON", '{"Metrics": 1}'])
def test_other_json_is_somebody_elses(text: str) -> None:
    result = read(text, "package.json")
    assert (result.found, result.broken) == ((), ())


def test_expressions_of_python_are_expressions() -> None:
    made = called('Torch(x=f"a{b}")').node
    assert isinstance(made, AwsRequest)
    assert isinstance(made.parameters["x"], Expr)
