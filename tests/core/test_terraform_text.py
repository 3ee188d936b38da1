"""Terraform itself reads what `expr` wrote: literals come out as they went in, expressions are evaluated."""

import base64
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aicost_iac import Output, Plan, Raw, output, template
from aicost_iac.canonical import document
from aicost_iac.expr import call
from aicost_iac.terraform.document import render
from tests.aws.terraform import Terraform
from tests.core.strategies import LITERALS, TEMPLATE_LIKE

BATCH = st.lists(LITERALS | TEMPLATE_LIKE | st.text('$%{}"\\\r'), min_size=100, max_size=100)
# One run of terraform per batch: more batches find no more, and shrinking one would take minutes.
FEW = settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example, HealthCheck.too_slow],
)
UPPER = Raw('upper("q")')


def kept(text: str) -> str:
    """Terraform keeps text in Unicode's composed form, and drops a byte order mark in front."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


@FEW
@given(texts=BATCH)
def test_terraform_evaluates_expressions_and_nothing_else(texts: list[str], terraform: Terraform) -> None:
    expected: dict[str, str] = {}
    outputs: dict[str, Output] = {}
    for index, text in enumerate(texts):
        outputs[f"literal_{index}"] = Output(text)
        expected[f"literal_{index}"] = kept(text)
        outputs[f"mixed_{index}"] = Output(template("-", text, UPPER, text, UPPER))
        expected[f"mixed_{index}"] = kept(f"-{text}Q{text}Q")
        outputs[f"directed_{index}"] = Output(template("-", text, Raw("if true", "%"), text, Raw("endif", "%")))
        expected[f"directed_{index}"] = kept(f"-{text}{text}")
        outputs[f"encoded_{index}"] = Output(call("base64encode", template("-", text, UPPER)))
        expected[f"encoded_{index}"] = base64.b64encode(kept(f"-{text}Q").encode()).decode()
    with TemporaryDirectory() as folder:
        (Path(folder) / output.DOCUMENT).write_text(document(render(Plan(outputs=outputs))), encoding="utf-8")
        root = terraform.root(Path(folder))
        root.init()
        root.apply()
        assert root.outputs() == expected
