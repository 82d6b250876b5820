"""A value of the ledger as a report shows it: on one line, as YAML has it, and a size as its author wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from converter.compose.project import Project
from converter.compose.units import bytes_of, memory_quantity
from converter.findings import Route

_SIZES = frozenset({"memory", "mem_limit", "mem_reservation", "memswap_limit", "shm_size"})


def in_words(value: Any, route: Route = (), project: Project | None = None) -> str:
    """A value on one line: `true`, `null`, `["a", "b"]`; text as it is, and a size in bytes with its unit.

    `route` is the Compose value that it is of. With the project, a size that is the one in the Compose file stands as there.
    """
    if _is_size(route) and isinstance(value, (str, int)) and str(value).isdecimal():
        return _size(int(value), route, project)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if route[-2:-1] == ("tmpfs",):
        text = re.sub(r"(?<=:size=)\d+", lambda match: _unit(int(match[0])), text)
    return " ".join(text.split()) or '""'


def apart(one: Any, other: Any) -> list[str]:
    """Two values on a line each; quoted where only that tells text from a number, or blanks, apart."""
    texts = [in_words(one), in_words(other)]
    alike = one != other and texts[0] == texts[1]
    return [json.dumps(value, ensure_ascii=False) for value in (one, other)] if alike else texts


def shortened(texts: Sequence[str], limit: int) -> list[str]:
    """Texts of at most `limit` characters each; of long ones that begin alike, the part in which they differ."""
    long = len(texts) > 1 and max(map(len, texts)) > limit
    start = max(0, _alike(texts) - limit // 3) if long and _alike(texts) > limit // 2 else 0
    shown = [f"...{text[start:]}" if start else text for text in texts]
    return [text if len(text) <= limit else f"{text[: limit - 3]}..." for text in shown]


def _alike(texts: Sequence[str]) -> int:
    """How many characters all texts begin with."""
    return next((place for place, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1), min(map(len, texts)))


def _is_size(route: Route) -> bool:
    return bool(route) and (route[-1] in _SIZES or route[-2:] == ("tmpfs", "size"))


def _size(number: int, route: Route, project: Project | None) -> str:
    """A number of bytes as the Compose file says it; else in the largest unit that loses nothing."""
    written = (project.sources.text(route, project.model) or "") if project else ""
    try:
        if bytes_of(written) == number:
            return written.strip()
    except ValueError:
        pass
    return _unit(number)


def _unit(number: int) -> str:
    return memory_quantity(number).replace("i", "").lower()
