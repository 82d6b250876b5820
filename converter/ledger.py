"""The ledger: one entry for each Compose value, with a verdict read from the manifests, and one for each field that nobody asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from converter.compose.project import Project, Target
from converter.compose.secret_names import is_secret_name
from converter.compose.units import units
from converter.findings import NOT_TOLD, Accept, Entry, Finding, Route, Severity
from converter.intent import KEYS, PROJECT_KEYS, Reading, readings, whole
from converter.intent.field import leaves
from converter.intent.key import Asked, Key, matching, not_needed, same
from converter.intent.secrets import OTHER_SECRET, shown
from converter.intent.verdicts import ORDER, UNKNOWN, absent, judged_by, plain, rows_of, severity_of
from converter.intent.words import in_words
from converter.trace import Trace

DEVIATIONS = ("lost", "differs", "refused", "approximated")
"""The verdicts that an `accept` may lower."""
_NO_CONTAINER: Key[Any] = Key(why=not_needed("the service has a provider and runs no container"))
NOBODY = "nothing in the manifests runs the service"


def entries(
    project: Project, documents: Iterable[Mapping[str, Any]], target: Target, accept: Sequence[Accept] = (), origins: Trace | None = None
) -> list[Entry]:
    """Hold finished manifests against the Compose model. Closed on both sides: each value, and each field, is in exactly one entry."""
    everything = whole(documents, project, target)
    result: list[Entry] = []
    rest: list[tuple[Route, Reading]] = []
    for service, pod in everything.pods.items():
        asked = Asked(None, (), service, project, target)
        _compare(pod, KEYS, _units(project.services[service]), asked, result, rest)
    result += _provided(project, target)
    model = {key: value for key, value in project.model.items() if key != "services" and not key.startswith("x-")}
    _compare(everything, PROJECT_KEYS, units(model), Asked(None, (), "", project, target), result, rest)
    fields = {path: value for key, one in everything.cluster.objects.items() for path, value in leaves(one, key)}
    explained = {path for entry in result for path in entry.at}
    for route, reading in rest:
        if any(path not in explained or isinstance(fields.get(path), list) for path in reading.at):
            explained.update(reading.at)
            literal = route[2:3] == ("environment",) and is_secret_name(str(route[-1])) and not project.secrets.has(str(reading.value))
            said = HIDDEN if literal else _shown(project, reading.value)
            result.append(Entry(route, "added", None, said, _origin(origins, reading.at), reading.at))
    result += _added(project, {path: fields[path] for path in fields if path not in explained}, origins)
    return [_accepted(entry, accept) for entry in result]


def findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """What an entry obliges to say: lost, differs, refused and approximated values."""
    for entry in entries:
        if entry.severity is not None and entry.verdict != "accepted":
            yield finding(entry, entry.verdict)


def _compare(
    place: Any,
    table: Mapping[str, Key[Any]],
    asked: Iterable[tuple[Route, Any]],
    base: Asked,
    result: list[Entry],
    rest: list[tuple[Route, Reading]],
) -> None:
    """Add an entry for each value that is asked for to `result`, and what was read beside them to `rest`."""
    above: Route = ("services", base.service) if base.service else ()
    found: dict[Route, list[Reading]] = defaultdict(list)
    for reading in readings(place, table):
        found[reading.route].append(reading)
    rows, nobody = rows_of(table), getattr(place, "found", True) is False
    for route, value in asked:
        key = next((key for pattern, key in rows.get(str(route[0]), ()) if matching(pattern, route)), UNKNOWN)
        one = replace(base, raw=value, route=route)
        entry, left = _entry(key, one, found.pop(route, []), nobody=nobody)
        result.append(replace(entry, route=(*above, *route)))
        rest += [((*above, *reading.route), reading) for reading in left]
    rest += [((*above, *reading.route), reading) for some in found.values() for reading in some]


def _provided(project: Project, target: Target) -> Iterator[Entry]:
    """The entries of the services with a provider: it is refused, and all else is said of a container that no one runs."""
    rows = rows_of(KEYS)
    for service, model in project.provided.items():
        for route, value in _units(model):
            asked = Asked(value, route, service, project, target)
            key = next((key for pattern, key in rows.get(str(route[0]), ()) if matching(pattern, route)), UNKNOWN)
            entry, _ = _entry(key if route[0] == "provider" else _NO_CONTAINER, asked, [], nobody=False)
            yield replace(entry, route=("services", service, *route))


def _units(service: Mapping[str, Any]) -> Iterator[tuple[Route, Any]]:
    """The values of a service. To be on a network, or to use a model, says something too, though its value be null."""
    yield from units(service)
    networks, models = service.get("networks"), service.get("models")
    for network in networks if isinstance(networks, Mapping) else ():
        yield ("networks", network), network
    for model, settings in models.items() if isinstance(models, Mapping) else ():
        if settings is None:
            yield ("models", model), model


def _entry(key: Key[Any], asked: Asked, found: list[Reading], *, nobody: bool) -> tuple[Entry, list[Reading]]:
    """The entry of one value, and the readings of it that say something else than the one that fits best."""
    judged = [(judged_by(key, asked, reading.value), reading) for reading in found]
    best, reading = min(
        judged, key=lambda one: ORDER.index(one[0][0]), default=((("lost", NOBODY, "") if nobody else absent(key, asked)), None)
    )
    (verdict, why, hint), got = best, reading.value if reading else None
    alike = [one for _, one in judged if same(one.value, got)]
    at = tuple(dict.fromkeys(path for one in alike for path in one.at))
    severity = severity_of(key, verdict)
    if severity and not _is_written(asked):
        severity = None
    raw, said = _hidden(asked.project, asked.raw, got)
    return Entry(asked.route, verdict, raw, said, why, at, severity, hint), [one for _, one in judged if one not in alike]


def _is_written(asked: Asked) -> bool:
    """Whether somebody wrote the value; else it is a default of docker compose, which says nothing."""
    above: Route = ("services", asked.service) if asked.service else ()
    return asked.project.sources.locate((*above, *asked.route), asked.project.model)[1]


def _added(project: Project, fields: Mapping[Route, Any], origins: Trace | None) -> Iterator[Entry]:
    """An entry for each field that no reader looked at."""
    for path, value in fields.items():
        yield Entry(path, "added", None, field_shown(project, path, value), _origin(origins, (path,)), (path,))


def field_shown(project: Project, path: Route, value: Any) -> Any:
    """The value of a field, given with its kind and name in front, as a report may show it: not what only a Secret should hold."""
    secret = (path[0] == "Secret" and path[2:3] in (("data",), ("stringData",))) or (isinstance(value, str) and _is_secret(path))
    return HIDDEN if secret else _shown(project, value)


def _is_secret(path: Route) -> bool:
    """Whether a field holds a value under the name of a secret: an entry of `env`, or a key of a ConfigMap or a Secret."""
    name = path[-2] if path[-1] == "value" and "env" in path else path[-1]
    return ("env" in path or path[0] in ("ConfigMap", "Secret")) and is_secret_name(str(name))


def _origin(origins: Trace | None, at: tuple[Route, ...]) -> str:
    """The step that wrote the first field."""
    if origins is None or not at:
        return ""
    kind, name, *path = at[0]
    return origins.origin(str(kind), str(name)).get(tuple(path), "")


def _accepted(entry: Entry, accept: Sequence[Accept]) -> Entry:
    """The entry as the overlay accepts it."""
    if entry.severity is None or entry.verdict not in DEVIATIONS:
        return entry
    covering = next((one for one in accept if one.covers(entry.route)), None)
    return replace(entry, verdict="accepted", why=covering.why, was=entry.verdict) if covering else entry


def finding(entry: Entry, verdict: str, more: str = "") -> Finding:
    """What an entry says to people; values alike in reason make findings alike, which a report folds.

    `verdict` is the entry's, or the one that an accepted entry had; `more` is put behind it.
    """
    texts = {
        "lost": entry.why if entry.why and entry.verdict == "lost" else "no manifest says it",
        "differs": f"'{_short(entry.raw, entry.route)}' -> '{_short(entry.got, entry.route)}'",
    }
    accepted = f"{'or, ' if entry.hint else ''}if this is meant, 'accept' it in the overlay with the reason" if verdict in texts else ""
    hint = "; ".join(part for part in (entry.hint, accepted) if part)
    message = texts.get(verdict, entry.why) if entry.verdict != "accepted" or verdict in texts else f"accepted: {entry.why}"
    return Finding("ledger", entry.severity or Severity.INFO, f"{verdict}: {message}{more}", entry.route, hint=hint)


def _short(value: Any, route: Route) -> str:
    text = in_words(value, route).removeprefix('""')
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


_LONG = 80
HIDDEN = NOT_TOLD


def _shown(project: Project, value: Any) -> Any:
    """A value as a report may show it."""
    return shown(project, plain(value))


def _hidden(project: Project, raw: Any, got: Any) -> tuple[Any, Any]:
    """Both values as a report may show them: what stands in the place of a secret is not shown either, but for the name of another one."""
    said, read = shown(project, raw), _shown(project, got)
    literal = said != raw and got is not None and not same(said, read) and same(read, plain(got))
    return said, HIDDEN if literal and OTHER_SECRET.fullmatch(str(read)) is None else read
