"""`cdb-convert explain`."""

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

What = Annotated[
    list[str], typer.Argument(metavar="WHAT", help="services.redis.image, or Deployment/redis spec.replicas; '*' is any step.")
]
WhyNot = Annotated[bool, typer.Option("--why-not", help="Say why no manifest says this Compose value, and what to do instead.")]


def explain(
    what: What,
    why_not: WhyNot = False,
    file: Files = [],
    project_name: ProjectName = "",
    profile: Profiles = [],
    env_file: EnvFiles = [],
    env: Environment = [],
    project_directory: ProjectDirectory = "",
    overlay: Overlays = [],
    output: Output = Path("output"),
    compose: Compose = "",
    kompose: Kompose = "",
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say where a Compose value went, or what put a field there.

    For each overlay, or for the one chosen with --overlay. Nothing is written: the lines of the manifests are those that a run writes.

    Example: cdb-convert explain services.redis.healthcheck
    """
    from converter.cli.asked import Asked
    from converter.cli.console import progress
    from converter.cli.explaining import Explanation

    asked = Asked.parse(" ".join(what))
    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay, kompose)
    answers: dict[str, list[str]] = {}
    for result in request.results(progress(quiet, verbose)):
        explanation = Explanation(result, (output / result.overlay.name).as_posix(), verbose=verbose)
        answers[result.overlay.name] = list(explanation.why_not(asked) if why_not else explanation.lines(asked))
    for name, lines in answers.items():
        if len(answers) > 1:
            typer.echo(f"overlay {name}:")
        for line in lines:
            typer.echo(line)
