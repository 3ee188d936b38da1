"""`aicost catalog show` and `rank` as a user runs them."""

import json

import pytest
from click.testing import CliRunner, Result

from aicost_iac.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["catalog", *arguments])


def test_machines_with_one_accelerator_up_to_a_price() -> None:
    made = json.loads(run("show", "--gpu", "h100", "--max-price", "10", "--format", "json").stdout)
    assert made["version"] == 1
    [one] = made["candidates"]
    assert (one["instance_type"], one["usd_hour"], one["usd_gpu_hour"], one["mig"]) == (
        "p5.4xlarge",
        "6.88",
        "6.88",
        True,
    )
    assert one["price_date"] == "2026-07-20"


def test_the_table_has_price_per_gpu_memory_per_dollar_mig_and_the_price_s_day() -> None:
    result = run("show", "--gpu", "A100-40GB")
    header, _, row = [line for line in result.stdout.splitlines() if line.strip()][:3]
    assert " ".join(header.split()) == "machine accelerator GiB vCPU RAM EFA MIG $/h $/GPU-h GiB per $ price of"
    assert " ".join(row.split()) == "p4d.24xlarge 8 x A100-40GB 320 96 1152 yes yes 21.9576 2.7447 14.6 2026-07-20*"
    assert "* older than 60 days" in result.stderr


def test_other_clouds_and_retired_types() -> None:
    made = json.loads(
        run("show", "--cloud", "gcp", "--region", "us-central1", "--gpu", "L4", "--format", "json").stdout
    )
    assert made["candidates"][0]["cloud"] == "gcp"
    assert "p3.16xlarge" not in run("show").stdout
    assert "p3.16xlarge (retired)" in run("show", "--all").stdout


def test_a_rank_with_flags_for_each_fallback() -> None:
    others = ("p3.16xlarge", "p5.48xlarge")
    result = run("rank", *others, "--primary", "p4d.24xlarge", "--exhausted", "spot", "--format", "json")
    made = json.loads(result.stdout)["candidates"]
    assert [each["instance_type"] for each in made] == ["p4d.24xlarge", "p3.16xlarge", "p5.48xlarge"]
    codes = [flag["code"] for flag in made[1]["flags"]]
    assert codes == ["retired", "dearer", "less-memory", "no-bf16", "no-efa", "same-quota"]
    text = run("rank", "p3.16xlarge", "--primary", "p4d.24xlarge", "--by", "memory")
    assert "- p3.16xlarge: V100 has no bf16 (compute capability 7.0)" in text.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "--gpu", "H10"], "unknown accelerator 'H10'; did you mean 'H100'"),
        (["show", "--gpu", "TPU-v5e"], "aws has no machine with TPU-v5e; try --all"),
        (["rank", "g6e.xlage"], "did you mean 'g6e.xlarge'"),
        (["rank", "--exhausted", "spot"], "--exhausted needs --primary"),
    ],
)
def test_what_is_not_there_is_said_with_exit_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_nothing_below_a_price_is_no_error() -> None:
    result = run("show", "--max-price", "0.001")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no machine is like that" in result.stderr
