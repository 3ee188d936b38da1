"""The kustomization of a stack: kubectl renders exactly the objects of the plan, natively and under cdktf."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cdktf
import pytest
import yaml

from aicost_iac import App, KubeObject, Stack, output
from aicost_iac.kubernetes.manifest import manifest
from aicost_iac.synth import mount, synthesize
from examples.inside_cdktf import AwsProvider
from tests.core.declared import SETTINGS, Queue, stack
from tests.kubernetes.test_stacks import WITH_OBJECTS

CLUSTER_WIDE = KubeObject("scheduling.k8s.io/v1", "PriorityClass", "batch", body={"value": 1000})
TWO_NAMESPACES = stack(items=[Queue(name="jobs"), SETTINGS, CLUSTER_WIDE])
STACKS = {"two-namespaces": TWO_NAMESPACES, **WITH_OBJECTS}


def identity(item: Mapping[str, Any]) -> str:
    return json.dumps(item, sort_keys=True)


def rendered(folder: Path) -> Sequence[Mapping[str, Any]]:
    """What `kubectl apply --kustomize` would send."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on PATH: the kustomizations are not rendered")
    made = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return [item for item in yaml.safe_load_all(made.stdout) if item]


@pytest.mark.parametrize("name", STACKS)
def test_kubectl_renders_the_objects_of_the_plan(name: str, tmp_path: Path) -> None:
    declared: Stack = STACKS[name]
    output.write(tmp_path, output.files([declared]), prune=True)
    found = rendered(tmp_path / "stacks" / declared.name / "kubernetes")
    assert sorted(map(identity, found)) == sorted(identity(manifest(item)) for item in declared.plan().objects)


def folder(root: Path) -> dict[str, str]:
    """Every file of `main`'s Kubernetes objects."""
    below = root / "stacks" / "main" / "kubernetes"
    return {path.relative_to(below).as_posix(): path.read_text() for path in below.rglob("*") if path.is_file()}


def test_cdktf_writes_the_files_that_we_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output.write(tmp_path / "native", output.files([TWO_NAMESPACES]), prune=True)
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "cdktf"))
    synthesize(App(stacks=[TWO_NAMESPACES]), library="cdktf")
    assert folder(tmp_path / "cdktf") == folder(tmp_path / "native")
    assert (tmp_path / "cdktf/stacks/main" / output.DOCUMENT).is_file()


@pytest.mark.parametrize("items", [[Queue(name="jobs")], [stack().plan().resources[0]]], ids=["fewer", "none"])
def test_cdktf_output_that_is_gone_is_removed(
    items: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    synthesize(App(stacks=[TWO_NAMESPACES]), library="cdktf")
    changed = stack(items=items)
    synthesize(App(stacks=[changed]), library="cdktf")
    output.write(tmp_path / "native", output.files([changed]), prune=True)
    assert folder(tmp_path) == folder(tmp_path / "native")
    assert (tmp_path / "stacks/main" / output.DOCUMENT).is_file()


def test_a_kustomization_that_is_gone_is_shown_and_removed(tmp_path: Path) -> None:
    output.write(tmp_path, output.files([TWO_NAMESPACES]), prune=True)
    bare = output.files([stack(items=[stack().plan().resources[0]])])
    shown = "".join(output.differences(tmp_path, bare, prune=True))
    assert "-kind: Kustomization" in shown
    output.write(tmp_path, bare, prune=True)
    assert folder(tmp_path) == {}
    assert list(output.differences(tmp_path, bare, prune=True)) == []


def test_objects_of_a_mounted_blueprint_lie_beside_its_document(tmp_path: Path) -> None:
    app = cdktf.App(outdir=str(tmp_path))
    program = cdktf.TerraformStack(app, "main")
    AwsProvider(program, "us-east-1")
    mount(program, Queue(name="jobs"))
    synthesize(app)
    assert set(folder(tmp_path)) == {"kustomization.yaml", "apps/configmap-jobs.yaml"}
    assert json.loads((tmp_path / "stacks/main" / output.DOCUMENT).read_text())["resource"]
