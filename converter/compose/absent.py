"""Env files of services that are not there: what is committed beside them stands in, through an override on standard input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from converter.compose.complaints import complaint
from converter.compose.env_files import stand_in
from converter.compose.mentions import mention
from converter.errors import ConverterError, Location
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.run import Run


@dataclass(frozen=True)
class Override:
    """Services of a Compose file as text, the (stand-in, absent file) pairs that they are for, and whether it was made at all."""

    text: str = ""
    replaces: tuple[tuple[Path, Path], ...] = ()
    made: bool = False


def override_for(run: Run) -> Override:
    """Return the override that gives every service with an absent env file the file that stands in for it.

    For the project's own `.env` that is the one named with --env-file, if one was.
    Raises ConverterError, with the place, for an absent file that nothing stands in for.
    """
    answer = run.call({}, "--format", "json", "--no-env-resolution", "--no-interpolate")
    if answer.status:
        raise complaint(answer.stderr, run.sources)
    services: dict[str, Any] = json.loads(answer.stdout).get("services") or {}
    pairs: dict[Path, Path] = {}
    lines = []
    for service, body in sorted(services.items()):
        entries = [_entry(run, service, item, pairs) for item in body.get("env_file") or []]
        if any(changed for _, changed in entries):
            lines += [f"  {json.dumps(service)}:", "    env_file: !override", *(f"      - {json.dumps(entry)}" for entry, _ in entries)]
    replaces = tuple((other, usual) for usual, other in sorted(pairs.items()))
    return Override("\n".join([*lines, ""]) if lines else "", replaces, made=True)


def _entry(run: Run, service: str, item: Any, pairs: dict[Path, Path]) -> tuple[Any, bool]:
    body = dict(item) if isinstance(item, dict) else {"path": item}
    path = run.found.directory / body["path"]
    if path.exists() or body.get("required") is False:
        return body, False
    if path in run.sources.instead:
        return {**body, "path": run.sources.instead[path].as_posix()}, True
    other = stand_in(path)
    if other is None:
        raise ConverterError(
            f"env file '{run.sources.name(path)}' of service '{service}' does not exist",
            location=_location(run, service, path),
            hint=f"write it, or put '{path.name}.example' beside it with the names and the plain values",
        )
    pairs[path] = other
    return {
        **body,
        "path": other.as_posix() if Path(body["path"]).is_absolute() else Path(body["path"]).with_name(other.name).as_posix(),
    }, True


def _location(run: Run, service: str, path: Path) -> Location:
    route: Route = ("services", service, "env_file")
    return mention(run.sources, route, path.name) or Location(run.sources.name(run.found.files[0]))
