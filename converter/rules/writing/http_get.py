"""Which test of a healthcheck is an HTTP request that the kubelet can make as well."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from converter.compose.healthchecks import SHELLS, without_exit

_SILENCED = re.compile(r"\s*(?:[12&]?>\s*/dev/null|2>&1)(?=\s|$)")
_LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  # what a test asks, nothing listens here
_USUAL = {"http": 80, "https": 443}
_FAIL = ("-f", "--fail", "--fail-with-body")
_CURL_FLAGS = (*_FAIL, "-s", "--silent", "-S", "--show-error", "-k", "--insecure", "-v", "--verbose", "-4", "-g", "--globoff")
_WGET_FLAGS = ("-q", "--quiet", "-nv", "--no-verbose", "--spider", "--no-check-certificate", "-S", "--server-response", "-O-", "-qO-")
_WGET_LONG = ("--tries=1", "--output-document=-", "--output-document=/dev/null")
_NOWHERE = ("/dev/null", "-")


def http_get(words: Sequence[str], ports: Sequence[int]) -> dict[str, Any] | None:
    """The httpGet that does what `words` do, or None where only the program itself can.

    `ports` are those on which the pod is known to listen for others: a program may listen on 127.0.0.1 alone, where the kubelet cannot
    ask. Only `curl -f` and `wget` with one local address and no option that changes the request or the verdict. A curl without -f is
    content with any answer; https without -k looks at the certificate; redirects (-L), headers, bodies, methods and time limits stay
    the program's.
    """
    argv = _argv(words)
    program = argv[0].rpartition("/")[2] if argv else ""
    url = _curl(argv) if program == "curl" else _wget(argv) if program == "wget" else None
    parts = _address(url) if url else None
    if parts is None or parts[2] not in ports:
        return None
    scheme, host, port, path = parts
    unchecked = {"--insecure", "--no-check-certificate"} & set(argv) or any(_short(word) and "k" in word for word in argv)
    if scheme == "https" and not unchecked:
        return None
    named = host if port == _USUAL[scheme] else f"{host}:{port}"
    return {"path": path, "port": port, "scheme": scheme.upper(), "httpHeaders": [{"name": "Host", "value": named}]}


def _address(url: str) -> tuple[str, str, int, str] | None:
    """Scheme, host, port, and path with query of an address of the container itself; None if it is another's, or none."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or _USUAL.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in _USUAL or parts.username or parts.hostname not in _LOCAL or re.search(r"\s", url):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _argv(words: Sequence[str]) -> list[str]:
    """The words of the one command that runs; [] if a shell does more than to start it."""
    if not (len(words) == 3 and words[0] in SHELLS and words[1] == "-c"):
        return [] if any("$" in word for word in words) else list(words)
    script = _SILENCED.sub("", without_exit(words[2]))
    if re.search(r"[$`\n*\\]", script.strip()):
        return []
    lexer = shlex.shlex(script, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        tokens = list(lexer)
    except ValueError:
        return []
    return [] if any(re.fullmatch(r"[();<>|&]+", token) for token in tokens) else tokens


def _short(word: str) -> bool:
    return word.startswith("-") and not word.startswith("--")


def _curl(argv: Sequence[str]) -> str | None:
    """The address that a `curl -f` asks for, or None."""
    urls, fails, rest = [], False, list(argv[1:])
    while rest:
        word = rest.pop(0)
        flags = [f"-{flag}" for flag in word[1:]] if _short(word) else [word]
        fails = fails or any(flag in _FAIL for flag in flags)
        if flags[-1] in ("-o", "--output") and rest and rest.pop(0) in _NOWHERE:
            flags = flags[:-1]
        if not word.startswith("-"):
            urls.append(word)
        elif not all(flag in _CURL_FLAGS for flag in flags):
            return None
    return urls[0] if fails and len(urls) == 1 else None


def _wget(argv: Sequence[str]) -> str | None:
    """The address that a `wget` asks for, or None."""
    urls, rest = [], list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word in ("-O", "-qO", "--output-document", "-t", "--tries"):
            if not rest or rest.pop(0) not in (("1",) if word in ("-t", "--tries") else _NOWHERE):
                return None
        elif not word.startswith("-"):
            urls.append(word)
        elif word not in (*_WGET_FLAGS, *_WGET_LONG):
            return None
    return urls[0] if len(urls) == 1 else None
