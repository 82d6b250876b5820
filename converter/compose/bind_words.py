"""What names say about a bind mount: paths of the host with a meaning of their own, and words for data, secrets and files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from converter.compose.credentials import has_credential

CLOCK = ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo")
"""Paths of the host that tell the time zone."""

_ENGINE = "the socket of the container engine, to see or start containers; in a cluster that is the API server's to allow"
_NODE = "an agent of the node belongs to the cluster's own tooling"

HOST: tuple[tuple[str, str], ...] = (
    (r".*/(docker|containerd|podman|crio)[^/]*\.sock|/(var/)?run", _ENGINE),
    (r"/var/lib/docker/containers(/.*)?", f"the logs of all containers; {_NODE}"),
    (r"/var/lib/docker(/.*)?", "the container engine's own files, to measure containers; the kubelet has those figures"),
    (r"/var/log(/.*)?", f"the host's logs; {_NODE}"),
    (r"/(proc|sys)(/.*)?", f"the kernel's figures of the host; {_NODE}"),
    (r"/dev(/.*)?", "devices of the host; a cluster gives those out through device plugins"),
    (r"/etc/(hosts|resolv\.conf|hostname)", "the host's own names; the kubelet writes this file for each pod"),
    (r"/etc/(passwd|group|shadow)", "the host's users; set `user` to a number instead"),
    (r"/(lib/modules|usr/src|boot)(/.*)?", "files of the host's kernel; those are the node's"),
    (r".*/\.X11-unix(/.*)?", "the host's display"),
    (r"/", f"the whole file system of the host; {_NODE}"),
)
"""(pattern of a path of the host, what a program wants there)."""

_DATA = frozenset({
    "artifacts", "backup", "backups", "cache", "caches", "checkpoints", "data", "database", "databases", "datadir", "datas", "db",
    "dbdata", "downloads", "dump", "dumps", "log", "logs", "media", "models", "output", "outputs", "pgdata", "results", "sessions",
    "spool", "state", "storage", "temp", "tmp", "upload", "uploads", "volume", "volumes",
})  # fmt: skip
_CODE = frozenset({
    "css", "go", "htm", "html", "java", "js", "jsx", "md", "php", "png", "py", "rb", "sh", "sql", "svg", "ts", "tsx",
})  # fmt: skip
_FILE = frozenset({
    "bak", "bat", "cer", "cert", "cfg", "cnf", "conf", "config", "crl", "crt", "csr", "css", "csv", "db", "dockerignore", "env", "gz",
    "htm", "html", "htpasswd", "ico", "ini", "jar", "java", "jks", "js", "json", "jsonc", "jsonnet", "key", "ldif", "license", "log",
    "lua", "md", "mjs", "p12", "pem", "pfx", "php", "pl", "png", "policy", "properties", "pub", "py", "rb", "rules", "sh", "sock",
    "sql", "sqlite", "sqlite3", "svg", "tar", "template", "tf", "tmpl", "toml", "ts", "txt", "war", "xml", "yaml", "yml", "zip", "zone",
})  # fmt: skip
_FILE_NAMES = frozenset({
    ".env", ".htpasswd", ".netrc", ".npmrc", ".pgpass", "caddyfile", "corefile", "dockerfile", "makefile", "procfile", "rakefile",
})  # fmt: skip
_SECRET_WORDS = frozenset({
    "credential", "credentials", "htpasswd", "netrc", "passwd", "password", "passwords", "pgpass", "privkey", "secret", "secrets",
    "token", "tokens",
})  # fmt: skip
_SECRET_NAMES = re.compile(
    r"id_(rsa|dsa|ecdsa|ed25519)|.*\.(key|p12|pfx|jks|keystore|kdbx)|(.*[._-])?keyfile|(.*\.)?env|\.env\.(dev|development|local|prod|production)"
)


def means_data(source: str, target: str) -> bool:
    """Whether the last word of either path says that programs write there: data, db, logs, uploads, redis-data."""
    return any(_DATA & {_name(path), *re.split(r"[^a-z0-9]+", _name(path))[-1:]} for path in (source, target))


def is_configuration(target: str) -> bool:
    """Whether a path of a container is one where configuration lies, whatever its last word."""
    names = {"conf", "conf.d", "config", "provisioning", "rules"}
    return bool(re.match(r"/(usr/local/|opt/[^/]+/)?etc/|/usr/share/", target)) or _name(target) in names


def means_file(source: str, target: str) -> bool:
    """Whether a path that is not there would be a file: its name ends as those of files do."""
    name = _name(source)
    suffix = PurePosixPath(name).suffix.removeprefix(".")
    if name in _FILE_NAMES or suffix in _FILE:
        return not target.endswith("/")
    return bool(suffix) and suffix == PurePosixPath(_name(target)).suffix.removeprefix(".") and not re.fullmatch(r"d|\d+", suffix)


def means_secret(path: str, target: str, data: bytes) -> bool:
    """Whether a file must not be shown: its name or target says so, or it holds a credential, such as a private key."""
    if target == "/run/secrets" or target.startswith("/run/secrets/") or has_credential(data.decode("latin-1")):
        return True
    for name in (_name(path), _name(target)):
        if _SECRET_NAMES.fullmatch(name):
            return True
        *words, suffix = re.split(r"[^a-z0-9]+", name)
        if _SECRET_WORDS & {*words, suffix} and suffix not in _CODE:
            return True
    return False


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2].lower()
