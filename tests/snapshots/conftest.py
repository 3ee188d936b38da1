"""Snapshots are real files with real endings, so that a reviewer reads what would be deployed."""

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class TerraformJson(SingleFileSnapshotExtension):
    """`.tf.json`"""

    _write_mode = WriteMode.TEXT
    file_extension = "tf.json"


class Shell(SingleFileSnapshotExtension):
    """`.sh`"""

    _write_mode = WriteMode.TEXT
    file_extension = "sh"


class Yaml(SingleFileSnapshotExtension):
    """`.yaml`"""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"


@pytest.fixture
def terraform_json(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TerraformJson)


@pytest.fixture
def shell(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Shell)


@pytest.fixture
def yaml(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Yaml)
