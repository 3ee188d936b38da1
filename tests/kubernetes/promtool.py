"""Prometheus' own judge of rules, where it is installed (Debian: `prometheus`)."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicost_iac import KubeObject


def rules_file(folder: Path, rule: KubeObject) -> Path:
    """The rules of a PrometheusRule as Prometheus reads them."""
    path = folder / f"{rule.name}.yaml"
    path.write_text(yaml.safe_dump(dict(rule.body["spec"])), encoding="utf-8")
    return path


def check(rules: Path) -> None:
    """`promtool check rules`: every query parses, every name and label is allowed."""
    _run("check", "rules", str(rules))


def verify(rules: Path, series: dict[str, str], **expected: Any) -> None:
    """`promtool test rules`: what some series, a value a minute, make of the rules."""
    one = {"interval": "1m", "input_series": [{"series": name, "values": each} for name, each in series.items()]}
    test = {"rule_files": [rules.name], "evaluation_interval": "1m", "tests": [{**one, **expected}]}
    path = rules.with_suffix(".test.yaml")
    path.write_text(yaml.safe_dump(test), encoding="utf-8")
    _run("test", "rules", str(path))


def _run(*arguments: str) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on PATH (Debian: apt-get install prometheus): the rules are not evaluated")
    made = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
