"""Requests to AWS that stand in files: `aws` commands of a shell script, JSON for `--cli-input-json`, boto3 calls, and
estimators of the SageMaker SDK.

Whoever reads files makes an `AwsRequest` of each; rules only see these. The contract:

- `service` is the CLI's name (`ce`, `sagemaker`, `savingsplans`, `budgets`, `ec2`), and `operation` the CLI's, boto3's
  or the API's spelling: `get-cost-and-usage`, `get_cost_and_usage` and `GetCostAndUsage` are one.
- The class of a SageMaker SDK estimator, or of its `ModelTrainer`, is the operation of the service `sagemaker-sdk`:
  `AwsRequest("sagemaker-sdk", "PyTorch", {"instance_type": "ml.p4d.24xlarge", "max_run": 3600})`.
- `parameters` holds names as written, without `--`: rules compare them without regard to case, `-` and `_`. JSON text
  and `file://` documents are read into data, `Key=Value,Key=Value` shorthand too; a flag without a value is True.
- A value nobody knows (a shell or Python variable, a substitution) is a `Raw` with its source text, never left out.
- `complete` is False where parameters may be missing here: `**options`, an argument list in a variable, a file that
  was not read.
- `name` tells the requests of one file apart, as in `scripts/report.sh:12`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aicost_iac.canonical import normal
from aicost_iac.plan import Node

SDK = "sagemaker-sdk"

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


@dataclass(frozen=True)
class AwsRequest(Node):
    """One call, with the parameters as far as the file says them."""

    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    complete: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", normal(self.parameters, self.address))

    @property
    def kind(self) -> str:
        """`aws ce get-cost-and-usage`, however the file spells it; the SDK's classes keep their names."""
        if self.service == SDK:
            return f"{SDK} {self.operation}"
        return f"aws {self.service} {_WORD.sub('-', self.operation).lower()}"

    @property
    def body(self) -> Mapping[str, Any]:
        return self.parameters

    @property
    def address(self) -> str:
        return f"{self.kind}/{self.name}" if self.name else self.kind
