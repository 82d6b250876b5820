"""The variables that the source files speak of: which get a marker in docker compose's environment, which are required."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from converter.compose.credentials import is_credential
from converter.compose.env_files import is_example, read_assignments
from converter.compose.secret_names import is_secret_name, is_switch
from converter.compose.secrets import marker

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"(?<!\$)(?:\$\$)*\$(?:\{(?P<name>[A-Za-z_]\w*)(?:(?P<kind>:?[-?+])(?P<rest>[^}\n]*))?|(?P<bare>[A-Za-z_]\w*))")


@dataclass(frozen=True)
class Reference:
    """One `${NAME}` of a source file: which kind (`:-`, `?`...), what follows, and where."""

    name: str
    kind: str
    rest: str
    path: Path
    line: int
    column: int


def references(path: Path) -> Iterator[Reference]:
    """Yield each variable that a file interpolates; comments are passed over."""
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if "$" in line and not line.lstrip().startswith("#"):
            for match in _REFERENCE.finditer(line):
                at = line.index("$", match.start()) + 1
                yield Reference(match["name"] or match["bare"], match["kind"] or "", match["rest"] or "", path, number, at)
                if match["rest"] and "$" in match["rest"]:
                    for inner in _REFERENCE.finditer(match["rest"]):
                        yield Reference(inner["name"] or inner["bare"], inner["kind"] or "", inner["rest"] or "", path, number, at)


def interpolated(text: str) -> set[str]:
    """Return the variables that a text of a source file interpolates."""
    found = list(_REFERENCE.finditer(text)) if "$" in text else []
    inner = {name for match in found if match["rest"] for name in interpolated(match["rest"])}
    return {match["name"] or match["bare"] for match in found} | inner


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def markers(
    sources: Iterable[Path], env_files: Iterable[Path], service_files: Iterable[Path], given: Mapping[str, str], extra: tuple[str, ...]
) -> dict[str, str]:
    """Return variable -> marker: for every secret-named word of the files, but those that are set and empty, or a switch.

    And for every variable whose value is a credential by its form. In a file like `.env.example` an empty value is one that is not set yet.

    A superset is harmless; a word that is set nowhere gets a marker too, so that CI without `.env` and the laptop see one model.
    """
    sources, env_files = list(sources), list(env_files)
    words = {word for path in {*sources, *env_files, *service_files} for word in _WORD.findall(_text(path))} | set(given)
    values = {
        item.name: item.value
        for path in env_files
        for item in read_assignments(path)
        if item.given and (item.value or not is_example(path))
    } | dict(given)
    defaults = {item.name for path in sources for item in references(path) if "-" in item.kind and item.rest and is_switch(item.rest)}
    plain = {name for name, value in values.items() if is_switch(value)} | (defaults - set(values))
    formed = {name for name, value in values.items() if is_credential(value)}
    return {word: marker(word) for word in sorted(words - plain) if word in formed or is_secret_name(word, extra)}


def defined(env_files: Iterable[Path], given: Mapping[str, str]) -> set[str]:
    """Return the variables that the project's env files and the command line set."""
    return {item.name for path in env_files for item in read_assignments(path) if item.given} | set(given)
