"""A stand-in for Checkov: a program that answers at once, and says what it was asked."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ARGUMENTS = "arguments.json"


def fake_checkov(folder: Path, failed: Sequence[dict[str, Any]] = (), *, code: int = 0, said: str | None = None) -> str:
    """Its path. `failed` are the checks it reports; it writes its arguments into `arguments.json` beside itself."""
    answer = json.dumps([{"check_type": "terraform", "results": {"failed_checks": list(failed)}}])
    program = folder / "checkov"
    program.write_text(
        f"#!{sys.executable}\nimport json, pathlib, sys\n"
        f"pathlib.Path({str(folder / ARGUMENTS)!r}).write_text(json.dumps(sys.argv[1:]))\n"
        f"print({(answer if said is None else said)!r})\n"
        f"print('a message of its own', file=sys.stderr)\nsys.exit({code})\n"
    )
    program.chmod(0o755)
    return str(program)


def failed_check(file: Path, first: int, last: int, resource: str, key: str = "bucket") -> dict[str, Any]:
    """One entry of Checkov's `failed_checks`."""
    return {
        "check_id": "CKV_AWS_18",
        "check_name": "Ensure the S3 bucket has access logging enabled",
        "check_result": {"result": "FAILED", "evaluated_keys": [key]},
        "file_path": f"/{file.name}",
        "file_abs_path": str(file),
        "file_line_range": [first, last],
        "resource": resource,
        "guideline": None,
    }
