"""SM013: a name that serves once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost_iac.expr import Raw
from aicost_iac.rules.findings import Told
from aicost_iac.rules.reading.asked import asked, key
from aicost_iac.rules.reading.cost_queries import NAMED, NAMES
from aicost_iac.rules.reading.values import literal
from aicost_iac.rules.registry import rule
from aicost_iac.rules.world import Subject, World

_LONGEST = 63
_RECOMMENDER = "aws sagemaker create-inference-recommendations-job"
_DAY = re.compile(r"\$?\(\s*date\s+[^)]*\)|strftime\([^)]*\)")
_MORE = re.compile(r"\$|[{(]")
_SECONDS = ("%s", "%S", "%N", "%f", "%T", "%X")


@rule(
    "SM013",
    "job-name-is-used-up",
    severity="warning",
    group="broken",
    reads=NAMED,
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html",
)
def job_name_is_used_up(subject: Subject, world: World) -> Iterator[Told]:
    """A script starts a SageMaker job under a name that is the same next time.

    What happens: names of jobs are unique in an account and a region, for ever. A script with a constant name, or one
    with the day in it, is refused on its second run of the day; names longer than 63 characters (64 for Inference
    Recommender) always are.

    Why it costs: the scheduled run that did not happen.

    Bad:

    ```sh
    aws sagemaker create-processing-job --processing-job-name "features-$(date +%Y%m%d)" \\
      --role-arn arn:aws:iam::123456789012:role/features
    ```

    Good:

    ```sh
    aws sagemaker create-processing-job --processing-job-name "features-$(date +%s)" \\
      --role-arn arn:aws:iam::123456789012:role/features
    ```
    """
    request = asked(subject)
    name = request.request.get(key(request.request, NAMES[subject.kind]))
    text = name if isinstance(name, str) else ""
    path = request.at(NAMES[subject.kind])
    if literal(text) and len(text) > _LONGEST + (subject.kind == _RECOMMENDER):
        message = f"{text!r} has {len(text)} characters: {_LONGEST} are the most"
        yield Told(path, message, "a shorter name", severity="error")
    elif literal(text) or (isinstance(name, Raw) and _of_the_day(name.code)):
        yield Told(
            path,
            f"{text or name.code!r} is the same {'on every run' if text else 'all day'}, and a name serves once",
            "the time to the second, or a run id, in the name",
        )


def _of_the_day(code: str) -> bool:
    """Whether the date, to the day, is all that changes in a name."""
    found = _DAY.search(code)
    fine = found is not None and any(each in found[0] for each in _SECONDS)
    return found is not None and not fine and not _MORE.search(_DAY.sub("", code))
