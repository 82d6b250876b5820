"""`post_start` and `pre_stop` of Compose as the hooks of a container."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.compose import names
from converter.compose.healthchecks import SHELLS
from converter.compose.project import Project
from converter.rules.writing.shell_secrets import in_script

_HOOKS = {"postStart": "post_start", "preStop": "pre_stop"}


def hooks(project: Project, service: str, signal: str = "") -> dict[str, Any]:
    """The `lifecycle` of the container of a service. Nothing is expanded there: a `$` stays one, a secret is read by a shell.

    A hook that wants another user or privileges of its own is left out: it would run as the container's user and fail, and a postStart
    that fails ends the container. `signal` is sent to the program where `pre_stop` says nothing: the hook then waits for its end, for a
    SIGTERM follows the hook.
    """
    found: dict[str, Any] = {}
    for field, key in _HOOKS.items():
        wanted = [hook for hook in project.services[service].get(key) or () if _can_run(project, service, hook)]
        if wanted:
            found[field] = {"exec": {"command": _command(project, service, wanted)}}
    if signal and "preStop" not in found:
        name = signal.upper().removeprefix("SIG")
        found["preStop"] = {"exec": {"command": ["/bin/sh", "-c", f"kill -{name} 1; while kill -0 1; do sleep 1; done"]}}
    return found


def _can_run(project: Project, service: str, hook: Mapping[str, Any]) -> bool:
    user = hook.get("user")
    return bool(hook.get("command")) and not hook.get("privileged") and (not user or user == project.services[service].get("user"))


def _command(project: Project, service: str, wanted: list[Mapping[str, Any]]) -> list[str]:
    """One argument list for all: Kubernetes has one hook where Compose has a list."""
    if len(wanted) > 1 or wanted[0].get("working_dir") or wanted[0].get("environment"):
        scripts = [" && ".join(_script(project, service, hook)) for hook in wanted]
        return ["/bin/sh", "-c", scripts[0] if len(scripts) == 1 else " && ".join(f"({script})" for script in scripts)]
    words = _words(project, service, wanted[0])
    if not any(project.secrets.has(word) for word in words):
        return words
    if len(words) == 3 and words[0] in SHELLS and words[1] == "-c":
        return [*words[:2], in_script(project, service, words[2])]
    return ["/bin/sh", "-c", _line(project, service, words)]


def _script(project: Project, service: str, hook: Mapping[str, Any]) -> Iterator[str]:
    """The parts of a shell script that runs a hook in its folder, with its environment."""
    if hook.get("working_dir"):
        yield f"cd {shlex.quote(hook['working_dir'])}"
    for name, value in sorted((hook.get("environment") or {}).items()):
        if value is not None:
            yield f"export {name}={_line(project, service, [str(value)])}"
    yield _line(project, service, _words(project, service, hook))


def _words(project: Project, service: str, hook: Mapping[str, Any]) -> list[str]:
    return names.rewrite_arguments(project, service, [str(word) for word in hook["command"]])[0]


def _line(project: Project, service: str, words: Iterable[str]) -> str:
    """Words as shell text that gives these words, a secret as its variable."""
    return " ".join("".join(_piece(project, service, piece) for piece in project.secrets.pieces(word)) or "''" for word in words)


def _piece(project: Project, service: str, piece: Any) -> str:
    if isinstance(piece, str):
        return shlex.quote(piece) if piece else ""
    return '"${' + project.secrets.variable(service, piece) + '}"'
