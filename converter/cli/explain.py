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
from converter.errors import ConverterError

What = Annotated[
    list[str],
    typer.Argument(metavar="WHAT", help="services.redis.image, docker-compose.yml:12, or Deployment/redis spec.replicas; '*' is any step."),
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

    A line, of a Compose file or of the manifests, asks about what stands there.

    Example: cdb-convert explain services.redis.healthcheck
    """
    from converter.cli.asked import Asked
    from converter.cli.asked_lines import line_of
    from converter.cli.console import progress
    from converter.cli.explaining import Explanation

    line = line_of(" ".join(what))
    asked = Asked.parse("services" if line else " ".join(what))
    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay, kompose)
    answers: dict[str, list[str]] = {}
    missed: list[ConverterError] = []
    for result in request.results(progress(quiet, verbose)):
        explanation = Explanation(result, (output / result.overlay.name).as_posix(), verbose=verbose)
        try:
            answers[result.overlay.name] = list(
                explanation.at(line, why_not=why_not) if line else explanation.why_not(asked) if why_not else explanation.lines(asked)
            )
        except ConverterError as error:
            missed.append(error)
            if not line:
                raise
    if not answers and missed:
        raise missed[0]
    for name, lines in answers.items():
        if len(answers) > 1:
            typer.echo(f"overlay {name}:")
        for told in lines:
            typer.echo(told)
