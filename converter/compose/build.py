"""Where a service is built from, and the folder that its program starts in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from converter.compose.image_names import split
from converter.compose.once import once

if TYPE_CHECKING:
    from converter.compose.project import Project

_ELSEWHERE = re.compile(r"[~/\\]|[A-Za-z][\w+.-]*:|git@|github\.com/")
_WORKDIR = re.compile(r"(?im)^[ \t]*WORKDIR[ \t]+[\"']?([^\s\"']+)")
_STAGE = re.compile(r"(?im)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+as[ \t]+(\S+))?")


def relative_path(path: str) -> str | None:
    """A path of the Compose file below the project directory, normalised, "." for the directory itself; None if it lies outside."""
    if re.match(r"[/~\\]|[A-Za-z]:[\\/]", path):
        return None
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


def build_of(project: Project, service: str) -> Mapping[str, Any] | None:
    """How the image of a service is built: its own `build`, else that of the service which builds the image that it names; None if none."""
    return _builds(project).get(service)


@once
def _builds(project: Project) -> dict[str, Mapping[str, Any]]:
    own = {key: model["build"] for key, model in project.services.items() if isinstance(model.get("build"), Mapping)}
    made: dict[tuple[str, str], Mapping[str, Any]] = {}
    for key, build in own.items():
        for image in (project.services[key].get("image") or f"{project.name}-{key}".lower(), *(build.get("tags") or ())):
            made.setdefault(_tagged(str(image)), build)
    images = {key: str(model.get("image") or "") for key, model in project.services.items()}
    named = {key: made[_tagged(image)] for key, image in images.items() if "@" not in image and _tagged(image) in made}
    return {**named, **own}


def _tagged(image: str) -> tuple[str, str]:
    """Repository and tag; an image without one has the tag `latest`."""
    repository, tag = split(image)
    return repository, tag or "latest"


def build_context(project: Project, service: str) -> str | None:
    """The folder that a service's image is built from, as `relative_path`; None if it is not built, or not from this project."""
    build = build_of(project, service)
    if build is None:
        return None
    context = str(build.get("context") or ".")
    return None if _ELSEWHERE.match(context) else relative_path(context)


def workdir(project: Project, service: str) -> str:
    """The WORKDIR of the image that is built for a service; "" where the Dockerfile does not say it in plain words."""
    return _workdirs(project)[service]


@once
def _workdirs(project: Project) -> dict[str, str]:
    return {service: _workdir(project, service) for service in project.services}


def _workdir(project: Project, service: str) -> str:
    build, context = build_of(project, service), build_context(project, service)
    if context is None or build is None:
        return ""
    text = build.get("dockerfile_inline")
    if not text:
        path = relative_path(PurePosixPath(context, str(build.get("dockerfile") or "Dockerfile")).as_posix())
        file = project.directory / (path or ".")
        if not file.is_file() or not file.resolve().is_relative_to(project.directory.resolve()):
            return ""
        text = file.read_text("utf-8", errors="replace")
    return _last(str(text), str(build.get("target") or ""))


def _last(text: str, target: str) -> str:
    """The WORKDIR of the stage `target`, "" for the last, or of a stage that it stands on."""
    stages = list(_STAGE.finditer(text))
    ends = [*(stage.start() for stage in stages[1:]), len(text)]
    found: dict[str, str] = {}
    name = ""
    for place, (stage, end) in enumerate(zip(stages, ends, strict=True) if stages else ()):
        name = (stage[2] or str(place)).lower()
        folder = found.get(stage[1].lower(), "")
        for match in _WORKDIR.finditer(text, stage.end(), end):
            folder = PurePosixPath(folder or "/", match[1]).as_posix()
        found[name] = "" if "$" in folder else folder
        if target and name == target.lower():
            break
    return found.get(name, "")
