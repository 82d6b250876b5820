"""Which words of a mounted text file are surely hosts, though neither in a URL nor before a port: by the directive or key they follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

_TOKEN = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"  # noqa: S105 a host name, no secret
_UPSTREAM = re.compile(r"(?m)(?:^|[\s;}])upstream\s+([\w.\-]+)\s*\{([^{}]*)\}")
_UPSTREAM_SERVER = re.compile(rf"(?:^|[\s;{{])server\s+({_TOKEN})(?=[\s;])")
_PASS = re.compile(rf"(?<![\w$.\-])(?:proxy|fastcgi|uwsgi|scgi|memcached|grpc)_pass\s+({_TOKEN})\s*;")
_SET = re.compile(rf"(?m)(?:^|[\s;{{])set\s+\$(\w+)\s+([\"']?)({_TOKEN})\2\s*;")
_USED = re.compile(r"(?:://|_pass\s+)\$\{?(\w+)\}?(?::(\d{1,5})(?!\d))?")
_HAPROXY = re.compile(rf"(?m)^\s*(?:server|server-template)\s+\S+\s+({_TOKEN})(?=$|\s)")
_CADDY = re.compile(r"(?m)(?:^|[{\s])(?:reverse_proxy|php_fastcgi|forward_auth|to)((?:[ \t]+[^\s{}#]+)+)")
_CADDY_WORD = re.compile(rf"(?<!\S)({_TOKEN})(?!\S)")
_CONNECTION = re.compile(rf"(?i)(?<![\w.\-])(?:Data Source|Server|Host|Hostname|Addr|Address)=(?:tcp:)?({_TOKEN})(?=$|[\s;,:\"'])")
_LINE = re.compile(r"(?m)^[ \t]*(?:-[ \t]+|export[ \t]+)?[\"']?([A-Za-z_][\w.\-]*)[\"']?[ \t]*[:=][ \t]*(\S[^\n]*)$")
_PAIR = re.compile(r"[\"']?([A-Za-z_][\w.\-]*)[\"']?\s?[:=]\s*(\"[^\"\n]*\"|'[^'\n]*')")
_FLOW = re.compile(r"[\"']?([A-Za-z_][\w.\-]*)[\"']?\s?[:=]\s*(\[[^\[\]{}]{0,4000}\])")
_BLOCK = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?([A-Za-z_][\w.\-]*)[\"']?:[ \t]*(?:#[^\n]*)?\n((?:[ \t]*-[ \t]+[^\n]*(?:\n|\Z))+)")
_ITEM = re.compile(r"(?m)^[ \t]*-[ \t]+([^\n]*)$")
_COMMENT = re.compile(r"\s+[#;].*$")
_ELEMENT = re.compile(rf"({_TOKEN})(?::(\d{{1,5}}))?")
_KEY_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HOST_KEYS = frozenset({
    "ADDR", "ADDRESS", "ADDRESSES", "ADDRS", "BROKER", "BROKERS", "ENDPOINT", "ENDPOINTS", "HOST", "HOSTNAME", "HOSTNAMES", "HOSTS",
    "SERVER", "SERVERS", "TARGETS", "URI", "URIS", "URL", "URLS",
})  # fmt: skip
_SETTINGS = frozenset({"", "cfg", "cnf", "conf", "config", "env", "ini", "json", "properties", "template", "tmpl", "toml", "yaml", "yml"})
_SCRIPTS = frozenset({"bash", "sh"})


class Host(NamedTuple):
    """A word of a file that is a host, and the port that it is named with there, if that is clear."""

    start: int
    end: int
    port: int | None = None


def upstreams(text: str) -> frozenset[str]:
    """The names that a file of nginx gives to its `upstream` blocks: in that container they are no hosts."""
    return frozenset(match[1] for match in _UPSTREAM.finditer(text)) if "upstream" in text else frozenset()


def is_script(text: str, path: str) -> bool:
    """Whether a file is a shell script, whose words are those of a command."""
    return _suffix(path) in _SCRIPTS or re.match(r"#!\s*/\S*(?:sh|env\s+(?:ba|a|da)?sh)\b", text) is not None


def bare_hosts(text: str, path: str) -> Iterator[Host]:
    """Every word that stands where nothing but a host can, in the file at `path` of a container; the same place may come twice.

    Known are nginx (`server` in an upstream, `..._pass`, a variable that one of these uses), HAProxy, Caddy, and keys of settings
    (`host = db`, `"hosts": ["a", "b"]`, the `targets:` of Prometheus).
    """
    name, suffix = PurePosixPath(path).name.lower(), _suffix(path)
    yield from _nginx(text)
    if name.startswith("haproxy"):
        yield from (Host(*match.span(1)) for match in _HAPROXY.finditer(text))
    if name.startswith("caddyfile") or suffix == "caddy":
        for match in _CADDY.finditer(text):
            yield from (Host(*word.span(1), 80) for word in _CADDY_WORD.finditer(text, *match.span(1)))
    if suffix in _SETTINGS:
        yield from (Host(*match.span(1)) for match in _CONNECTION.finditer(text))
        yield from _settings(text)


def _nginx(text: str) -> Iterator[Host]:
    """The bare hosts of a configuration of nginx."""
    for block in _UPSTREAM.finditer(text) if "upstream" in text else ():
        yield from (Host(*match.span(1), 80) for match in _UPSTREAM_SERVER.finditer(text, *block.span(2)))
    if "_pass" in text:
        yield from (Host(*match.span(1)) for match in _PASS.finditer(text))
        used = dict(_USED.findall(text))
        for match in _SET.finditer(text):
            if match[1] in used:
                yield Host(*match.span(3), int(used[match[1]]) if used[match[1]] else None)


def _settings(text: str) -> Iterator[Host]:
    """The bare hosts of `key = value` lines, of pairs and lists of JSON, TOML and YAML, whose key says that hosts stand there."""
    for match in _LINE.finditer(text):
        if _holds_hosts(match[1], text):
            yield from _elements(match.start(2), _COMMENT.sub("", match[2]))
    for pattern in (_PAIR, _FLOW):
        for match in pattern.finditer(text):
            if _holds_hosts(match[1], text):
                yield from _elements(match.start(2), match[2])
    for match in _BLOCK.finditer(text):
        if _holds_hosts(match[1], text):
            for item in _ITEM.finditer(text, *match.span(2)):
                yield from _elements(item.start(1), _COMMENT.sub("", item[1]))


def _elements(start: int, value: str) -> Iterator[Host]:
    """The hosts of a value that is nothing but one or a list of them: `a`, `"a"`, `a, b:80`, `["a", "b"]`; `start` is its place."""
    found: list[Host] = []
    for part in re.finditer(r"[^,\[\]]+", value):
        word = part[0].strip(" \t\r\n\"'")
        if not word:
            continue
        element = _ELEMENT.fullmatch(word)
        if element is None:
            return
        place = start + part.start() + part[0].index(word)
        found.append(Host(place, place + len(element[1]), int(element[2]) if element[2] else None))
    yield from found


def _holds_hosts(key: str, text: str) -> bool:
    """Whether a key of a file of settings is followed by hosts: `db_host`, `bootstrap.servers`, `targets`; `names` of Prometheus' DNS."""
    words = [word.upper() for word in _KEY_WORD.findall(key)]
    return bool(words and words[-1] in _HOST_KEYS) or (key == "names" and "dns_sd_configs" in text)


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower().removeprefix(".")
