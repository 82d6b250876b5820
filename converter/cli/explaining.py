"""Where a Compose value went, and where a manifest field came from: the ledger joined with the trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from converter import output
from converter.cli.asked import Asked, FieldAt, fields, format_object, is_key, unknown_key, values
from converter.cli.asked_lines import fields_at, nothing_at, values_at
from converter.cli.overlay_lines import OverlayLines
from converter.compose.images import image_of
from converter.compose.project import Project
from converter.compose.workloads import user_of_image
from converter.errors import ConverterError, Location
from converter.findings import Entry, Route, format_route
from converter.intent.words import in_words
from converter.ledger import field_shown
from converter.pipeline import Result
from converter.report.view import place

_FEW = 5
_SHOWN = 90
_SAID = ("kept", "translated", "approximated", "differs")


class Explanation:
    """The answers that one result gives."""

    def __init__(self, result: Result, folder: str, *, verbose: bool) -> None:
        self.result = result
        self._lines = OverlayLines(result.overlay)
        self._few = None if verbose else _FEW
        self._place = output.places(output.files(result.manifests, result.project), folder)

    def at(self, line: Location, *, why_not: bool) -> Iterator[str]:
        """What stands on a line of a Compose file, or of the manifests. Raises ConverterError, with the nearest one, if nothing does."""
        entries = values_at(self.result, line)
        found = [] if entries or why_not else fields_at(self._fields.values(), self._place, line)
        if not entries and not found:
            raise nothing_at(self.result, line)
        for entry in entries:
            yield from self._value(entry)
        for field in found:
            yield from self._field(field)

    def lines(self, asked: Asked) -> Iterator[str]:
        """The answer to a question. Raises ConverterError, with the nearest right path, for one about nothing."""
        if asked.about_manifests:
            yield from self._fields_of(asked)
        else:
            for entry in values(self.result, asked):
                yield from self._value(entry)

    def _fields_of(self, asked: Asked) -> Iterator[str]:
        """The fields that are asked for; of a variable that comes from a ConfigMap or a Secret as a whole, the Compose value."""
        try:
            found = fields(self.result, asked)
        except ConverterError:
            if variable := self._variable(asked):
                yield f"{asked}: comes from another object"
                yield from self._value(variable)
                return
            raise
        for field in found:
            yield from self._field(field)

    def _variable(self, asked: Asked) -> Entry | None:
        """The Compose value behind `containers.redis.env.NAME` that no element of `env` says."""
        if len(asked.route) < 4 or asked.route[-2] != "env":
            return None
        prefix, name = asked.route[:-2], asked.route[-1]
        for entry in self.result.entries:
            from_here = any(tuple(map(str, path[: len(prefix)])) == prefix and "envFrom" in path for path in entry.at)
            if from_here and entry.route[2:] == ("environment", name):
                return entry
        return None

    def why_not(self, asked: Asked) -> Iterator[str]:
        """Why no manifest says a Compose value. Raises ConverterError for one that Compose does not know."""
        try:
            found = values(self.result, asked)
        except ConverterError:
            there = asked.route[:1] != ("services",) or asked.route[1:2] == ("*",) or asked.route[1] in self.result.project.services
            if asked.about_manifests or not there:
                raise
            if not is_key(asked.route):
                raise unknown_key(asked) from None
            yield f"{asked}: the Compose file does not say it, so nothing in the manifests does"
            return
        for entry in found:
            if entry.verdict in _SAID and entry.at:
                yield f"{format_route(entry.route)}: it is in the manifests ({entry.verdict})"
            yield from self._value(entry)

    def _value(self, entry: Entry) -> Iterator[str]:
        """One Compose value: its verdict, where it is written, where it went."""
        project = self.result.project
        where = place(project, entry.route) or "(default)"
        if entry.verdict == "added":
            yield f"{format_route(entry.route)}  added: no Compose value asks for it"
        else:
            yield f"{format_route(entry.route)}  {entry.verdict}  ({where})"
            yield f"    Compose   {_short(entry.raw, entry.route, project)}"
        if entry.got is not None and entry.got != entry.raw:
            yield f"    manifest  {_short(entry.got, entry.route, project)}"
        if entry.why and entry.verdict != "added":
            yield f"    why       {entry.why}"
        if entry.hint:
            yield f"    do        {entry.hint}"
        for path in entry.at[: self._few]:
            field = self._fields.get(tuple(map(str, path)))
            if field is not None:
                yield f"    in        {format_object(path)}{self._where(field)}, {self._writer(field)}"
        if self._few is not None and len(entry.at) > self._few:
            yield f"    in        {len(entry.at) - self._few} more fields (-v shows them)"

    def _field(self, field: FieldAt) -> Iterator[str]:
        """One field: what it says, who wrote it, and for which Compose values."""
        yield f"{format_object(field.keyed)}: {_short(field_shown(self.result.project, field.keyed, field.value))}{self._where(field)}"
        yield f"    written   {self._writer(field)}"
        if why := self._image_says(field):
            yield f"    why       {why}"
        entries = self._behind.get(tuple(map(str, field.keyed)), [])
        asked = [entry for entry in entries if entry.route[0] in self.result.project.model and entry.verdict != "added"]
        for entry in asked[: self._few]:
            where = place(self.result.project, entry.route) or "(default)"
            yield f"    Compose   {format_route(entry.route)}  {entry.verdict}  ({where})"
        if self._few is not None and len(asked) > self._few:
            yield f"    Compose   {len(asked) - self._few} more values (-v shows them)"
        if not asked:
            yield "    Compose   no value asks for it"

    def _image_says(self, field: FieldAt) -> str:
        """Where a user or a group is from that an image has and no Compose value names."""
        project, manifests = self.result.project, self.result.manifests
        name = field.keyed[-3] if field.keyed[-4:-3] == ("containers",) and field.keyed[-1] in ("runAsUser", "runAsGroup") else ""
        for key in manifests.services() if name else ():
            one = user_of_image(project, key) if manifests.container(key)["name"] == name else None
            if one and field.value == (one.uid if field.keyed[-1] == "runAsUser" else one.gid):
                return f"image '{image_of(project, key)}' makes it for its program: {one.source or 'converter/compose/images.yaml'}"
        return ""

    def _writer(self, field: FieldAt) -> str:
        """Who wrote a field: a rule with the lines of the overlay that set it up, or kompose."""
        kind, name, *path = field.keyed
        rule = self.result.trace.origin(str(kind), str(name)).get(tuple(path), "")
        if rule in ("", "kompose"):
            return f"by {rule or 'nobody'}"
        document = self.result.manifests.find(str(kind), str(name))
        service = self.result.manifests.service_of(document) if document else ""
        lines = self._lines.of(rule, field.resource, field.indexed[2:], service)
        said = f" as {', '.join(map(str, lines))} says" if lines else ""
        return f"by the {'patch' if rule == 'patches' else f'rule {rule}'}{said}"

    def _where(self, field: FieldAt) -> str:
        found = self._place(field.resource, field.indexed[2:])
        return f"  ({found})" if found else ""

    @cached_property
    def _fields(self) -> dict[tuple[str, ...], FieldAt]:
        every = fields(self.result, Asked(("*", "*"), about_manifests=True))
        return {tuple(map(str, field.keyed)): field for field in every}

    @cached_property
    def _behind(self) -> dict[tuple[str, ...], list[Entry]]:
        found: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for entry in self.result.entries:
            for path in entry.at:
                found[tuple(map(str, path))].append(entry)
        return found


def _short(value: Any, route: Route = (), project: Project | None = None) -> str:
    text = in_words(value, route, project)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
