"""What ends a program at its first start although every manifest is valid: settings that exclude each other, grants to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.checks.bundle import Bundle, Pod
from converter.checks.objects import at, each, entries, fault, namespace_of
from converter.compose.secret_names import is_secret_name
from converter.findings import Finding, Route, Severity
from converter.manifests import Object

_CHECK = "first-start"
_SCRIPTS = "/docker-entrypoint-initdb.d"
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_MADE = re.compile(r'\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([\w$-]+)"?', re.IGNORECASE)
_NAMED = re.compile(r"\bGRANT\b[^;]*?\bTO\s+([^;]+)|\bOWNER\s+TO\s+([^;]+)", re.IGNORECASE)
_ROLE = re.compile(r'(?:GROUP\s+)?"?([A-Za-z_][\w$-]*)"?\s*(?:WITH\b.*|GRANTED\b.*)?', re.IGNORECASE | re.DOTALL)
_ALWAYS = frozenset({"public", "current_user", "current_role", "session_user"})


def check(documents: Iterable[Object]) -> Iterator[Finding]:
    """Findings about each container that sets NAME and NAME_FILE, and each script of Postgres that names a role which nobody makes.

    Images that know NAME_FILE refuse to start with both; psql stops at a role that is not there, and the next start skips the rest.
    """
    bundle = Bundle(documents)
    for pod in bundle.pods:
        for container, path in pod.containers():
            variables = _variables(bundle, pod, container)
            yield from _both(pod, path, variables)
            if user := _postgres_user(variables):
                yield from _roles(pod, path, user, _scripts(bundle, pod, container))


def _variables(bundle: Bundle, pod: Pod, container: Mapping[str, Any]) -> dict[str, str | None]:
    """What a container finds in its environment; None for a value that comes from elsewhere."""
    found: dict[str, str | None] = {}
    for source, _ in each(container, "envFrom"):
        config = bundle.find("ConfigMap", namespace_of(pod.document), str(at(source, "configMapRef", "name")))
        found |= {key: str(value) for key, value in entries(config, "data").items()}
    for variable, _ in each(container, "env"):
        found[str(variable.get("name"))] = None if "valueFrom" in variable else str(variable.get("value") or "")
    return found


def _both(pod: Pod, path: Route, variables: Mapping[str, str | None]) -> Iterator[Finding]:
    for name, value in sorted(variables.items()):
        other = name.removesuffix("_FILE")
        file = value is None or value.startswith("/")
        if (
            other != name
            and file
            and variables.get(other, "") != ""
            and (is_secret_name(other) or (value or "").startswith("/run/secrets/"))
        ):
            message = f"sets both '{other}' and '{name}': images that read the file refuse to start with both"
            yield fault(_CHECK, pod.document, path, message, hint=f"take '{other}' out, or '{name}'", severity=Severity.WARNING)


def _postgres_user(variables: Mapping[str, str | None]) -> str:
    """The role that a Postgres image makes at its first start; "" for another image or if it is not known."""
    if not {"POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"} & set(variables):
        return ""
    user = variables.get("POSTGRES_USER", "")
    return "" if user is None else user or "postgres"


def _scripts(bundle: Bundle, pod: Pod, container: Mapping[str, Any]) -> dict[str, str]:
    """The scripts that a container runs at its first start, as name -> text."""
    volumes = {str(volume.get("name")): volume for volume, _ in each(pod.spec, "volumes")}
    found: dict[str, str] = {}
    for mount, _ in each(container, "volumeMounts"):
        if str(mount.get("mountPath")).startswith(_SCRIPTS):
            volume = volumes.get(str(mount.get("name")), {})
            config = bundle.find("ConfigMap", namespace_of(pod.document), str(at(volume, "configMap", "name")))
            paths = {str(item.get("key")): str(item.get("path")) for item, _ in each(volume, "configMap", "items")}
            texts = {paths.get(key, key): str(text) for key, text in entries(config, "data").items()}
            only = mount.get("subPath")
            found |= {name: text for name, text in texts.items() if only in (None, name) and name.endswith((".sql", ".sh"))}
    return found


def _roles(pod: Pod, path: Route, user: str, scripts: Mapping[str, str]) -> Iterator[Finding]:
    made = {user.lower(), *_ALWAYS, *(match[1].lower() for text in scripts.values() for match in _MADE.finditer(text))}
    if any("$" in role for role in made):
        return
    for name, text in sorted(scripts.items()):
        for role in sorted(_named(text)) if name.endswith(".sql") else ():
            if role.lower() not in made and not role.lower().startswith("pg_"):
                message = f"runs '{name}' for role '{role}', which nobody makes: the first start ends there, and the next skips the rest"
                hint = f"name '{user}' (POSTGRES_USER) there, or create the role"
                yield fault(_CHECK, pod.document, path, message, hint=hint, severity=Severity.WARNING)


def _named(text: str) -> set[str]:
    """The roles that a script in SQL needs."""
    parts = [match[1] or match[2] for match in _NAMED.finditer(_COMMENT.sub(" ", text))]
    found = [_ROLE.fullmatch(word.strip()) for part in parts for word in part.split(",")]
    return {match[1] for match in found if match}
