"""The texts of a service that may name another: its values, its arguments, the text files that it mounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from converter.compose.bind_files import Refused, path_of, read_file
from converter.compose.binds import decide
from converter.compose.build import relative_path
from converter.compose.file_hosts import upstreams
from converter.compose.once import once
from converter.findings import Route

if TYPE_CHECKING:
    from converter.compose.project import Project


class Text(NamedTuple):
    """A text in which a service may name another: where it stands, the variable or flag whose value it is, its path if it is a file."""

    route: Route
    text: str
    variable: str = ""
    file: str = ""


def texts(project: Project, service: str) -> Iterator[Text]:
    """Each text of a service that may name another: its values, and the text files and configs that it mounts."""
    model, route = project.services[service], ("services", service)
    for name, value in (model.get("environment") or {}).items():
        if value is not None:
            yield Text((*route, "environment", name), str(value), name)
    for key in ("command", "entrypoint"):
        yield from _arguments((*route, key), model.get(key))
    yield from _arguments((*route, "healthcheck", "test"), (model.get("healthcheck") or {}).get("test"))
    for key in ("post_start", "pre_stop"):
        for place, hook in enumerate(model.get(key) or ()):
            yield from _arguments((*route, key, str(place)), hook.get("command"))
    yield from _mounted(project, service)


def _mounted(project: Project, service: str) -> Iterator[Text]:
    model, route = project.services[service], ("services", service)
    for mount in model.get("volumes") or ():
        if mount.get("type") == "bind":
            for file in decide(project, service, mount).files:
                if (text := as_text(file.data)) is not None:
                    yield Text((*route, "volumes", str(mount["target"])), text, file=path_of(str(mount["target"]), file.path))
    for used in model.get("configs") or ():
        target = str(used.get("target") or used["source"])
        if text := _config(project, str(used["source"])):
            yield Text((*route, "configs", target), text, file=target)


def _config(project: Project, name: str) -> str | None:
    """The text of a Compose config: written out, of a variable, or of a file of the project."""
    definition = (project.model.get("configs") or {}).get(name) or {}
    content = definition.get("content", project.config_texts.get(name))
    path = relative_path(str(definition.get("file") or "/"))
    if content is not None or path is None:
        return None if content is None else str(content)
    try:
        return as_text(read_file(project.directory / path, project.directory, "", name).data)
    except (OSError, Refused):
        return None


def as_text(data: bytes) -> str | None:
    """The text of a file; None if it is binary."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def flags(arguments: list[Any]) -> Iterator[tuple[str, str]]:
    """Each argument with the flag that it is the value of, or "": ["redis-cli", "-h", "redis"] -> ("redis", "-h")."""
    before = ""
    for argument in map(str, arguments):
        yield argument, before
        before = argument if re.fullmatch(r"-[A-Za-z]|--[A-Za-z][\w.\-]*", argument) else ""


def _arguments(route: Route, value: Any) -> Iterator[Text]:
    for text, flag in flags(value if isinstance(value, list) else [value] if value else []):
        yield Text(route, text, flag)


@once
def blocks(project: Project) -> Mapping[str, frozenset[str]]:
    """Service -> the `upstream` blocks of nginx in all the files that it mounts: names that are no hosts in its files."""
    found = {key: frozenset(name for text in _mounted(project, key) for name in upstreams(text.text)) for key in project.services}
    return {key: names for key, names in found.items() if names}
