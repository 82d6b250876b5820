"""What docker compose warns of, as (message, hint) pairs of our own; nothing that depends on the value of a secret is among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from converter.compose.mentions import first_references
from converter.compose.secret_names import is_secret_name
from converter.compose.sources import Sources
from converter.compose.spans import has_password
from converter.errors import Location

_LINE = re.compile(r'level=warning msg="((?:[^"\\]|\\.)*)"')
_UNSET = re.compile(r'The "([^"]+)" variable is not set')
_EXPANDED = re.compile(r"(?<!\\)\$(?:\{?(\w+))")


def remarks(stderr: str, sources: Sources, env_files: Iterable[Path], extra: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the warnings of one run: unset variables with their place, then what else docker compose says."""
    said = list(dict.fromkeys(re.sub(r"\\(.)", r"\1", match[1]) for match in _LINE.finditer(stderr)))
    unset = [match[1] for text in said if (match := _UNSET.search(text))]
    places = first_references(sources) if unset else {}
    found = [_unset(name, places[name]) for name in unset if name in places and not is_secret_name(name, extra)]
    files = list(dict.fromkeys([*env_files, *(file for name in sources.service_names() for _, file in sources.env_files(name))]))
    found += [warning for path in files for warning in _dollars(path, set(unset), sources, extra)]
    if any("`version` is obsolete" in text for text in said):
        found += [("the top-level 'version' has no meaning any more", "remove it")]
    return found


def _unset(name: str, place: Location) -> tuple[str, str]:
    return (
        f"variable '{name}' at {place} is not set: it stands for nothing",
        f"set it in '.env', name an env file with --env-file, give --env {name}=VALUE, or write a default: ${{{name}:-…}}",
    )


def _dollars(path: Path, unset: set[str], sources: Sources, extra: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Say which values of an env file lose a part to `$NAME`; of secrets the command `secrets` says it."""
    for name, item in sources.assignments(path).items():
        lost = {match[1] for match in _EXPANDED.finditer(item.value)} & unset
        if item.quote != "'" and lost and not is_secret_name(name, extra) and not has_password(item.value):
            place = Location(sources.name(path), item.line, item.column)
            yield (
                f"the value of '{name}' at {place} has a '$' that docker compose reads as a variable which is not set",
                "quote the value with '…' if the '$' is meant as it is",
            )
