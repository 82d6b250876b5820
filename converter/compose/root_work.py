"""Whether a command that the Compose file gives to an image does what only root may do there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PLACE = r"[\"']?/(?:etc|usr|opt|root|bin|sbin|lib)/"
_WORK = re.compile(
    r"(?:^|[\s;&|(])(?:apt|apt-get|apk|yum|dnf|microdnf|chown|useradd|adduser|groupadd|addgroup|usermod|groupmod|update-ca-certificates)\s"
    rf"|>\s*{_PLACE}"
    rf"|(?:^|[\s;&|(])(?:cp|mv|ln|mkdir|rm|touch|install|tee|chmod|sed\s+-i\S*)\s[^\n;&|]*\s{_PLACE}"
)


def does_roots_work(service: Mapping[str, Any]) -> bool:
    """Whether `entrypoint` or `command` is a script that installs something, makes users, or writes where an image has its own files.

    A program that may run as another user than root in its image does not come so far then.
    """
    words = [str(word) for key in ("entrypoint", "command") for word in service.get(key) or ()]
    return any(_WORK.search(word) for word in words if re.search(r"[\s>]", word.strip()))
