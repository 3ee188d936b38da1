"""The schema of SARIF 2.1.0, from a package that carries it: none of it is kept here."""

import json
import tarfile
from functools import cache
from typing import Any

from tests.environments import npm_archive

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


@cache
def sarif_schema() -> dict[str, Any]:
    """The schema; skips the test where npm can not get it."""
    with tarfile.open(npm_archive(PACKAGE)) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        schema: dict[str, Any] = json.load(member)
    return schema
