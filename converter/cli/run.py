"""`cdb-convert run`."""

from __future__ import annotations

from pathlib import Path

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
    Reports,
    Request,
    Strict,
    Verbose,
)


def run(
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
    report: Reports = [],
    strict: Strict = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Convert the Compose project and write the manifests.

    Writes output/<overlay>/ for every overlay in overlays/ (output/default/ without overlays) and shows what Kubernetes
    will do differently from the Compose file, and what changed since the last run. Exit status 1 if something is wrong.

    Example: cdb-convert run -f docker-compose.yml --overlay docker-desktop
    """
    from converter.cli.console import progress
    from converter.cli.reports import parsed
    from converter.cli.session import compared, finish

    reports = parsed(report)
    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay, kompose)
    outcomes = [compared(result, output) for result in request.results(progress(quiet, verbose))]
    for outcome in outcomes:  # only now: what stops one overlay stops all, and nothing is written
        outcome.write()
    raise typer.Exit(finish(outcomes, reports, strict=strict, quiet=quiet, verbose=verbose))
