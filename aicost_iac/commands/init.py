"""`aicost init`: a repository to start from. What is there already is never written over."""

from __future__ import annotations

import re
from pathlib import Path

import click

from aicost_iac import __version__
from aicost_iac.errors import UsageError

_FILES = {
    ".gitignore": "gitignore.j2",
    "README.md": "README.md.j2",
    "cdktf.json": "cdktf.json.j2",
    "pyproject.toml": "pyproject.toml.j2",
    "stacks/__init__.py": "stacks.py.j2",
    "stacks/__main__.py": "main.py.j2",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--region", default="us-east-1", show_default=True)
@click.option("--cost-center", default="ai-training", show_default=True, help="Who pays: a tag of everything.")
@click.option("--team", default="ml-platform", show_default=True, help="Who answers for it: a tag of everything.")
def init(folder: Path, region: str, cost_center: str, team: str) -> None:
    """Write a first project into FOLDER: one stack, and what `aicost` and `cdktf` need to run it."""
    from aicost_iac.app import Stack
    from aicost_iac.tags import CostTags
    from aicost_iac.templating import render_template

    # What the stack would refuse is refused before anything is written.
    Stack(name="training", region=region, tags=CostTags(workload_type="training", cost_center=cost_center, team=team))
    if present := [name for name in _FILES if (folder / name).exists()]:
        raise UsageError(f"{folder} holds {', '.join(present)} already: nothing was written; name another folder")
    values = {
        "name": _name(folder),
        "version": __version__,
        "region": region,
        "cost_center": cost_center,
        "team": team,
    }
    rendered = {folder / name: render_template(f"project/{template}", **values) for name, template in _FILES.items()}
    for path, text in rendered.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(path)
    click.echo(f"next: put your subnet into {folder / 'stacks/__init__.py'}, then run `aicost synth` there", err=True)


def _name(folder: Path) -> str:
    """A project name out of the folder's. https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "infrastructure"
