"""DOC001: a document inside a document that can not be read."""

from __future__ import annotations

from collections.abc import Iterator

from aicost_iac.errors import UnreadableDocument
from aicost_iac.rules.findings import Path, Told
from aicost_iac.rules.reading.documents import read_json
from aicost_iac.rules.reading.mig_layouts import files_of
from aicost_iac.rules.reading.values import Block
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_JSON = {
    "aws_ce_anomaly_monitor": ("monitor_specification",),
    "aws_iam_policy": ("policy",),
    "aws_iam_role": ("assume_role_policy",),
    "aws_iam_role_policy": ("policy",),
    "aws_s3_bucket_policy": ("policy",),
    "aws_sagemaker_pipeline": ("pipeline_definition",),
    "aws_sfn_state_machine": ("definition",),
    "aws_sns_topic_policy": ("policy",),
    "aws_sqs_queue_policy": ("policy",),
}


@rule(
    "DOC001",
    "embedded-document-is-broken",
    severity="error",
    group="broken",
    reads=("ConfigMap", *sorted(_JSON)),
    source="https://developer.hashicorp.com/terraform/language/functions/jsonencode",
)
def embedded_document_is_broken(subject: Subject, world: World) -> Iterator[Told]:
    """A MIG config, policy or state machine that stands as text inside another document and is not what it should be.

    What happens: `terraform plan` and `kubectl apply` take any text. AWS refuses a policy or a definition that is not
    JSON when it is applied; mig-manager fails on a config that is not YAML, hours later and on the node.

    Why it costs: what was to guard or to partition is not there, and the rest of the apply is.

    Bad:

    ```json
    {"resource": {"aws_sfn_state_machine": {"train": {
      "name": "train", "role_arn": "arn:aws:iam::123456789012:role/train",
      "definition": "{\\"StartAt\\": \\"A\\", \\"States\\": {\\"A\\": {\\"Type\\": \\"Pass\\", \\"End\\": true}}"
    }}}}
    ```

    Good:

    ```json
    {"resource": {"aws_sfn_state_machine": {"train": {
      "name": "train", "role_arn": "arn:aws:iam::123456789012:role/train",
      "definition": "{\\"StartAt\\": \\"A\\", \\"States\\": {\\"A\\": {\\"Type\\": \\"Pass\\", \\"End\\": true}}}"
    }}}}
    ```
    """
    if subject.kind == "ConfigMap":
        for file in files_of(subject, world):
            if file.problem:
                yield _told(file.path, f"the MIG config {file.key}", file.problem, "mend the YAML")
        return
    body = Block(subject.body)
    for key in _JSON[subject.kind]:
        try:
            read_json(body.get(key), key)
        except UnreadableDocument as problem:
            yield _told(body.at(key), key, problem, "write it with jsonencode(...), or mend the JSON")


def _told(path: Path, what: str, problem: UnreadableDocument, fix: str) -> Told:
    """A place means a mistake in the text; without one the text is beyond what is read, and nothing is known of it."""
    if not problem.line:
        return Told(path, f"{what} was not judged: it {problem.reason}", "make it smaller", severity="warning")
    return Told(path, f"{what} can not be read: line {problem.line}, column {problem.column}: {problem.reason}", fix)
