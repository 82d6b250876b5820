"""How a secret stands in an exec probe: as a variable that a shell reads, for Kubernetes expands no `$(NAME)` of a Secret there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from converter.compose.healthchecks import SHELLS
from converter.compose.project import Project
from converter.compose.secrets import Secret
from converter.rules.writing.dollar import literal


def exec_command(project: Project, service: str, words: Sequence[str]) -> list[str]:
    """The `command` of an exec probe that runs `words`: every `$` as itself, a secret as `"$NAME"` in the script of a shell.

    Measured on a node: `$(NAME)` of a secretKeyRef becomes the empty string in an exec probe, in silence.
    """
    if not any(project.secrets.has(word) for word in words):
        return [literal(word) for word in words]
    if len(words) == 3 and words[0] in SHELLS and words[1] == "-c" and not project.secrets.has(words[0]):
        return [*words[:2], literal(in_script(project, service, words[2]))]
    return ["/bin/sh", "-c", literal(" ".join(_quoted(project, service, word) for word in words))]


def in_script(project: Project, service: str, script: str) -> str:
    """A shell script with each secret as a variable, quoted so that the shell takes its value as it is."""
    written, quote = "", ""
    for piece in project.secrets.pieces(script):
        if isinstance(piece, str):
            written, quote = written + piece, _quote_after(piece, quote)
        else:
            name = "${" + project.secrets.variable(service, piece) + "}"
            written += {"": f'"{name}"', '"': name, "'": f"'\"{name}\"'"}[quote]
    return written


def _quoted(project: Project, service: str, word: str) -> str:
    """One argument as shell text."""
    pieces = project.secrets.pieces(word)
    return "".join(shlex.quote(one) if isinstance(one, str) else _variable(project, service, one) for one in pieces)


def _variable(project: Project, service: str, secret: Secret) -> str:
    return '"${' + project.secrets.variable(service, secret) + '}"'


def _quote_after(text: str, quote: str) -> str:
    """The quotation mark that is open after `text`, if `quote` was open before it."""
    escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif sign == quote:
            quote = ""
        elif sign in "'\"" and not quote:
            quote = sign
    return quote
