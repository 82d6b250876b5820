"""Readers of `post_start` and `pre_stop`: the one hook that Kubernetes has where Compose has a list of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from converter.compose import names
from converter.compose.healthchecks import SHELLS
from converter.intent.environment import variables
from converter.intent.health import in_shell
from converter.intent.key import Asked, Fits, Read, Reader, Reason
from converter.intent.pods import Pod

FIELDS = {"postStart": "post_start", "preStop": "pre_stop"}


def hook(field: str) -> Reader:
    """The reader of a lifecycle hook: what it runs, secrets as a shell reads them. Nothing is expanded there.

    Where Compose has several hooks, or gives one a folder or variables, a script does it all: `cd DIR && export N=V && COMMAND`.
    """

    def read(pod: Pod) -> Iterator[Read]:
        words = pod.container.texts("lifecycle", field, "exec", "command")
        asked = [one for one in pod.model.get(FIELDS[field]) or () if _runs(one, pod.model)]
        numbers = [str(number) for number, one in enumerate(pod.model.get(FIELDS[field]) or ()) if _runs(one, pod.model)] or ["0"]
        if not words:
            return
        if _is_script(words):
            known = {name: one for name, one in variables(pod).items() if one.secret}
            words[2], used = in_shell(words[2], {name: one.value for name, one in known.items()})
            pod.seen.extend(path for name in used for path in known[name].fields)
        seen = list(pod.seen)
        plain = len(asked) <= 1 and not (asked and (asked[0].get("working_dir") or asked[0].get("environment")))
        for number, steps in zip(numbers, [[words]] if plain or not _is_script(words) else _commands(words[2]), strict=False):
            for at, value in _said(steps) if not plain else [(("command",), words)]:
                pod.seen[:] = seen
                yield Read((number, *at), value)

    return read


def _runs(one: dict[str, Any], model: Any) -> bool:
    """Whether a hook runs as its container does."""
    return not one.get("privileged") and one.get("user") in (None, "", model.get("user"))


def _is_script(words: list[str]) -> bool:
    return len(words) == 3 and words[0] in SHELLS and words[1] == "-c"


def _commands(script: str) -> list[list[list[str]]]:
    """The commands of a script, split as a shell does, one list for each part in parentheses; one list if there are none."""
    lexer = shlex.shlex(script, posix=True, punctuation_chars="()&|;")
    lexer.whitespace_split, lexer.commenters = True, ""
    groups: list[list[list[str]]] = []
    try:
        for token in lexer:
            if re.fullmatch(r"[()&|;]+", token):
                if "(" in token or not groups:
                    groups.append([[]])
                elif token.startswith("&&") and groups[-1][-1]:
                    groups[-1].append([])
            else:
                groups = groups or [[[]]]
                groups[-1][-1].append(token)
    except ValueError:
        return []
    return [[command for command in group if command] for group in groups]


def _said(steps: list[list[str]]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Folder, variables and command of one hook."""
    for step in steps:
        if step[0] == "cd" and len(step) == 2 and step is not steps[-1]:
            yield ("working_dir",), step[1]
        elif step[0] == "export" and len(step) == 2 and "=" in step[1]:
            name, _, value = step[1].partition("=")
            yield ("environment", name), value
        else:
            yield ("command",), step


def wanted(asked: Asked) -> Any:
    """The command with its hosts by their names in the cluster, whichever way a shell quotes a secret in it; anything else as it is."""
    if asked.route[-1] != "command":
        return str(asked.raw)
    words = names.rewrite_arguments(asked.project, asked.service, [str(word) for word in asked.raw])[0]
    secret = any(asked.project.secrets.has(word) for word in words)
    return Fits(
        shlex.join(words),
        lambda got: isinstance(got, list) and (got == words or _split(got) == _split(words) or (secret and _split(got)[2:] == words)),
    )


def _split(words: list[str]) -> list[str]:
    """The words that a shell makes of a script; the words themselves where none does."""
    try:
        return [*words[:2], *shlex.split(words[2])] if _is_script(words) else words
    except ValueError:
        return words


def no_hook(asked: Asked) -> Reason | None:
    """A hook of another user: Kubernetes runs it as the container's own."""
    one = asked.element()
    if _runs(dict(one), asked.model):
        return Reason("not needed", "a hook runs as the container does") if asked.route[-1] in ("user", "privileged") else None
    if asked.route[-1] != "command":
        return Reason("not needed", "the hook is refused")
    who = "with privileges of its own" if one.get("privileged") else f"as user '{one.get('user')}'"
    return Reason("refused", f"a hook runs as the container does, not {who}", "do this in an init container, or in the image")
