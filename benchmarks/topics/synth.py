"""The repository's own stacks: natively, through cdktf, and as the same resources with the prebuilt AWS bindings."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aicost_iac import output
from benchmarks.clock import REPOSITORY, compile_bytecode, process, python
from benchmarks.row import NotMeasured, Row, at_least_faster
from stacks import app
from tests.environments import Unavailable, make_python_environment

BINDINGS = "cdktf-cdktf-provider-aws==20.1.0"
REQUIREMENTS = ["cdktf==0.21.0", "constructs>=10.6,<10.8", BINDINGS]


def rows() -> Iterator[Row]:
    try:
        other = make_python_environment("prebuilt-cdktf", REQUIREMENTS)
    except Unavailable as reason:
        raise NotMeasured(str(reason)) from reason
    against = f"the same with {BINDINGS}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        native = python("-m", "aicost_iac", "synth", "--out", str(folder / "native"))
        mounted = python("-m", "stacks", CDKTF_OUTDIR=str(folder / "mounted"))
        bound = prebuilt(other, folder)
    yield Row("aicost synth of the repository's stacks", native, against, bound, at_least_faster(30))
    yield Row("python -m stacks, through cdktf", mounted, against, bound, at_least_faster(7))


def prebuilt(python_with_bindings: Path, folder: Path) -> float:
    """Seconds of a program that declares the same resources with typed classes; that they are the same is checked."""
    documents = own_documents()
    maker = REPOSITORY / "benchmarks" / "prebuilt_program.py"
    made = subprocess.run(
        [python_with_bindings, maker], input=json.dumps(documents), capture_output=True, text=True, check=True
    )
    program = folder / "program" / "main.py"
    program.parent.mkdir()
    program.write_text(made.stdout, encoding="utf-8")
    compile_bytecode(program.parent, python_with_bindings.parents[1] / "lib")
    seconds = process([python_with_bindings, program], 3, CDKTF_OUTDIR=str(folder / "bound"))
    for name, document in documents.items():
        written = json.loads((folder / "bound" / "stacks" / name / output.DOCUMENT).read_text(encoding="utf-8"))
        if bodies(written) != bodies(document):
            raise RuntimeError(f"the stack {name} is not the same with the prebuilt bindings")
    return seconds


def own_documents() -> dict[str, Any]:
    """Stack name -> document of the repository's stacks."""
    files = output.files(app.stacks)
    return {path.split("/")[1]: json.loads(text) for path, text in files.items() if path.endswith(output.DOCUMENT)}


def bodies(document: dict[str, Any]) -> Any:
    return {mode: comparable(document.get(mode, {})) for mode in ("data", "resource")}


def comparable(value: Any) -> Any:
    """Without comments; a list of one block as that block; numbers and truth values as text."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return comparable(value[0]) if len(value) == 1 else [comparable(item) for item in value]
    if isinstance(value, bool):
        return json.dumps(value)
    return str(float(value)) if str(value).replace(".", "", 1).isdigit() else value
