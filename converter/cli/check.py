"""`cdb-convert check`."""

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


def check(
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
    """Hold the committed output against what a run would write. For CI and pre-commit; writes nothing.

    Exit status 1 if output/ is not what the Compose file says today, or if a run has an error finding.

    Example: cdb-convert check --strict
    """
    from converter.cli.console import progress
    from converter.cli.reports import parsed
    from converter.cli.session import compared, finish

    reports = parsed(report)
    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay, kompose)
    outcomes = [compared(result, output) for result in request.results(progress(quiet, verbose))]
    raise typer.Exit(finish(outcomes, reports, strict=strict, quiet=quiet, verbose=verbose, drift=True))
