"""The HTTP request that a healthcheck's curl or wget makes to its own container."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from urllib.parse import urlsplit

from converter.compose.healthchecks import SHELLS, without_exit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, never listened on
WITH_VALUE = {
    "curl": frozenset({"-o", "--output", "-m", "--max-time", "--connect-timeout", "--retry"}),
    "wget": frozenset({"-O", "-qO", "--output-document", "-t", "--tries", "-T", "--timeout"}),
}
"""Options with a value that change neither the request nor, in an httpGet, the verdict."""
PLAIN = {
    "curl": re.compile(r"-[fsSkvq4g]+|-[fsSkv]*o|--(fail|silent|show-error|insecure|fail-with-body|verbose|globoff)"),
    "wget": re.compile(
        r"-(q|nv|S|q?O-|q?O|t1|T\d+)|--(quiet|spider|no-verbose|no-check-certificate|server-response|(tries|timeout|output-document)=\S+)"
    ),
}
"""Options without one."""


def local_request(words: Sequence[str]) -> str | None:
    """The address that the one command of a test asks for, as `http://localhost:80/path` without a usual port; None for any other test."""
    argv = _argv(words)
    program = argv[0].rpartition("/")[2] if argv else ""
    if program not in PLAIN:
        return None
    urls, fails, rest = [], program == "wget", argv[1:]
    while rest:
        word = rest.pop(0)
        fails = fails or word.startswith("--fail") or bool(re.fullmatch(r"-\w*f\w*", word))
        if word in WITH_VALUE[program] or re.fullmatch(r"-[fsSkv]+o", word):
            rest = rest[1:]
        elif not word.startswith("-"):
            urls.append(word)
        elif not PLAIN[program].fullmatch(word):
            return None
    return _address(urls[0]) if fails and len(urls) == 1 else None


def _address(text: str) -> str | None:
    """A local address in one form; None for another host."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        return None
    if parts.hostname not in LOCAL or parts.scheme not in ("http", "https"):
        return None
    where = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        where += f":{port}"
    return f"{parts.scheme}://{where}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def _argv(words: Sequence[str]) -> list[str]:
    """The words of the command, those of a shell's script split; [] if the script does more than run one command."""
    if not (len(words) == 3 and words[0] in SHELLS and words[1] == "-c"):
        return list(words)
    script = re.sub(r"\s*(?:[12&]?>\s*/dev/null|2>&1)(?=\s|$)", "", without_exit(words[2]))
    single = re.sub(r"'[^']*'", "", script)
    if re.search(r"[$`\n]", single) or re.search(r"[|&;<>]", re.sub(r'"[^"]*"', "", single)):
        return []
    try:
        return shlex.split(script)
    except ValueError:
        return []
