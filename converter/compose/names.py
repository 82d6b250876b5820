"""Names: what the objects of a service are called in the cluster, and how the names that Compose resolves become those."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from converter.compose import host_names
from converter.compose import references as uses_of
from converter.compose.file_hosts import upstreams
from converter.compose.host_words import names_other
from converter.compose.hosts import Span, sure_spans
from converter.compose.once import once
from converter.compose.shared_aliases import shared_aliases
from converter.compose.texts import blocks as blocks_of
from converter.compose.texts import flags
from converter.errors import ConverterError

if TYPE_CHECKING:
    from converter.compose.project import Project

_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")

Renamed = tuple[tuple[str, str], ...]
"""(old, new) of each host name that a rewritten text names by another name now; each once, in order."""


def kubernetes_name(text: str, limit: int = 63) -> str:
    """A DNS-1035 label that stands for `text`, at most `limit` long; one that is too long ends in a hash of the whole."""
    name = re.sub(r"[^a-z0-9]", "-", text.lower()).strip("-")
    if not name or name[0].isdecimal():
        name = f"s{name}" if name else f"s-{_hash(text)}"
    if len(name) > limit:
        name = f"{name[: limit - 9].rstrip('-')}-{_hash(text)}"
    return name


def is_label(name: str) -> bool:
    """Whether `name` can be the name of a Service: a DNS-1035 label."""
    return len(name) <= 63 and _LABEL.fullmatch(name) is not None


def service_names(project: Project) -> dict[str, str]:
    """Service key -> name of its objects: the overlay's, or one made of the key. Raises ConverterError if two would have one name."""
    names = {key: project.settings.names.get(key) or kubernetes_name(key) for key in project.services}
    taken: dict[str, str] = {}
    for key, name in names.items():
        if not is_label(name):
            hint = "use lower-case letters, digits and '-', a letter first, at most 63"
            raise ConverterError(f"'{name}', the name for service '{key}' in the overlay, cannot name an object in the cluster", hint=hint)
        if name in taken:
            raise _collision(project, taken[name], key, name)
        taken[name] = key
    return names


def hosts(project: Project) -> Mapping[str, str]:
    """Every name that Compose resolves -> service key: service keys, container names, hostnames, aliases of networks and links."""
    known = host_names.hosts_of(project)
    links = {alias: service for names in known.links.values() for alias, service in names.items()}
    return {**links, **known.everywhere}


def rewrite(project: Project, service: str, text: str, variable: str = "") -> tuple[str, Renamed]:
    """`text`, a value of `service`, with each word that surely is a host of the project as the cluster's name for it.

    `variable` is the name of the environment variable whose value it is, or of the flag before it on a command line.
    """
    return _rewritten(project, service, text, variable, file="")


def rewrite_arguments(project: Project, service: str, arguments: Sequence[str]) -> tuple[list[str], Renamed]:
    """An argument list, rewritten; the value after a flag that takes a host ('-h', '--host') is one."""
    texts: list[str] = []
    renamed: dict[tuple[str, str], None] = {}
    for argument, flag in flags(list(arguments)):
        text, pairs = rewrite(project, service, argument, flag)
        texts.append(text)
        renamed |= dict.fromkeys(pairs)
    return texts, tuple(renamed)


def rewrite_file(project: Project, service: str, text: str, path: str = "") -> tuple[str, Renamed]:
    """The text of a file that `service` mounts at `path`, rewritten.

    Surely a host is a word there in a URL, before a port, or where the directive or the key before it says so (see `file_hosts`).
    """
    return _rewritten(project, service, text, "", file=path or "/")


def lines_of(project: Project, service: str, text: str, path: str) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """(old, new) of each host that is renamed in a file -> the lines where it stands."""
    found: dict[tuple[str, str], list[int]] = {}
    for span in _spans(project, service, text, "", path or "/"):
        old, new = text[span.start : span.end], project.name_of(span.service)
        line = text.count("\n", 0, span.start) + 1
        if old.lower() != new and line not in found.setdefault((old, new), []):
            found[old, new].append(line)
    return {pair: tuple(lines) for pair, lines in found.items()}


def references(project: Project) -> Mapping[str, frozenset[tuple[str, int | None]]]:
    """Service -> each (service, port or None) that it names; itself where it does."""
    return uses_of.references(project)


def aliases(project: Project, service: str) -> tuple[str, ...]:
    """Further names of a service that need a Service of their own, sorted.

    Aliases of networks and links always do: the program may know them. Any other name does where somebody uses it in a place that is not
    surely a host and so stays as it is. A name that cannot be a Service's, or is another service's in the cluster, is not among them.
    """
    return _aliases(project).get(service, ())


def unresolved(project: Project) -> tuple[uses_of.Use, ...]:
    """Each use of a name as a word of its own, outside of files, that nothing answers: it may be no host, and no Service can have it.

    A variable that is called after something else than a host (POSTGRES_DB, APP_NAME) names none.
    """
    free = set(project.names.values()) | {name for names in _aliases(project).values() for name in names}
    unsure = (use for use in uses_of.uses(project) if not use.sure and use.alone and use.name not in free)
    return tuple(dict.fromkeys(use for use in unsure if use.route[2] != "environment" or not names_other(str(use.route[-1]))))


@once
def _aliases(project: Project) -> dict[str, tuple[str, ...]]:
    asked: list[tuple[str, str]] = []
    for key in project.services:
        asked += [(alias, key) for alias in host_names.network_aliases(project, key)]
        asked += host_names.link_aliases(project, key)
    owners, taken = dict[str, str](), set(project.names.values())
    used = sorted((use.name, use.service) for use in uses_of.uses(project) if not use.sure)
    for name, service in (*used, *sorted(asked)):  # what is used, where it stands: that is not rewritten
        if is_label(name) and name not in taken:
            owners.setdefault(name, service)
    found: dict[str, list[str]] = {}
    for name, service in owners.items():
        for one in shared_aliases(project).get(name, (service,)):
            found.setdefault(one, []).append(name)
    return {service: tuple(names) for service, names in found.items()}


def _spans(project: Project, service: str, text: str, variable: str, file: str) -> list[Span]:
    """Where a text surely names a service by a name that does not answer in the cluster: one with a Service of its own stays as it is."""
    blocks = upstreams(text) | blocks_of(project).get(service, frozenset()) if file else frozenset()
    found, own = sure_spans(host_names.hosts_of(project), service, text, variable, file=file, blocks=blocks), _aliases(project)
    return [span for span in found if text[span.start : span.end] not in own.get(span.service, ())]


def _rewritten(project: Project, service: str, text: str, variable: str, *, file: str) -> tuple[str, Renamed]:
    parts: list[str] = []
    renamed: dict[tuple[str, str], None] = {}
    place = 0
    for span in _spans(project, service, text, variable, file):
        old, new = text[span.start : span.end], project.name_of(span.service)
        if old.lower() != new:  # names of the DNS are the same in capitals
            parts += text[place : span.start], new
            place = span.end
            renamed[old, new] = None
    return "".join((*parts, text[place:])), tuple(renamed)


def _collision(project: Project, first: str, second: str, name: str) -> ConverterError:
    one, other = (project.sources.locate(("services", key), project.model)[0] for key in (first, second))
    return ConverterError(
        f"services '{first}' ({one.file}:{one.line}) and '{second}' ({other.file}:{other.line}) would both be '{name}' in the cluster",
        location=other,
        hint=f"give one of them another name in the overlay: `names: {{{second}: {kubernetes_name(name, 61)}-2}}`",
    )


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()[:8]
