"""The bytes of every stack and example. What must hold whatever the bytes are stands in the other tests."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from aicost_iac import App, Stack, output
from aicost_iac.synth import synthesize
from stacks import app as own
from tests.examples import all_stacks

STACKS = all_stacks()


@pytest.mark.parametrize("name", STACKS)
def test_native(name: str, terraform_json: SnapshotAssertion) -> None:
    rendered = output.files([STACKS[name]])
    assert rendered[f"stacks/{STACKS[name].name}/{output.DOCUMENT}"] == terraform_json


@pytest.mark.parametrize("name", STACKS)
def test_kubernetes(name: str, yaml: SnapshotAssertion) -> None:
    rendered = output.files([STACKS[name]])
    manifests = [text for path, text in sorted(rendered.items()) if path.endswith(".yaml")]
    if manifests:
        assert "---\n".join(manifests) == yaml


@pytest.mark.parametrize("stack", own.stacks, ids=lambda stack: stack.name)
def test_cdktf(
    stack: Stack, terraform_json: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    synthesize(App(stacks=[stack]), library="cdktf")
    written = tmp_path / "stacks" / stack.name / output.DOCUMENT
    assert written.read_text(encoding="utf-8") == terraform_json
