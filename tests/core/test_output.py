"""Files: written only when everything rendered; what is stale goes, what is somebody's stays."""

from pathlib import Path

import pytest
import yaml

from aicost_iac import Resource, Stack, output
from aicost_iac.errors import NotPlainData, UnresolvedReference
from tests.core.declared import Queue, stack

DOCUMENT = "stacks/main/cdk.tf.json"
MANIFEST = "stacks/main/kubernetes/apps/configmap-jobs.yaml"
KUSTOMIZATION = "stacks/main/kubernetes/kustomization.yaml"


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def write(out: Path, *stacks: Stack, prune: bool = True) -> list[Path]:
    return output.write(out, output.files(stacks), prune=prune)


def test_a_stack_becomes_a_document_and_a_file_per_object(tmp_path: Path) -> None:
    write(tmp_path, stack())
    assert set(tree(tmp_path)) == {DOCUMENT, MANIFEST, KUSTOMIZATION}
    assert yaml.safe_load(tree(tmp_path)[KUSTOMIZATION])["resources"] == ["apps/configmap-jobs.yaml"]
    assert yaml.safe_load(tree(tmp_path)[MANIFEST])["data"] == {"queue": "jobs"}


def test_files_end_with_one_newline_of_one_byte(tmp_path: Path) -> None:
    write(tmp_path, stack())
    for name in (DOCUMENT, MANIFEST, KUSTOMIZATION):
        data = (tmp_path / name).read_bytes()
        assert data.endswith(b"\n")
        assert not data.endswith(b"\n\n")
        assert b"\r" not in data


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (Resource("aws_a", "b", {"c": "${TfToken[TOKEN.1]}"}), NotPlainData),
        (Resource("aws_a", "b", {"depends_on": ["aws_c.d"]}), UnresolvedReference),
    ],
)
def test_when_one_stack_does_not_render_all_earlier_output_stays_whole(
    broken: Resource, error: type[Exception], tmp_path: Path
) -> None:
    write(tmp_path, stack(), stack("second"))
    before = tree(tmp_path)
    with pytest.raises(error):
        write(tmp_path, stack(items=[Queue(name="changed")]), stack("second", items=[broken]))
    assert tree(tmp_path) == before


def test_when_writing_fails_earlier_output_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, stack())
    before = tree(tmp_path)
    real, calls = Path.write_text, []

    def failing(path: Path, text: str, **options: str) -> int:
        calls.append(path)
        if len(calls) == 2:
            raise OSError("no space left on device")
        return real(path, text, **options)

    monkeypatch.setattr(Path, "write_text", failing)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path, stack(items=[Queue(name="changed")]))
    assert tree(tmp_path) == before


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, stack())
    before = tree(tmp_path)
    assert write(tmp_path, stack()) == []
    assert tree(tmp_path) == before


def test_objects_that_are_gone_are_removed_with_their_empty_folders(tmp_path: Path) -> None:
    write(tmp_path, stack())
    write(tmp_path, stack(items=[Resource("aws_vpc", "v")]))
    assert set(tree(tmp_path)) == {DOCUMENT}
    assert not (tmp_path / "stacks/main/kubernetes").exists()


def test_a_stack_that_is_gone_is_removed_with_what_init_makes_again(tmp_path: Path) -> None:
    write(tmp_path, stack(), stack("old"))
    (tmp_path / "stacks/old/.terraform").mkdir()
    (tmp_path / "stacks/old/.terraform/x").touch()
    (tmp_path / "stacks/old/.terraform.lock.hcl").touch()
    assert write(tmp_path, stack()) == []
    assert not (tmp_path / "stacks/old").exists()


def test_a_stack_that_is_gone_keeps_its_state_and_is_named(tmp_path: Path) -> None:
    write(tmp_path, stack(), stack("old"))
    (tmp_path / "stacks/old/terraform.tfstate").write_text("{}")
    assert write(tmp_path, stack()) == [tmp_path / "stacks/old"]
    assert set(tree(tmp_path / "stacks/old")) == {"terraform.tfstate"}
    assert write(tmp_path, stack()) == []


def test_files_of_others_in_a_live_stack_stay(tmp_path: Path) -> None:
    write(tmp_path, stack())
    for name in ("terraform.tfstate", "override.tf.json", ".terraform.lock.hcl", "kubernetes/notes.txt"):
        (tmp_path / "stacks/main" / name).write_text("theirs")
    write(tmp_path, stack(items=[Resource("aws_vpc", "v")]))
    assert {text for name, text in tree(tmp_path).items() if name != DOCUMENT} == {"theirs"}


def test_one_stack_alone_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, stack(), stack("second"))
    before = tree(tmp_path)
    write(tmp_path, stack(items=[Resource("aws_vpc", "v")]), prune=False)
    after = tree(tmp_path)
    assert {name for name in before if before[name] != after.get(name)} == {DOCUMENT, MANIFEST, KUSTOMIZATION}
    assert MANIFEST not in after


def test_no_difference_after_writing(tmp_path: Path) -> None:
    rendered = output.files([stack()])
    output.write(tmp_path, rendered, prune=True)
    assert list(output.differences(tmp_path, rendered, prune=True)) == []


def test_differences_show_what_is_changed_new_and_stale(tmp_path: Path) -> None:
    write(tmp_path, stack(), stack("old", items=[Resource("aws_vpc", "v")]))
    rendered = output.files([stack(items=[Queue(name="jobs"), Queue(name="more")])])
    shown = "".join(output.differences(tmp_path, rendered, prune=True))
    assert '+      "more_queue": {' in shown
    assert "+kind: ConfigMap" in shown
    assert f"--- {tmp_path}/stacks/old/cdk.tf.json" in shown
    assert '-      "v": {}' in shown


def test_differences_of_one_stack_do_not_speak_of_others(tmp_path: Path) -> None:
    write(tmp_path, stack(), stack("other"))
    assert list(output.differences(tmp_path, output.files([stack()]), prune=False)) == []


def test_nothing_is_left_of_the_temporary_folder(tmp_path: Path) -> None:
    write(tmp_path, stack())
    assert {path.name for path in tmp_path.iterdir()} == {"stacks"}
