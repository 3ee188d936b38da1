"""The folder for `checkov --external-checks-dir`: our rules of one node as checks `CKV_AICOST_<rule>`.

Checkov imports `aicost_checks.py` from here into its own environment, in which this package need not be installed:
that file finds it beside itself. It needs nothing there that Checkov does not bring (pydantic 2, PyYAML, click) and
Python 3.11.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
