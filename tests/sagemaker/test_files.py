"""Files beside the document: written, checked and pruned with it; through cdktf as well."""

from pathlib import Path

import pytest

from aicost_iac import App, Blueprint, CostTags, File, Plan, Stack, output
from aicost_iac.errors import DuplicateAddress, PlanError
from aicost_iac.synth import synthesize
from tests.sagemaker.described import training

TAGS = CostTags(workload_type="training", cost_center="tests", team="tests")
LAUNCHER = "stacks/one/files/ranker/launch_v3.py"


def stack(*items: Blueprint, name: str = "one") -> Stack:
    return Stack(name=name, region="us-east-1", tags=TAGS, items=items)


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_they_are_rendered_below_their_stack() -> None:
    rendered = output.files([stack(training(scaffold="python"))])
    assert {name for name in rendered if "/files/" in name} == {
        "stacks/one/files/ranker/launch_v2.py",
        LAUNCHER,
        "stacks/one/files/ranker/train.py",
    }


def test_what_is_no_longer_made_goes_and_what_python_left_stays(tmp_path: Path) -> None:
    output.write(tmp_path, output.files([stack(training())]), prune=True)
    left = tmp_path / "stacks/one/files/ranker/__pycache__/launch_v3.pyc"
    left.parent.mkdir()
    left.write_bytes(b"\xff\x00")
    output.write(tmp_path, output.files([stack()]), prune=True)
    assert tree(tmp_path) == {"stacks/one/cdk.tf.json", left.relative_to(tmp_path).as_posix()}


def test_a_change_by_hand_is_told(tmp_path: Path) -> None:
    rendered = output.files([stack(training())])
    output.write(tmp_path, rendered, prune=True)
    assert list(output.differences(tmp_path, rendered, prune=True)) == []
    (tmp_path / LAUNCHER).write_text("changed\n")
    (tmp_path / "stacks/one/files/stray.py").write_text("stray\n")
    told = "".join(output.differences(tmp_path, rendered, prune=True))
    assert "-changed" in told
    assert "-stray" in told


def test_a_stack_that_is_gone_takes_its_files_along(tmp_path: Path) -> None:
    output.write(tmp_path, output.files([stack(training()), stack(name="two")]), prune=True)
    output.write(tmp_path, output.files([stack(name="two")]), prune=True)
    assert tree(tmp_path) == {"stacks/two/cdk.tf.json"}


def test_cdktf_brings_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    app = App(stacks=[stack(training())])
    synthesize(app, library="cdktf")
    assert (tmp_path / LAUNCHER).read_text() == output.files(app.stacks)[LAUNCHER]


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a/.b", "A.py", "a b", "a/"])
def test_a_path_that_leaves_the_folder_or_hides_is_refused(path: str) -> None:
    with pytest.raises(PlanError, match="is no path below a stack's folder"):
        File(path, "")


def test_two_files_of_one_path_are_refused() -> None:
    with pytest.raises(DuplicateAddress, match=r"the file 'a\.py' stands twice"):
        Plan(files=(File("a.py", "1"), File("a.py", "2")))
