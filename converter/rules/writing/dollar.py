"""How `$` and secrets are written where Kubernetes expands `$(NAME)`: env values, command, args, exec probes.

Kubernetes turns `$$` into `$` and `$(NAME)` into the value of a variable of the container there, and nowhere else: never use these in the
data of a ConfigMap, in annotations or in httpGet paths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from converter.compose import names
from converter.compose.project import Project

_EXPANDED = re.compile(r"\$(?=[$(])")
_BEFORE_REFERENCE = re.compile(r"\$(?=[$(]|$)")


def literal(text: str) -> str:
    """`text` written so that Kubernetes reads `text` again: a `$` before `$` or `(` is doubled."""
    return _EXPANDED.sub("$$", text)


def with_references(project: Project, service: str, text: str) -> str:
    """`text` of the model for the container of `service`: secrets as `$(VARIABLE)`, every other `$` as itself.

    The variables are those that the rule `secrets` puts before all others.
    """
    pieces = project.secrets.pieces(text)
    written = ""
    for piece, following in zip(pieces, (*pieces[1:], ""), strict=True):
        if not isinstance(piece, str):
            written += f"$({project.secrets.variable(service, piece)})"
        elif isinstance(following, str):
            written += literal(piece)
        else:
            written += _BEFORE_REFERENCE.sub("$$", piece)
    return written


def arguments(project: Project, service: str, words: Sequence[str]) -> list[str]:
    """An argument list: hosts by their names in the cluster, secrets as `$(VARIABLE)`, every other `$` as itself."""
    return [with_references(project, service, word) for word in names.rewrite_arguments(project, service, words)[0]]
