"""What lies beside the document of a training job: every template of `templates/sagemaker`, rendered."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from aicost_iac.plan import File
from tests.aws.everything_on_sagemaker import everything
from tests.examples import all_stacks


class Python(SingleFileSnapshotExtension):
    """`.py`"""

    _write_mode = WriteMode.TEXT
    file_extension = "py"


def files() -> dict[str, File]:
    """Of the examples, and of the jobs that use everything."""
    made = [file for stack in (*all_stacks().values(), everything()) for file in stack.plan().files]
    return {file.path.removesuffix(".py").replace("/", "-"): file for file in made if file.path.endswith(".py")}


FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, snapshot: SnapshotAssertion) -> None:
    assert FILES[name].text == snapshot.use_extension(Python)


def test_both_scaffolds_and_both_launchers_are_in_a_snapshot() -> None:
    assert {"llm-v3-train", "ranker-train", "ranker-launch_v2", "ranker-launch_v3"} <= FILES.keys()
    assert "import torch" in FILES["llm-v3-train"].text
    assert "import torch" not in FILES["ranker-train"].text
