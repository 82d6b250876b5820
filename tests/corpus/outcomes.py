"""What a set of the corpus became: everything that a claim is made about, small enough to be handed between processes."""

from __future__ import annotations

import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from converter import output, overlay, pipeline, yaml
from converter.compose.load import Inputs, load
from converter.compose.project import Project
from converter.compose.units import units
from converter.compose.workloads import pod_of
from converter.errors import ConverterError
from converter.findings import Severity, format_route
from converter.intent.field import leaves
from converter.report.view import VERDICTS
from tests.corpus.sets import Set, complaint

BARE = ("lost", "refused", "differs")
"""The verdicts that a set may have only where the page says so."""
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass
class Outcome:
    """One set under one overlay.

    Attributes:
        name: the set.
        real: whether it is somebody's project.
        overlay: "default", or "everything".
        complaint: what docker compose says: "" if it takes the set.
        error: what cdb-convert says where it cannot convert: None if it did.
        trace: the traceback of a bug.
        services: the active services.
        documents: the objects as YAML.
        objects: their number.
        verdicts: verdict -> number of entries.
        findings: severity -> number.
        faults: errors of the checks of schema, API rules and references, and fields with two owners.
        bare: (verdict, route, reason) of what is lost, refused or different.
        open_ends: values under no entry or two, and fields under none.
        same: whether a second conversion wrote the same bytes.
        seconds: how long one took.
    """

    name: str
    real: bool
    overlay: str
    complaint: str = ""
    error: ConverterError | None = None
    trace: str = ""
    services: int = 0
    documents: str = ""
    objects: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    bare: tuple[tuple[str, str, str], ...] = ()
    open_ends: tuple[str, ...] = ()
    same: bool = True
    seconds: float = 0.0

    def row(self) -> str:
        """The set as a line of the table, without the seconds."""
        cells = [self.services, self.objects, *(self.verdicts.get(one, 0) for one in VERDICTS)]
        cells += [self.findings.get(one.name.lower(), 0) for one in SEVERITIES]
        return " | ".join(["", self.name, *map(str, cells), ""]).strip()


def heading(*more: str) -> str:
    """The head of the table; `more` are further columns."""
    names = ["set", "services", "objects", *VERDICTS, *(f"{one.name.lower()}s" for one in SEVERITIES), *more]
    return f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"


def outcomes(one: Set, kompose: Path) -> list[Outcome]:
    """Convert a set with the built-in defaults, and with everything that an overlay can switch on for any project."""
    with tempfile.TemporaryDirectory() as folder, one.copied(Path(folder)):
        said = complaint(one)
        try:
            project = load(Inputs(files=one.files))
        except ConverterError as error:
            return [Outcome(one.name, one.real, "default", said, error)]
        except Exception:  # noqa: BLE001 - a bug is what is looked for
            return [Outcome(one.name, one.real, "default", said, trace=traceback.format_exc())]
        settings = {"default": {}, "everything": everything(project)}
        return [_outcome(one, said, project, overlay.build(name, data, ()), kompose) for name, data in settings.items()]


def everything(project: Project) -> dict[str, Any]:
    """An overlay that switches on what is off by default."""
    published = [key for key, service in project.services.items() if service.get("ports")]
    return {
        "network-policies": {"enabled": True},
        "environment": {"config-maps": True},
        "probes": {"liveness": {"services": "all"}},
        "exposure": {"node-ports": dict.fromkeys(published, "auto")},
    }


def _outcome(one: Set, said: str, project: Project, settings: overlay.Overlay, kompose: Path) -> Outcome:
    found = Outcome(one.name, one.real, settings.name, said, services=len(project.services))
    try:
        start = time.monotonic()
        result = pipeline.run(project, settings, kompose)
        found.seconds = time.monotonic() - start
        again = pipeline.run(load(Inputs(files=one.files)), settings, kompose)
    except ConverterError as error:
        found.error = error
        return found
    except Exception:  # noqa: BLE001 - likewise
        found.trace = traceback.format_exc()
        return found
    documents = list(result.manifests)
    found.documents, found.objects = yaml.write(documents), len(documents)
    found.verdicts = Counter(entry.verdict for entry in result.entries)
    found.findings = Counter(finding.severity.name.lower() for finding in result.findings)
    found.faults = tuple(_faults(result))
    found.bare = tuple((entry.verdict, format_route(entry.route), entry.why) for entry in result.entries if entry.verdict in BARE)
    found.open_ends = tuple(_open_ends(result))
    found.same = output.files(result.manifests, project) == output.files(again.manifests, again.project)
    return found


OF_THE_PROJECT = ("ledger", "secret-copies")
"""What an error of these tells is in the Compose project itself: the manifests are as sound as without it."""


def _faults(result: pipeline.Result) -> Iterator[str]:
    """What a check calls wrong, fields with two owners, objects with one name, services without a workload."""
    for finding in result.findings:
        if finding.severity is Severity.ERROR and finding.rule not in OF_THE_PROJECT:
            yield f"{finding.rule}: {finding.resource} {format_route(finding.route)} {finding.message}"
    for field_ in result.trace.overwrites:
        yield f"{field_.kind}/{field_.name} {field_.path}: {field_.before} and {field_.after} both write it"
    names = Counter((one["kind"], one["metadata"]["name"]) for one in result.manifests)
    yield from (f"{kind}/{name} is there {count} times" for (kind, name), count in names.items() if count > 1)
    made = {key: id(result.manifests.workload(key)) for key in result.manifests.services()}
    yield from (f"service '{key}' has no workload" for key in result.project.services if key not in made)
    pods = {pod_of(result.project, key) for key in result.project.services}
    if len(set(made.values())) != len(pods):
        yield f"{len(pods)} pods have {len(set(made.values()))} workloads"


def _open_ends(result: pipeline.Result) -> Iterator[str]:
    """Values of the model under no entry or under two, and fields of the manifests that no entry looked at."""
    routes = Counter(entry.route for entry in result.entries if entry.verdict != "added")
    yield from (f"{format_route(route)} has {count} entries" for route, count in routes.items() if count > 1)
    for key, service in result.project.services.items():
        yield from (
            f"services.{key}.{format_route(route)} has no entry" for route, _ in units(service) if ("services", key, *route) not in routes
        )
    seen = {path for entry in result.entries for path in entry.at}
    yield from _unseen(result.manifests, seen)


def _unseen(documents: Iterable[Mapping[str, Any]], seen: set[Any]) -> Iterator[str]:
    for document in documents:
        kind, name = document["kind"], document["metadata"]["name"]
        yield from (f"{format_route(path)} is in no entry" for path, _ in leaves(document, (kind, name)) if path not in seen)
