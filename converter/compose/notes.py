"""What is to be said of a project when it is resolved, besides what docker compose warns of; as (message, hint) pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.compose.caller import on_host
from converter.compose.interpolation import defined
from converter.compose.mentions import first_references, profiles
from converter.compose.run import Run

Warnings = list[tuple[str, str]]


def stand_ins(run: Run) -> Warnings:
    """Say which file stands in for which."""
    pairs = [*run.found.replaces, *run.override.replaces]
    return [
        (
            f"'{run.sources.name(usual)}' does not exist: '{run.sources.name(other)}' stands in for it",
            "its plain values are converted as they are there; name another file with --env-file, or write it",
        )
        for other, usual in dict.fromkeys(pairs)
    ]


def without_services(run: Run) -> Warnings:
    """Say which profile of the command line no service has: docker compose passes over it."""
    there = profiles(run.sources)
    hint = f"there are: {', '.join(there)}" if there else "no service has a profile"
    return [(f"no service has the profile '{name}'", hint) for name in run.inputs.profiles if name not in (*there, "*")]


def required(run: Run, known: Mapping[str, str]) -> Warnings:
    """Say which secrets are required by `${NAME:?}` and have no value."""
    have = defined(run.found.env_files, run.environment)
    found = {name: where for name, where in first_references(run.sources, "?").items() if name in known and name not in have}
    return [
        (f"'{name}' is required at {where} and has no value yet", "set it in the env file before 'cdb-convert secrets'")
        for name, where in sorted(found.items())
    ]


def absent_files(run: Run, model: Mapping[str, Any]) -> Warnings:
    """Say which file of a secret is not there."""
    return [
        (
            f"file '{body['file']}' of secret '{name}' at {run.sources.locate(('secrets', name, 'file'), model)[0]} does not exist",
            "write it before 'cdb-convert secrets'",
        )
        for name, body in sorted((model.get("secrets") or {}).items())
        if body.get("file") and not on_host(run.found.directory, body["file"]).exists()
    ]
