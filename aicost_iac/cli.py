"""The command line. Results on stdout, messages on stderr; exit 0 fine, 1 findings or a difference, 2 error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from aicost_iac import __version__
from aicost_iac.collector import without_collector
from aicost_iac.errors import AicostError, did_you_mean
from aicost_iac.project import chosen, load_app, settings

_APP = click.option("--app", "app_path", metavar="MODULE:ATTR", help="Default: [tool.aicost] app, or stacks:app.")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_OUT = click.option("--out", type=_FOLDER, default=Path("cdktf.out"), show_default=True)
_STACK = click.option("--stack", "names", metavar="NAME", multiple=True, help="Only this stack; may be repeated.")


# Commands that live in modules of their own, imported when they are asked for.
_ELSEWHERE: dict[str, str] = {
    "advise": "aicost_iac.commands.advise:advise",
    "catalog": "aicost_iac.commands.catalog:catalog",
    "check": "aicost_iac.commands.check:check",
    "cost": "aicost_iac.commands.cost:cost",
    "explain": "aicost_iac.commands.explain:explain",
    "init": "aicost_iac.commands.init:init",
    "requests": "aicost_iac.commands.requests:requests",
    "report": "aicost_iac.commands.report:report",
    "rules": "aicost_iac.commands.rules:rules",
    "simulate": "aicost_iac.commands.simulate:simulate",
}

# What a shell says of a program that Ctrl-C ended: 1 would be taken for findings.
_INTERRUPTED = 130


class _Group(click.Group):
    """Errors in plain words on stderr, exit 2; a traceback only with --debug."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except (AicostError, OSError) as error:
            if ctx.params.get("debug"):
                raise
            click.secho("error: ", fg="red", bold=True, err=True, nl=False)
            click.echo(_said(error), err=True)
            ctx.exit(2)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and (hint := did_you_mean(args[0], known)):
            ctx.fail(f"No such command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


def _said(error: AicostError | OSError) -> str:
    """An error in one text; of one of the system's, the file comes first and its number is left out."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aicost")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Infrastructure for AI workloads that is right, priced and gated before it is merged."""
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False


@main.command()
@_APP
@_OUT
@_STACK
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with a diff when OUT is not current.")
def synth(app_path: str | None, out: Path, names: Sequence[str], check: bool) -> None:
    """Write the stacks as Terraform JSON and Kubernetes YAML, without Node.

    Nothing is written unless every stack renders and no rule calls any of it an error (`aicost check` tells more);
    with such an error the exit code is 1. State, lock files and .terraform folders in OUT are left alone.
    """
    with without_collector():
        from aicost_iac import output

        app = load_app(app_path)
        stacks = chosen(app, names)
        rendered = output.files(stacks, app.stacks)
    _refuse(out, rendered, complete=not names)
    if check:
        _check(out, rendered, prune=not names)
        return
    for folder in output.write(out, rendered, prune=not names):
        click.echo(f"left alone: {folder} belongs to no stack any more but holds more than synth wrote", err=True)
    for stack in stacks:
        click.echo(f"{out}/stacks/{stack.name}/{output.DOCUMENT}")


@main.command()
def doctor() -> None:
    """What is installed, what each command needs, and how to get what is missing."""
    from aicost_iac import doctor as examination

    examination.report()


def _refuse(out: Path, rendered: dict[str, str], *, complete: bool) -> None:
    from aicost_iac.gate.refusing import refusal
    from aicost_iac.gate.settings import read_settings

    texts = {f"{out}/{name}": text for name, text in rendered.items()}
    if refused := refusal(texts, read_settings(settings()), complete=complete):
        click.echo(refused, err=True)
        sys.exit(1)


def _check(out: Path, rendered: dict[str, str], *, prune: bool) -> None:
    from aicost_iac import output

    lines = list(output.differences(out, rendered, prune=prune))
    for line in lines:
        click.echo(line.rstrip("\n"))
    if lines:
        click.echo(f"{out} is not current: run `aicost synth` and commit", err=True)
        sys.exit(1)
    click.echo(f"{out} is current", err=True)
