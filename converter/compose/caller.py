"""What a resolved model has of whoever runs docker compose: the variables HOME, PATH and PWD, which say nothing of the project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from converter.compose.binary import HOME, SEARCH, USUAL
from converter.compose.mentions import first_references
from converter.compose.sources import Sources
from converter.compose.standing import texts
from converter.findings import format_route

_CALLERS = (("HOME", HOME), ("PATH", SEARCH))
_HERE = re.compile(r"\$(?:PWD\b|\{PWD\b)")
_READ = frozenset({"environment", "command", "entrypoint", "healthcheck", "labels", "working_dir", "post_start", "pre_stop"})
"""Keys of a service whose values reach a container. A bind below HOME is judged where mounts are."""


def on_host(directory: Path, name: str) -> Path:
    """Return the file that docker compose means by a path: below the project directory, or below the home of the caller."""
    for prefix in ("~/", f"{HOME}/"):
        if name.startswith(prefix):
            return Path.home() / name.removeprefix(prefix)
    return directory / name


def forget(model: dict[str, Any], sources: Sources) -> list[tuple[str, str]]:
    """Unset HOME, PATH and PWD where a service only passes them through, in place; return what is to be said of those in other values."""
    here = "PWD" in first_references(sources)
    for key, service in (model.get("services") or {}).items():
        environment = service.get("environment") or {}
        for name, value in _CALLERS:
            if environment.get(name) == value and sources.passes_through(("services", key, "environment", name), model):
                environment[name] = None
        if environment.get("PWD") and sources.passes_through(("services", key, "environment", "PWD"), model):
            environment["PWD"] = None
    said = []
    for holder, at, route, text in texts(model, ()):
        names = [(name, value.replace(SEARCH, USUAL)) for name, value in _CALLERS if value in text]
        if SEARCH in text:
            holder[at] = text.replace(SEARCH, USUAL)
        if route[0] == "services" and len(route) > 2 and route[2] in _READ:
            if here and _HERE.search(sources.text(route, model) or ""):
                names.append(("PWD", text))
            for name, value in names:
                message = f"'{format_route(route)}' has '${{{name}}}', which is another for everyone who runs docker compose"
                said.append((message, f"it is '{value}' here: write what the container is to have"))
    return said
