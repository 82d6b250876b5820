"""What the Dockerfile that the project builds an image from says about it: base, user, users made, ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from converter.compose.build import build_of

if TYPE_CHECKING:
    from converter.compose.project import Project

_USERADD = re.compile(r"\b(?:useradd|adduser)\b([^&|;]*)")
_GROUPADD = re.compile(r"\b(?:groupadd|addgroup)\b([^&|;]*)")
_UID = re.compile(r"(?:^|\s)(?:-u|--uid)[\s=]*(\d+)")
_GID = re.compile(r"(?:^|\s)(?:-g|--gid)[\s=]*(\d+)")
_GROUP = re.compile(r"(?:^|\s)(?:-g|-G|--gid|--ingroup)[\s=]+([A-Za-z_][\w-]*)")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")
_EVERYWHERE = {"root": 0, "nobody": 65534}
"""Users whose uid is the same in every base image (Debian, Alpine, UBI, distroless)."""


@dataclass(frozen=True)
class Dockerfile:
    """What the stage that is built says, with all that it stands on.

    Attributes:
        base: the image of another project that it starts from.
        user: the last USER, a name or a number; "" if none.
        group: the group given with it; "" if none.
        user_names: users whose uid is sure: those made with one (`useradd -u`, `adduser -u`), root and nobody.
        groups: gid by group, and by user for a user that is made with one.
        ports: TCP ports of EXPOSE.
        path: the file, relative to the project directory.
    """

    base: str
    user: str = ""
    group: str = ""
    user_names: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    path: str = ""


@dataclass
class _Stage:
    """One stage, as far as it is read."""

    base: str
    user: str = ""
    users: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)


def dockerfile(project: Project, service: str) -> Dockerfile | None:
    """The Dockerfile of a service's image; None if there is none to read below the project directory. Fails on nothing."""
    build = build_of(project, service)
    if build is None:
        return None
    text, path = _text(project, build)
    stages = _stages(text, {name: str(value) for name, value in (build.get("args") or {}).items() if value is not None})
    wanted = str(build.get("target") or "").lower()
    stage = stages.get(wanted) if wanted else next(reversed(stages.values()), None)
    return _read(stage, stages, path) if stage else None


def _text(project: Project, build: Mapping[str, object]) -> tuple[str, str]:
    """The text of the Dockerfile and its path; "" if it is no readable file below the project directory."""
    if inline := build.get("dockerfile_inline"):
        return str(inline), ""
    root = project.directory.resolve()
    place = Path(str(build.get("context") or "."), str(build.get("dockerfile") or "Dockerfile"))
    try:
        path = (root / place).resolve()
        return (path.read_text(encoding="utf-8") if path.is_relative_to(root) and path.is_file() else ""), place.as_posix()
    except (OSError, ValueError):
        return "", ""


def _stages(text: str, arguments: Mapping[str, str]) -> dict[str, _Stage]:
    """The stages by name or number, in order."""
    stages: dict[str, _Stage] = {}
    values = dict(arguments)
    for word, rest in _instructions(text):
        if word == "ARG":
            name, _, default = rest.partition("=")
            values.setdefault(name.strip(), default.strip().strip("\"'"))
        elif word == "FROM" and (found := re.match(r"(?:--\S+\s+)*(\S+)(?:\s+(?i:as)\s+(\S+))?", rest)):
            stages[(found[2] or str(len(stages))).lower()] = _Stage(_filled(found[1], values))
        elif stages:
            _follow(next(reversed(stages.values())), word, rest, values)
    return stages


def _follow(stage: _Stage, word: str, rest: str, values: dict[str, str]) -> None:
    """Take in one instruction of a stage."""
    filled = _filled(rest, values)
    if word == "ENV":
        values.update((name, value.strip("\"'")) for name, value in re.findall(r"(\w+)[= ](\"[^\"]*\"|'[^']*'|\S+)", rest))
    elif word == "USER":
        stage.user = filled
    elif word == "EXPOSE":
        stage.ports += [int(found[1]) for one in filled.split() if (found := re.fullmatch(r"(\d+)(?:/tcp)?", one))]
    elif word == "RUN":
        for options in _GROUPADD.findall(filled):
            if number := re.search(r"(?:-g|--gid)[\s=]*(\d+)", options):
                stage.groups[options.split()[-1]] = int(number[1])
        for options in _USERADD.findall(filled):
            _make_users(stage, options)


def _make_users(stage: _Stage, options: str) -> None:
    """Note the user that a `useradd` or `adduser` makes, if its uid is given. Each word may be its name; no other is ever asked for."""
    uid, gid, group = _UID.search(options), _GID.search(options), _GROUP.search(options)
    known = int(gid[1]) if gid else stage.groups.get(group[1]) if group else None
    for name in options.split() if uid else ():
        if uid and re.fullmatch(r"[A-Za-z_][\w.-]*", name):
            stage.users[name] = int(uid[1])
            if known is not None:
                stage.groups[name] = known


def _read(stage: _Stage, stages: Mapping[str, _Stage], path: str) -> Dockerfile:
    """A stage with those that it stands on."""
    chain = [stage]
    while (below := stages.get(chain[-1].base.lower())) and below not in chain:
        chain.append(below)
    user, _, group = next((one.user for one in chain if one.user), "").partition(":")
    users, groups = dict(_EVERYWHERE), {"root": 0}
    for one in reversed(chain):
        users |= one.users
        groups |= one.groups
    ports = tuple(sorted({port for one in chain for port in one.ports}))
    return Dockerfile(chain[-1].base, user, group, users, groups, ports, path)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables replaced; one without a value stays as it stands and so names no user."""
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[3], "") or found[2] or found[0], text).strip().strip("\"'")


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction: its word in capitals, and what follows, on one line."""
    joined = re.sub(r"\\[ \t]*\n", " ", re.sub(r"(?m)^[ \t]*#.*\n?", "", text.replace("\r\n", "\n")))
    for line in joined.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()
