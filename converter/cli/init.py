"""`cdb-convert init`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from converter.cli.options import Compose, EnvFiles, Environment, Files, Kompose, Profiles, ProjectDirectory, ProjectName, Quiet, Request
from converter.errors import ConverterError

if TYPE_CHECKING:
    from converter.overlay import Overlay
    from converter.pipeline import Result

Name = Annotated[str, typer.Argument(metavar="[NAME]", help="The overlay to write.  [default: default]")]
_FOLDER = Path("overlays")


def init(
    name: Name = "",
    file: Files = [],
    project_name: ProjectName = "",
    profile: Profiles = [],
    env_file: EnvFiles = [],
    env: Environment = [],
    project_directory: ProjectDirectory = "",
    accept: Annotated[bool, typer.Option("--accept", help="Accept what stands today, so that 'run --strict' is clean.")] = False,
    compose: Compose = "",
    kompose: Kompose = "",
    quiet: Quiet = False,
) -> None:
    """Write an overlay for a new project, what was found as comments.

    Writes overlays/default.yaml, or overlays/NAME.yaml: published ports, volumes, images, healthchecks and secrets of the project,
    each with the setting that answers it. Never overwrites one. With --accept, every error and warning of today gets an entry in
    'accept', in the overlays that are there or in a new one.

    Example: cdb-convert init && cdb-convert run
    """
    from converter.cli import adoption, suggestions
    from converter.cli.console import progress

    known = sorted(path.stem for path in _FOLDER.glob("*.yaml"))
    old = [name] if name in known else [] if name else [one for one in known if one != "base"]
    if old and not accept:
        raise _there_already(name, old)
    request = Request(file, project_name, profile, env_file, env, project_directory, compose, old, kompose)
    texts: dict[Path, str] = {}
    for result in request.results(progress(quiet)) if old else _fresh(request, name or "default", progress(quiet)):
        path = _FOLDER / f"{result.overlay.name}.yaml"
        taken, left = adoption.standing(result) if accept else ([], [])
        texts[path] = adoption.added(path, taken) if old else suggestions.overlay(result) + adoption.section(taken)
        for line in _told(result, path, len(taken), accept=accept):
            typer.echo(line)
        for one in left:
            typer.echo(f"  cannot be accepted: {one.resource or one.rule}: {one.message}", err=True)
    _write(texts)


def _there_already(name: str, old: list[str]) -> ConverterError:
    known = ", ".join(f"'overlays/{one}.yaml'" for one in old)
    hint = "give a new name: cdb-convert init NAME; or add to what is there what stands today: cdb-convert init --accept"
    return ConverterError(f"{known} is there already" if name else f"the project has overlays already: {known}", hint=hint)


def _fresh(request: Request, name: str, say: Callable[[str], None]) -> Iterator[Result]:
    """The project under the built-in defaults, as an overlay of that name. Raises ConverterError if it cannot be converted."""
    from converter import overlay
    from converter.kompose.provide import kompose
    from converter.pipeline import run

    if not name.replace("-", "").replace("_", "").isalnum() or name == "base":
        raise ConverterError(
            f"'{name}' is no name for an overlay", hint="letters, digits, '-' and '_', and not 'base', which is never converted"
        )
    chosen: Overlay = overlay.build(name, {}, ())
    yield run(request.project((chosen,)), chosen, kompose(request.kompose, progress=say))


def _told(result: Result, path: Path, taken: int, *, accept: bool) -> Iterator[str]:
    from converter.cli.suggestions import suggestions

    count = f"{taken} accepted" if accept else f"{sum(1 for _ in suggestions(result))} suggestions"
    yield f"{path.as_posix()}: {count}"
    if accept:
        for message, hint in result.project.warnings:
            yield f"  cannot be accepted: {message}" + (f" ({hint})" if hint else "")
    else:
        yield "next: cdb-convert run"


def _write(texts: dict[Path, str]) -> None:
    """Write the overlays. Raises ConverterError if one cannot be written."""
    try:
        _FOLDER.mkdir(exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConverterError(f"'overlays/' cannot be written: {error.strerror}", hint="run it where the project's files are") from None
