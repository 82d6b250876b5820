"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from converter import __version__
from converter.cli.check import check
from converter.cli.diff import diff
from converter.cli.explain import explain
from converter.cli.init import init
from converter.cli.rules import rules
from converter.cli.run import run
from converter.cli.secrets import secrets

app = typer.Typer(
    name="cdb-convert",
    help="Turn a Docker Compose project into Kubernetes manifests that run, and report what they say differently.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables would print secrets
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (run, check, diff, explain, rules, secrets, init):
    app.command()(command)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if wanted:
        typer.echo(f"cdb-convert {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    del version
