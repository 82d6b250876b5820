"""What every report shows of a Result: counts, and remarks with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from converter.compose.project import Project
from converter.errors import Location
from converter.findings import Entry, Finding, Route, Severity, format_route
from converter.manifests import Manifests
from converter.trace import Trace

VERDICTS = ("lost", "differs", "refused", "approximated", "accepted", "translated", "kept", "not needed", "added")
"""Every verdict, the most important first."""
NOTABLE = ("lost", "differs", "refused", "approximated")
"""The verdicts that a reviewer must see, each with its place."""
Places = Callable[[str, Route], Location | None]
"""An object, as "Deployment/redis", and a path in it -> its place in the written files."""


@dataclass(frozen=True)
class Remark:
    """One sentence about one or more values.

    Attributes:
        severity: how much it weighs.
        message: the sentence.
        hint: what to do.
        routes: the Compose values it is about, sorted.
        resources: the Kubernetes objects it is about, as "Deployment/redis", sorted.
        fields: the places in these objects, sorted; () is an object as a whole.
        lines: lines of overlays that it is about, each with what stands there, sorted.
    """

    severity: Severity
    message: str
    hint: str = ""
    routes: tuple[Route, ...] = ()
    resources: tuple[str, ...] = ()
    fields: tuple[tuple[str, Route], ...] = ()
    lines: tuple[tuple[Location, str], ...] = ()


@dataclass(frozen=True)
class View:
    """A Result as a report shows it.

    Attributes:
        project: the project, to look up lines with.
        overlay: the overlay's name.
        title: "shop -> output/lab".
        counts: verdict -> number of ledger entries.
        services: number of Compose services.
        objects: number of Kubernetes objects.
        remarks: everything to be said, errors first.
        entries: the whole ledger.
        written: where a place in an object, as "Deployment/redis", stands in the written files; None if nothing is told of them.
        manifests: the finished objects.
        findings: what is to be said, one by one.
        trace: which step wrote each field last; None if nobody knows.
    """

    project: Project
    overlay: str
    title: str
    counts: Mapping[str, int]
    services: int
    objects: int
    remarks: tuple[Remark, ...]
    entries: tuple[Entry, ...]
    written: Places | None = None
    manifests: Manifests = field(default_factory=Manifests)
    findings: tuple[Finding, ...] = ()
    trace: Trace | None = None

    @property
    def size(self) -> str:
        """As "9 services, 43 objects"."""
        counted = ((self.services, "service"), (self.objects, "object"))
        return ", ".join(f"{number} {what}{'s' if number != 1 else ''}" for number, what in counted)

    def places(self, remark: Remark) -> Iterator[tuple[str, str]]:
        """What a remark is about: each Compose value with its line, then each object with its line in the written files."""
        for route in remark.routes:
            yield str(place(self.project, route) or "(default)"), format_route(route)
        for resource, path in remark.fields:
            if self.written and (location := self.written(resource, path)):
                yield str(location), resource
        for line, setting in remark.lines:
            yield str(line), setting

    def place_of(self, found: Finding) -> Location:
        """Where a finding stands: its line of an overlay, the Compose value that it is about, else the service of its object."""
        if found.place:
            return found.place
        route, (kind, _, name) = found.route, found.resource.partition("/")
        document = self.manifests.find(kind, name) if not route else None
        if document is not None and (service := self.manifests.service_of(document)):
            route = ("services", service)
        return self.project.sources.locate(route, self.project.model)[0]

    def rules_of(self, entry: Entry) -> tuple[str, ...]:
        """The steps that wrote the fields of an entry, sorted."""
        if self.trace is None:
            return ()
        found = {self.trace.origin(str(kind), str(name)).get(tuple(path), "") for kind, name, *path in entry.at}
        return tuple(sorted(found - {""}))


def view(
    title: str,
    overlay: str,
    project: Project,
    manifests: Manifests,
    entries: tuple[Entry, ...],
    findings: Iterable[Finding],
    *,
    notes: bool = True,
    written: Places | None = None,
    trace: Trace | None = None,
) -> View:
    """Collect what a report shows.

    `notes` are those of the project, as an absent `.env`: the same for every overlay, and not for committing.
    """
    found = tuple(findings)
    told = [Remark(Severity.WARNING, message, hint) for message, hint in project.warnings if notes]
    return View(
        project=project,
        overlay=overlay,
        title=title,
        counts=Counter(entry.verdict for entry in entries),
        services=len(project.services),
        objects=len(manifests),
        remarks=tuple(folded([*told, *map(_remark, found)])),
        entries=entries,
        written=written,
        manifests=manifests,
        findings=found,
        trace=trace,
    )


def _remark(found: Finding) -> Remark:
    return Remark(
        found.severity,
        found.message,
        found.hint,
        (found.route,) if found.route else (),
        (found.resource,) if found.resource else (),
        ((found.resource, found.path),) if found.resource else (),
        ((found.place, format_route(found.setting) or "accept"),) if found.place else (),
    )


def folded(remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks that say the same of several values or objects as one; errors first, then as they were found."""
    together: dict[tuple[Severity, str, str], list[Remark]] = {}
    for remark in remarks:
        together.setdefault((remark.severity, remark.message, remark.hint), []).append(remark)
    made = [
        Remark(
            *said,
            tuple(sorted({route for one in same for route in one.routes}, key=format_route)),
            tuple(sorted({resource for one in same for resource in one.resources})),
            tuple(sorted({place for one in same for place in one.fields}, key=str)),
            tuple(sorted({line for one in same for line in one.lines})),
        )
        for said, same in together.items()
    ]
    return sorted(made, key=lambda remark: -remark.severity)


def place(project: Project, route: Route) -> Location | None:
    """Where a value was written; None for one that nobody wrote."""
    location, _ = project.sources.locate(route, project.model)
    return location
