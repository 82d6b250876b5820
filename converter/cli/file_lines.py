"""The lines in which a mounted file differs from the one that Compose mounts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from converter.compose.credentials import credentials
from converter.compose.spans import has_password
from converter.findings import NOT_TOLD, Route
from converter.intent.cluster import Cluster
from converter.intent.files import view
from converter.intent.pods import Pod, pods
from converter.pipeline import Result

_SHOWN = 90
_SECRET = re.compile(r"(?i)pass|pwd|secret|token|credential|auth|api.?key")


class FileLines:
    """The files that the containers find, in the manifests of a run and in others. They are read at the first question."""

    def __init__(self, result: Result, documents: Sequence[Mapping[str, Any]]) -> None:
        self._result = result
        self._documents = documents
        self._pods: tuple[Mapping[str, Pod], Mapping[str, Pod]] | None = None

    def of(self, route: Route) -> list[str]:
        """The lines of `services.NAME.volumes.TARGET.source` that only one side has, `-` a run's.

        Each with its number; none if a side has no such file. A line that may say a secret is not shown.
        """
        if len(route) != 5 or route[2] not in ("volumes", "configs") or route[4] != "source":
            return []
        if self._pods is None:
            project, target = self._result.project, self._result.overlay.target
            self._pods = pods(Cluster(self._result.manifests), project, target), pods(Cluster(self._documents), project, target)
        ours, theirs = (self._text(one[str(route[1])], str(route[3])) for one in self._pods)
        return [
            f"{name}{line}"
            for path in sorted(ours.keys() & theirs.keys())
            for name in ["" if len(ours) == 1 else f"{path} "]
            for line in different(ours[path], theirs[path])
        ]

    def _text(self, pod: Pod, target: str) -> dict[str, str]:
        """Path -> text of each file at or below a path, without those that come from a Secret."""
        found = {}
        for path, file in view(pod).items():
            from_secret = any("secret" in field[2:] for field in file.fields) or file.volume.peek("secret") is not None
            if (path == target or path.startswith(f"{target.rstrip('/')}/")) and not from_secret:
                found[path] = file.data.decode(errors="replace")
        return found


def different(ours: str, theirs: str) -> Iterator[str]:
    """The lines of two texts that only one has; none of a text with a credential in it, which may be longer than a line."""
    if any(True for text in (ours, theirs) for _ in credentials(text)):
        return
    one, two = ours.splitlines(), theirs.splitlines()
    for kind, start, end, first, last in difflib.SequenceMatcher(None, one, two).get_opcodes():
        if kind != "equal":
            yield from (f"- {number + 1}: {_shown(one, number)}" for number in range(start, end))
            yield from (f"+ {number + 1}: {_shown(two, number)}" for number in range(first, last))


def _shown(lines: Sequence[str], number: int) -> str:
    """A line as it may be shown: not if it, or the one above it, has a name of secrets in it."""
    line = lines[number].rstrip()
    if has_password(line) or any(_SECRET.search(text) for text in lines[max(0, number - 1) : number + 1]):
        return NOT_TOLD
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."
