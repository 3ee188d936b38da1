"""What docs/kubernetes.md shows is what comes out."""

import re

import aicost_iac
from aicost_iac import Context, GpuMonitoring, MigLayout
from tests.environments import REPOSITORY
from tests.examples import examples

PAGE = (REPOSITORY / "docs" / "kubernetes.md").read_text(encoding="utf-8")


def test_the_program_on_the_page_does_what_it_says() -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names = {name: getattr(aicost_iac, name) for name in aicost_iac.__all__}
    exec(program, names)
    assert names["pool"].placement.slices == {"2g.20gb": 2, "3g.40gb": 1}


def test_the_sheet_on_the_page_is_the_examples() -> None:
    [layout] = [item for item in examples()["mig_solver"].stacks[0].items if isinstance(item, MigLayout)]
    [sheet] = [file.text for file in layout.expand(Context()).files if file.path.endswith(".txt")]
    assert sheet.strip() in PAGE


def test_every_alert_and_record_is_on_the_page() -> None:
    [layout] = [item for item in examples()["mig_solver"].stacks[0].items if isinstance(item, MigLayout)]
    plan = GpuMonitoring(name="gpus", prometheus_labels={}, mig=layout).expand(Context())
    [rule] = [item for item in plan.objects if item.kind == "PrometheusRule"]
    every = [each for group in rule.body["spec"]["groups"] for each in group["rules"]]
    shown = set(re.findall(r"`([\w:]+)`", PAGE))
    assert {each.get("alert") or each["record"] for each in every} <= shown
