"""The README's first example works, what it says that became is so, and it leaves nothing out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import aicost_iac
from aicost_iac import App, Blueprint, output
from tests.environments import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
EXAMPLES = [path.name for path in (REPOSITORY / "examples").glob("[a-z]*.py")]
BLUEPRINTS = [
    name
    for name in aicost_iac.__all__
    if isinstance(found := getattr(aicost_iac, name), type) and issubclass(found, Blueprint) and found is not Blueprint
]
LINKS = re.findall(r"\]\(([^)#]+)\)", README)
# What stands for more, in the excerpt of what the example became.
ELLIPSIS = "..."


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.S)
    assert found
    return found[1]


def holds(whole: Any, part: Any) -> bool:
    """Whether an excerpt is part of what was written."""
    if isinstance(part, dict):
        return all(key == ELLIPSIS or holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return all(map(holds, whole, part))
    return bool(whole == part)


def test_the_first_example_becomes_what_is_shown() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    app = names["app"]
    assert isinstance(app, App)
    written = json.loads(output.files(app.stacks)["stacks/sweeps/cdk.tf.json"])
    excerpt = json.loads("{" + block("json") + "}")
    assert excerpt
    assert holds(written["resource"], excerpt)


@pytest.mark.parametrize("name", [*EXAMPLES, *BLUEPRINTS])
def test_everything_there_is_has_its_place(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("link", [link for link in LINKS if "://" not in link])
def test_a_link_leads_somewhere(link: str) -> None:
    assert (REPOSITORY / Path(link)).exists()
