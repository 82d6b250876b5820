"""`cdb-convert diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from converter.cli.options import (
    Compose,
    EnvFiles,
    Environment,
    Files,
    Kompose,
    Output,
    Overlays,
    Profiles,
    ProjectDirectory,
    ProjectName,
    Quiet,
    Request,
    Verbose,
)

Manifests = Annotated[
    Path | None, typer.Option("--manifests", metavar="DIR", help="Hold the manifests in this folder or file against the Compose file.")
]


def diff(
    file: Files = [],
    project_name: ProjectName = "",
    profile: Profiles = [],
    env_file: EnvFiles = [],
    env: Environment = [],
    project_directory: ProjectDirectory = "",
    overlay: Overlays = [],
    output: Output = Path("output"),
    manifests: Manifests = None,
    compose: Compose = "",
    kompose: Kompose = "",
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what a run would change, or what manifests say differently.

    Object by object and field by field; writes nothing. With --manifests, holds any manifests, hand-written or edited, against
    what the Compose file asks for: what does not work at all comes first, then in Compose's words what they do differently, what
    weighs most first; -v shows every value and field. Exit status 1 if there is a difference.

    Example: cdb-convert diff --manifests k8s/ --overlay docker-desktop
    """
    from converter.cli import comparison
    from converter.cli.console import progress
    from converter.cli.session import compared

    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay, kompose)
    different = False
    for result in request.results(progress(quiet, verbose)):
        if manifests is None:
            lines = comparison.with_committed(compared(result, output), verbose=verbose)
        else:
            lines = comparison.with_manifests(result, manifests, verbose=verbose)
        different = different or bool(lines)
        name = manifests or output / result.overlay.name
        for line in lines or [f"{name}: no difference"]:
            typer.echo(line)
    raise typer.Exit(1 if different else 0)
