"""`cdb-convert secrets`."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from converter.cli.options import (
    Compose,
    EnvFiles,
    Environment,
    Files,
    Overlays,
    Profiles,
    ProjectDirectory,
    ProjectName,
    Quiet,
    Request,
)
from converter.errors import ConverterError

if TYPE_CHECKING:
    from converter.compose.project import Project
    from converter.manifests import Object


def secrets(
    file: Files = [],
    project_name: ProjectName = "",
    profile: Profiles = [],
    env_file: EnvFiles = [],
    env: Environment = [],
    project_directory: ProjectDirectory = "",
    overlay: Overlays = [],
    compose: Compose = "",
    quiet: Quiet = False,
) -> None:
    """Print the Secret that the manifests name.

    It is made from .env, the env files and the Compose files. What is needed by whom goes to stderr; the Secret goes to stdout,
    after the namespace that it belongs into, for piping into kubectl. An overlay with 'secrets: {external-secret: ...}' gets an
    ExternalSecret instead, without values. Exit status 1 if a value is missing.

    Example: cdb-convert secrets --overlay docker-desktop | kubectl apply -f -
    """
    from converter.compose.file_secrets import file_values, needed_by
    from converter.compose.names import kubernetes_name
    from converter.compose.secret_values import read
    from converter.rules.secrets import Secrets
    from converter.yaml import write

    request = Request(file, project_name, profile, env_file, env, project_directory, compose, overlay)
    overlays = request.chosen()
    if len({(chosen.target.namespace, chosen.settings.secret_name) for chosen in overlays}) > 1:
        names = ", ".join(chosen.name for chosen in overlays)
        raise ConverterError("the overlays name different Secrets", hint=f"pick one with --overlay: {names}")
    project = request.project(overlays).with_settings(overlays[0].settings)
    namespace = overlays[0].target.namespace or kubernetes_name(project.name)
    known = read(request.inputs, project, environment=request.variables())
    found = {**known.found, **file_values(project, known.found)}
    needed = set(needed_by(project))  # without external ones, which are Secrets of their own
    missing = sorted((set(known.missing) & needed) | (needed - set(found)))
    external = [rule for chosen in overlays for rule in chosen.rules if isinstance(rule, Secrets) and rule.external_secret]
    if not quiet:
        _explain(project, [] if len(external) == len(overlays) else missing)
    for message, hint in known.remarks:
        typer.echo(f"warning: {message}\n  {hint}", err=True)
    apart = _namespace(Path("output") / overlays[0].name / "namespace.yaml", namespace)
    if len(external) == len(overlays):
        typer.echo(write([apart, external[0].external(project, namespace)]), nl=False)
        return
    typer.echo(write([apart, _secret(project, namespace, found)]), nl=False)
    raise typer.Exit(1 if missing else 0)


def _explain(project: Project, missing: list[str]) -> None:
    """Say on stderr which key is needed by whom, and which has no value."""
    from converter.compose.file_secrets import needed_by

    typer.echo(f"Secret '{project.secret_name}':", err=True)
    for key, services in sorted(needed_by(project).items()):
        name = project.settings.secret_keys.get(key, key)
        note = "  NO VALUE" if key in missing else ""
        typer.echo(f"  {name:32} {', '.join(services)}{note}", err=True)
    for line in _told(project, missing):
        typer.echo(line, err=True)


def _told(project: Project, missing: Sequence[str]) -> Iterator[str]:
    """Say of each key without a value where it is looked for; of a config it is what stands in it that has none."""
    from converter.compose.env_files import is_example

    secrets = [secret for secret in project.secrets.by_marker.values() if secret.key in missing]
    variables = sorted({secret.variable for secret in secrets if secret.variable})
    if variables:
        names = ", ".join(f"'{name}'" for name in variables)
        yield f"no value for {names}: set {'it' if len(variables) == 1 else 'them'} in '.env', or name another file with --env-file"
    for secret in secrets:
        if secret.file:
            place = project.sources.locate(("secrets", secret.name, "file"), project.model)[0]
            yield f"no value for '{secret.key}': its file '{secret.file}' does not exist ({place})"
        elif not secret.variable and secret.places:
            place = project.sources.locate(secret.places[0], project.model)[0]
            shown = f"'{place.file}' only shows it ({place}), write the file that it is an example of"
            yield f"no value for '{secret.key}': {shown if is_example(Path(place.file)) else f'it is not written at {place}'}"


def _namespace(written: Path, name: str) -> Object:
    """The namespace as it has been written, with its labels: a server-side apply takes away those that it does not name any more."""
    from converter.yaml import read

    for document in read(written.read_text("utf-8"), written.name) if written.is_file() else ():
        if document.get("kind") == "Namespace" and document["metadata"]["name"] == name:
            return document
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _secret(project: Project, namespace: str, found: Mapping[str, bytes]) -> Object:
    """The Secret, values in base64."""
    data = {project.settings.secret_keys.get(key, key): base64.b64encode(value).decode() for key, value in sorted(found.items())}
    metadata = {"name": project.secret_name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}
