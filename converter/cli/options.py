"""The options that several commands share: those that name the inputs are the same for every command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from converter.errors import ConverterError

if TYPE_CHECKING:
    from converter.compose.project import Project
    from converter.overlay import Overlay
    from converter.pipeline import Result

_INPUT = "The Compose project"
Files = Annotated[
    list[str], typer.Option("--file", "-f", metavar="FILE", help="Compose file; several are merged. [default: as docker compose looks]")
]
ProjectName = Annotated[str, typer.Option("--project-name", "-p", metavar="NAME", help="Project name.")]
Profiles = Annotated[list[str], typer.Option("--profile", metavar="NAME", help="Profile to activate; may be given several times.")]
EnvFiles = Annotated[list[str], typer.Option("--env-file", metavar="FILE", help="File to read variables from, instead of .env.")]
Environment = Annotated[list[str], typer.Option("--env", metavar="NAME=VALUE", help="A variable, as the caller's environment is not read.")]
ProjectDirectory = Annotated[
    str, typer.Option("--project-directory", metavar="DIR", help="Project directory. [default: of the first file]")
]
Compose = Annotated[
    str, typer.Option("--compose", envvar="CDB_COMPOSE", metavar="PATH", help="docker compose to use instead of the bundled one.")
]
Kompose = Annotated[str, typer.Option("--kompose", envvar="CDB_KOMPOSE", metavar="PATH", help="kompose 1.38 to use.")]
Overlays = Annotated[list[str], typer.Option("--overlay", metavar="NAME", help="Overlay to convert for. [default: all but base]")]
Output = Annotated[Path, typer.Option("--output", metavar="DIR", help="Folder of the written manifests.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say everything, not only what needs a decision.")]
Reports = Annotated[
    list[str],
    typer.Option(
        "--report", metavar="FORMAT=FILE", help="Also write a report: text, markdown, json, html, sarif or github; '-' is stdout."
    ),
]


@dataclass(frozen=True)
class Request:
    """What the command line asks for, beside what is peculiar to a command. Lists as given, strings empty if not given."""

    files: list[str]
    project_name: str
    profiles: list[str]
    env_files: list[str]
    environment: list[str]
    project_directory: str
    compose: str
    overlays: list[str]
    kompose: str = ""

    def chosen(self) -> tuple[Overlay, ...]:
        """The overlays. Raises ConverterError for a mistake in one."""
        from converter import overlay

        return overlay.find(Path("overlays"), tuple(self.overlays))

    def project(self, overlays: tuple[Overlay, ...]) -> Project:
        """The Compose project, resolved once for all overlays."""
        from converter.compose.load import load

        names = sorted({name for overlay in overlays for name in overlay.secret_names})
        return load(self.inputs, secret_names=names, environment=self.variables())

    @property
    def inputs(self) -> Inputs:
        """What names the Compose project."""
        from converter.compose.load import Inputs

        return Inputs(
            files=tuple(self.files),
            project_name=self.project_name,
            profiles=tuple(self.profiles),
            env_files=tuple(self.env_files),
            project_directory=self.project_directory,
            compose=self.compose,
        )

    def variables(self) -> dict[str, str]:
        """The variables of `--env`. Raises ConverterError for one without a value."""
        for item in self.environment:
            if item.startswith("="):
                raise ConverterError("--env has a value without a name", hint="write --env NAME=VALUE")
            if "=" not in item:
                raise ConverterError(f"--env '{item}' has no value", hint="write --env NAME=VALUE: the caller's environment is not read")
        return dict(item.split("=", 1) for item in self.environment)

    def results(self, say: Callable[[str], None]) -> Iterator[Result]:
        """Convert for each overlay in turn. Raises ConverterError if it cannot be done."""
        from converter.kompose.provide import kompose
        from converter.pipeline import run

        overlays = self.chosen()
        project = self.project(overlays)
        binary = kompose(self.kompose, progress=say)
        for overlay in overlays:
            yield run(project, overlay, binary)


if TYPE_CHECKING:
    from converter.compose.load import Inputs
