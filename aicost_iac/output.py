"""The files of an app: rendered in memory first, written only when everything rendered.

`<out>/stacks/<stack>/cdk.tf.json`, `<out>/stacks/<stack>/kubernetes/<namespace>/<kind>-<name>.yaml` and beside the
namespaces a `kustomization.yaml` that names them all. Whatever else lies in a stack's folder (`.terraform`, lock file,
state) is somebody's, and stays.
"""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aicost_iac.app import Stack, first_pass
from aicost_iac.canonical import document
from aicost_iac.collector import without_collector
from aicost_iac.kubernetes import kustomization, manifest
from aicost_iac.plan import File, KubeObject
from aicost_iac.terraform.document import render

DOCUMENT = "cdk.tf.json"
FILES = "files"
# What `terraform init` makes again.
REMADE = frozenset({".terraform", ".terraform.lock.hcl"})
Files = Mapping[str, str]


@without_collector()
def files(stacks: Sequence[Stack], app: Sequence[Stack] = ()) -> dict[str, str]:
    """Path below the output folder -> text. `app` are all stacks of the app, where `stacks` are some of them."""
    rendered: dict[str, str] = {}
    seen = first_pass(app or stacks)
    for stack in stacks:
        plan = stack.plan(seen)
        rendered[f"stacks/{stack.name}/{DOCUMENT}"] = document(render(plan, stack.settings()))
        rendered.update(kube_files(stack.name, plan.objects))
        rendered.update(plain_files(stack.name, plan.files))
    return rendered


def kube_files(stack: str, objects: Iterable[KubeObject]) -> dict[str, str]:
    """The objects of one stack, a file each, and the kustomization of them all."""
    made = list(objects)
    texts = {manifest.path(item): manifest.dump(item) for item in made}
    if made:
        texts[kustomization.PATH] = kustomization.dump(made)
    return {f"stacks/{stack}/{path}": text for path, text in texts.items()}


def plain_files(stack: str, listed: Iterable[File]) -> dict[str, str]:
    """What lies beside the document of one stack."""
    return {f"stacks/{stack}/{FILES}/{file.path}": file.text for file in listed}


def write(out: Path, rendered: Files, *, prune: bool, stacks: Iterable[str] = ()) -> list[Path]:
    """Write all files, then move them into place. With `prune`, earlier output of stacks that are gone is removed.

    `stacks` are current although nothing of them may be rendered here. Returns stack folders that are gone from the app
    but still hold files of somebody else's, such as a state.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".aicost-", dir=out) as folder:
        staged = Path(folder)
        for name, text in rendered.items():
            target = staged / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        for name in rendered:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).replace(out / name)
    return list(_prune(out, set(rendered), prune, frozenset(stacks)))


def differences(out: Path, rendered: Files, *, prune: bool) -> Iterator[str]:
    """A unified diff from what lies in `out` to what would be written; nothing when they are equal."""
    for name in sorted({*rendered, *_stale(out, set(rendered), prune)}):
        path = out / name
        old = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else []
        new = rendered.get(name, "").splitlines(keepends=True)
        yield from difflib.unified_diff(old, new, f"{out}/{name}", f"{name} (synthesized)")


def _stale(out: Path, rendered: set[str], prune: bool, current: frozenset[str] = frozenset()) -> Iterator[str]:
    """Earlier output that the app no longer makes: of stacks that are current, and with `prune` of all others."""
    current |= {name.split("/")[1] for name in rendered}
    for folder in sorted((out / "stacks").glob("*")):
        if folder.name in current or prune:
            # The document of a current stack may be cdktf's.
            document = [] if folder.name in current else [folder / DOCUMENT]
            manifests = [folder / kustomization.PATH, *sorted(folder.glob("kubernetes/*/*.yaml"))]
            # What Python leaves beside a script that was run is not ours.
            beside = [path for path in sorted(folder.glob(f"{FILES}/**/*")) if "__pycache__" not in path.parts]
            for path in (*document, *manifests, *beside):
                if path.is_file() and (name := path.relative_to(out).as_posix()) not in rendered:
                    yield name


def _prune(out: Path, rendered: set[str], prune: bool, current: frozenset[str]) -> Iterator[Path]:
    stale = [out / name for name in _stale(out, rendered, prune, current)]
    for path in stale:
        path.unlink()
    gone = {out / "stacks" / path.relative_to(out).parts[1] for path in stale if path.name == DOCUMENT}
    for folder in sorted({parent for path in stale for parent in path.parents if out in parent.parents}, reverse=True):
        if folder.is_dir() and folder not in gone and folder.name != "stacks" and not any(folder.iterdir()):
            folder.rmdir()
    for folder in sorted(gone):
        if {path.name for path in folder.iterdir()} <= REMADE:
            shutil.rmtree(folder)
        else:
            yield folder
