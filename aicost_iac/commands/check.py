"""`aicost check`: the rules, and Checkov beside them, over anybody's files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicost_iac.errors import UsageError
from aicost_iac.gate import checkov
from aicost_iac.gate.formats import FORMATS
from aicost_iac.gate.gating import Targets, run
from aicost_iac.gate.reading.texts import STDIN, text_of
from aicost_iac.gate.settings import Settings, overridden, read_settings
from aicost_iac.project import DEFAULT_APP, load_app
from aicost_iac.project import settings as project_settings

if TYPE_CHECKING:
    from aicost_iac.gate.judging import Judgement

_FILE = click.Path(path_type=Path, dir_okay=False)
# What `aicost synth` writes to by default: the names that files of the app have in a report.
_OUT = "cdktf.out"


class _Report(click.ParamType[tuple[str, Path]]):
    """`FORMAT=FILE`."""

    name = "FORMAT=FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        form, equals, file = str(value).partition("=")
        if form not in FORMATS or not equals or not file:
            self.fail(f"{value!r} is not FORMAT=FILE with a format of {', '.join(FORMATS)}", param, ctx)
        return form, Path(file)


class _Setting(click.ParamType[tuple[str, Any]]):
    """`KEY=VALUE`, a list in brackets."""

    name = "KEY=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        key, equals, given = str(value).partition("=")
        if not key or not equals:
            self.fail(f"{value!r} is not KEY=VALUE, such as cluster.flavour=eks", param, ctx)
        is_list = given.startswith("[") and given.endswith("]")
        return key, [each.strip() for each in given[1:-1].split(",")] if is_list else given


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--report", "reports", type=_Report(), multiple=True, help="Write one more format to a file; repeatable.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "never"]), help="Exit 1 for these.  [default: error]")
@click.option("--baseline", type=_FILE, help="Accept what this file holds; fail on what is new.")
@click.option("--write-baseline", type=_FILE, help="Write what is found today into a baseline, and exit 0.")
@click.option("--checkov/--no-checkov", "with_checkov", default=None, help="Default: where a `checkov` is found.")
@click.option("--checkov-bin", metavar="PROGRAM", help=f"Default: ${checkov.ENVIRONMENT}, else `checkov` on PATH.")
@click.option("--config", type=_FILE, help="Default: [tool.aicost] in pyproject.toml, or .aicost.yaml.")
@click.option("--exclude", metavar="PATTERN", multiple=True, help="Pass over files and folders, such as 'tests/*'.")
@click.option("--now", metavar="DATE", help="The day that dates in files are compared with; or `today`.")
@click.option("--set", "more", type=_Setting(), multiple=True, help="Such as cluster.flavour=eks; repeatable.")
@click.option("--partial", is_flag=True, help="What is missing may be elsewhere: tell of it, do not refuse it.")
@click.option("--app", "app_path", metavar="MODULE:ATTR", help="Judge this app's output; nothing is written.")
def check(
    paths: tuple[str, ...],
    form: str,
    reports: Sequence[tuple[str, Path]],
    baseline: Path | None,
    write_baseline: Path | None,
    with_checkov: bool | None,
    checkov_bin: str | None,
    config: Path | None,
    more: Sequence[str],
    partial: bool,
    app_path: str | None,
    **told: Any,
) -> None:
    """Judge Terraform (JSON, HCL, plans), Kubernetes YAML, and requests to AWS in scripts and programs.

    PATHS are files and folders; `-` is what is piped in, as from `helm template`. Without any, the paths of the
    settings are judged, or else what this repository's own app would synthesize, or else the folder you are in.
    Exit codes: 0 fine, 1 findings, 2 nothing to judge, or an error.
    """
    settings = _settings(config, {**told, "more": more}, with_checkov, checkov_bin)
    targets = _targets(paths, settings, app_path, partial)
    judgement = run(targets, settings, _program(settings))
    if write_baseline:
        _write_baseline(write_baseline, judgement)
        return
    if baseline:
        judgement = _over(baseline, judgement)
    for name, file in reports:
        file.write_text(f"{click.unstyle(FORMATS[name](judgement))}\n", encoding="utf-8")
    click.echo(FORMATS[form](judgement))
    sys.exit(_exit_code(judgement, settings))


def _settings(config: Path | None, told: Mapping[str, Any], run: bool | None, program: str | None) -> Settings:
    """What the repository says, and over it what the command line says."""
    settings = read_settings(project_settings(), config)
    asked = {"fail_on": told["fail_on"], "now": told["now"], "checkov.run": run, "checkov.command": program}
    changes = {key: value for key, value in asked.items() if value is not None}
    excluded = {"exclude": [*settings.exclude, *told["exclude"]]} if told["exclude"] else {}
    return overridden(settings, {**dict(told["more"]), **changes, **excluded})


def _program(settings: Settings) -> str | None:
    """The Checkov to run. Raises `UsageError` where one is asked for and there is none."""
    if settings.checkov.run is False:
        return None
    found = checkov.program(settings.checkov)
    if found is None:
        said = f"Checkov was not found: {checkov.HOW_TO_GET}"
        if settings.checkov.run:
            raise UsageError(said)
        click.echo(f"{said}. Only our own rules are run; --no-checkov says so without this line.", err=True)
    return found


def _targets(paths: tuple[str, ...], settings: Settings, app_path: str | None, partial: bool) -> Targets:
    complete = False if partial else None
    if app_path or (not (paths or settings.paths) and _has_app()):
        return Targets(paths, dict(_rendered(app_path)), complete)
    paths = paths or tuple(settings.paths) or (".",)
    texts = {STDIN: text_of(STDIN)} if STDIN in paths else {}
    return Targets(tuple(path for path in paths if path != STDIN), texts, complete)


def _has_app() -> bool:
    module = str(project_settings().get("app", DEFAULT_APP)).partition(":")[0].partition(".")[0]
    return "app" in project_settings() or Path(module, "__init__.py").is_file() or Path(f"{module}.py").is_file()


def _rendered(app_path: str | None) -> Iterator[tuple[str, str]]:
    from aicost_iac import output

    app = load_app(app_path)
    yield from ((f"{_OUT}/{name}", text) for name, text in output.files(app.stacks, app.stacks).items())


def _over(file: Path, judgement: Judgement) -> Judgement:
    from aicost_iac.gate import baselines

    judgement, stale = baselines.read(file).over(judgement)
    if stale:
        click.echo(f"{stale} of the findings in {file} are no more: write it anew with --write-baseline", err=True)
    return judgement


def _write_baseline(file: Path, judgement: Judgement) -> None:
    from aicost_iac.gate import baselines

    file.write_text(baselines.written(judgement.findings), encoding="utf-8")
    click.echo(f"{file}: {len(judgement.findings)} findings accepted", err=True)


def _exit_code(judgement: Judgement, settings: Settings) -> int:
    if settings.fail_on == "never":
        return 0
    return int(bool(judgement.findings if settings.fail_on == "warning" else judgement.errors))
