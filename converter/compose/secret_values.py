"""The real values of a project's secrets: for the command `secrets` alone, which prints or applies them. They are kept nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from converter.compose import names
from converter.compose.caller import on_host
from converter.compose.env_files import read_assignments
from converter.compose.inputs import Inputs
from converter.compose.interpolation import defined
from converter.compose.mentions import first_references
from converter.compose.project import Project
from converter.compose.run import PROBE, UNSET, Run, attempt, config_variables, prepare, probe, put_texts
from converter.compose.secrets import MARKER, Secret, marker
from converter.compose.spans import has_password
from converter.errors import ConverterError, Location

_REQUIRED = re.compile(r"required variable (\w+) is missing a value")
_EXPANDED = re.compile(r"(?<!\\)\$\{?(\w+)")
_ATTEMPTS = 50
_KEPT = "the Secret gets the cluster's name; a store of its own needs it too"


@dataclass(frozen=True, repr=False)
class Values:
    """What is known of the secrets that a project needs.

    Attributes:
        found: key (before the overlay renames it) -> value.
        missing: keys that have no value, sorted.
        remarks: (message, hint) pairs; no value is in them.
    """

    found: Mapping[str, bytes]
    missing: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]


def values(inputs: Inputs, project: Project, *, environment: Mapping[str, str] | None = None) -> Mapping[str, bytes]:
    """Return key -> value of every secret that a service needs and that has one. Raises ConverterError as `read` does."""
    return read(inputs, project, environment=environment).found


def read(inputs: Inputs, project: Project, *, environment: Mapping[str, str] | None = None) -> Values:
    """Run docker compose a second time, without markers, and hold the two models against each other.

    A value in a file that only stands in for an absent one (`.env.example`) is none. A variable that is set nowhere is empty, as docker
    compose has it, and missing besides unless the Compose file says `${NAME:-}`. Raises ConverterError, without any value, if docker
    compose refuses the project with its real values, or a secret's file cannot be read.
    """
    run = prepare(inputs, environment or {})
    needed = [secret for secret in project.secrets.by_marker.values() if secret.key in project.secrets.needed_by]
    of_entries = {secret.variable for secret in needed if secret.name and secret.variable}
    run.probe = probe(of_entries | set(config_variables(project.model).values()))
    model = _real_model(run, project)
    probed = model["services"].pop(PROBE, {}).get("environment", {})
    put_texts(model, probed)
    aligned = _aligned(project, _with_texts(project), model)
    texts = {secret.key: _in_cluster(project, secret, text) for secret, text in aligned if _is_real(run, project, secret, text)}
    found = {}
    for secret in needed:
        value = _of_entry(project, secret, probed) if secret.name else texts[secret.key][0].encode() if secret.key in texts else None
        if value is not None:
            found[secret.key] = value
    optional = first_references(run.sources, "-")
    meant = {secret.key for secret in needed if secret.key in found and secret.variable in optional}
    missing = tuple(sorted(secret.key for secret in needed if not found.get(secret.key) and secret.key not in meant))
    hosts = ((key, *names) for key in sorted(texts) for names in texts[key][1])
    renamed = ((f"the value of '{key}' names the host '{old}', which is '{new}' in the cluster", _KEPT) for key, old, new in hosts)
    return Values({key: found[key] for key in sorted(found)}, missing, (*_dollars(run, project), *renamed))


def _real_model(run: Run, project: Project) -> dict[str, Any]:
    """Return the model with real values; a required variable that is not set, and a secret that only a stand-in sets, is a marker."""
    secret = {item.variable for item in project.secrets.by_marker.values() if item.variable}
    given = {
        item.name: marker(item.name)
        for other, _ in run.found.replaces
        for item in read_assignments(other)
        if item.name in secret and item.value
    }
    for _ in range(_ATTEMPTS):
        answer = attempt(run, given)
        if not answer.status:
            model: dict[str, Any] = json.loads(answer.stdout.replace("$$", "$"))
            return model
        name = _REQUIRED.search(answer.stderr)
        if name is None or name[1] in given:
            break
        given[name[1]] = marker(name[1])
    raise ConverterError(
        "docker compose refuses the project with the real values of its secrets", hint="see what 'docker compose config' says"
    )


def _with_texts(project: Project) -> dict[str, Any]:
    configs = {
        name: {**body, "content": project.config_texts[name]}
        for name, body in project.model.get("configs", {}).items()
        if name in project.config_texts
    }
    return {**project.model, "configs": {**project.model.get("configs", {}), **configs}}


def _aligned(project: Project, marked: Any, real: Any) -> Iterator[tuple[Secret, str]]:
    """Yield each secret with what stands in its place in the real model."""
    if isinstance(marked, dict) and isinstance(real, dict):
        for key, value in marked.items():
            yield from _aligned(project, value, real.get(key))
    elif isinstance(marked, list) and isinstance(real, list) and len(marked) == len(real):
        for value, other in zip(marked, real, strict=True):
            yield from _aligned(project, value, other)
    elif isinstance(marked, str) and isinstance(real, str) and project.secrets.has(marked):
        yield from _in_text(project, marked, real)


def _in_text(project: Project, marked: str, real: str) -> Iterator[tuple[Secret, str]]:
    """Match a real text with the pieces of the marked one; a secret that is there twice must be the same twice."""
    pattern, groups = "", dict[str, Secret]()
    for piece in project.secrets.pieces(marked):
        name = next((name for name, secret in groups.items() if secret == piece), "")
        if isinstance(piece, str):
            pattern += re.escape(piece)
        elif name:
            pattern += f"(?P={name})"
        else:
            name = f"s{len(groups)}"
            groups[name] = piece
            pattern += f"(?P<{name}>.*)"
    match = re.fullmatch(pattern, real, re.DOTALL)
    if match:
        yield from ((secret, match[name]) for name, secret in groups.items())


def _is_real(run: Run, project: Project, secret: Secret, text: str) -> bool:
    """Whether a text is a value and no marker, and not from a file that only stands in for another."""
    if MARKER.search(text):
        return False
    stand_ins = {run.sources.name(other) for other, _ in (*run.found.replaces, *run.override.replaces)}
    return not any(project.sources.locate(place, project.model)[0].file in stand_ins for place in secret.places)


def _in_cluster(project: Project, secret: Secret, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a value as the container gets it, and the (old, new) hosts: a URL with a password has the names of the cluster."""
    place = next((place for place in secret.places if place[0] == "services" and place[2] == "environment"), None)
    if place is None or not has_password(text):
        return text, ()
    return names.rewrite(project, str(place[1]), text, str(place[3]))


def _of_entry(project: Project, secret: Secret, probed: Mapping[str, str]) -> bytes | None:
    """Return the value of an entry of the top-level `secrets:`."""
    if secret.variable:
        text = probed.get(secret.variable, UNSET)
        return None if text == UNSET or MARKER.search(text) else text.encode()
    if not secret.file:
        return None
    path = on_host(project.directory, secret.file)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        where = project.sources.locate(("secrets", secret.name, "file"), project.model)[0]
        raise ConverterError(
            f"file '{secret.file}' of secret '{secret.name}' cannot be read: {(error.strerror or '').lower()}", location=where
        ) from None


def _dollars(run: Run, project: Project) -> Iterator[tuple[str, str]]:
    """Say which secrets hold a `$` that docker compose reads as a variable."""
    wanted = {secret.variable for secret in project.secrets.by_marker.values()}
    wanted |= {str(place[3]) for secret in project.secrets.by_marker.values() for place in secret.places if len(place) == 4}
    files = [*run.found.env_files, *(file for service in project.services for _, file in run.sources.env_files(service))]
    set_ones = defined(files, run.environment)
    for path in dict.fromkeys(files):
        for name, item in run.sources.assignments(path).items():
            if name in wanted and item.quote != "'" and set(_EXPANDED.findall(item.value)) - set_ones:
                place = Location(run.sources.name(path), item.line, item.column)
                yield (
                    f"the value of '{name}' at {place} has a '$' that docker compose reads as a variable",
                    "put it in single quotes if the '$' is meant as it is",
                )
