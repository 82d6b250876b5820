"""What fields of manifests belong to: the Compose value behind them, their service, and the container that a run writes in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, takewhile

from converter.compose.project import Project
from converter.findings import Entry, Route
from converter.intent.cluster import TEMPLATES, Cluster
from converter.intent.pods import find_containers
from converter.pipeline import Result


class Containers:
    """Containers that run the same service in the same workload, and are called otherwise than a run calls them."""

    def __init__(self, project: Project, run: Cluster, given: Cluster) -> None:
        self._names: dict[Route, str] = {}
        mine, other = find_containers(run, project), find_containers(given, project)
        for service in mine.keys() & other.keys():
            (number, ours), (place, theirs) = mine[service], other[service]
            template = given.templates[place]
            others = [container.get("name") for container in template.containers]
            if run.templates[number].path == template.path and ours.get("name") not in others and isinstance(theirs.get("name"), str):
                self._names[(*template.path, "spec", "containers", theirs["name"])] = str(ours.get("name"))

    def ours(self, path: Route) -> Route:
        """A path of the manifests with the name that a run gives the container."""
        return next(((*old[:-1], new, *path[len(old) :]) for old, new in self._names.items() if path[: len(old)] == old), path)

    def theirs(self, path: Route) -> Route:
        """The other way round."""
        back = {(*old[:-1], new): old for old, new in self._names.items()}
        return next(((*old, *path[len(old) :]) for new, old in back.items() if path[: len(new)] == new), path)


class Routes:
    """Which Compose value a field says, in a run or in the manifests, and which rule writes it."""

    def __init__(self, result: Result, theirs: Iterable[Entry]) -> None:
        self._result = result
        self.project = result.project
        self._services = {name: key for key, name in result.project.names.items()}
        self._said: dict[Route, list[Route]] = defaultdict(list)
        both = result.entries, tuple(theirs)
        self._values = [{entry.route: (entry.verdict, entry.got) for entry in some if entry.verdict != "added"} for some in both]
        for entry in chain.from_iterable(both):
            for field in entry.at if entry.route[0] in result.project.model else ():
                self._said[field].append(entry.route)

    def of(self, field: Route, at: Route) -> tuple[Route, str]:
        """The Compose value behind a field, given as a run and as the manifests call it, or else its service; and the rule."""
        kind, name, *path = field
        rule = self._result.trace.origin(str(kind), str(name)).get(tuple(path), "")
        said = list(dict.fromkeys((*self._said.get(field, ()), *self._said.get(at, ()))))
        common = tuple(steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, zip(*said, strict=False)))
        return (common if len(common) > 2 else self.owner(str(kind), str(name), field) or common), rule

    def alike(self, route: Route) -> bool:
        """Whether a variable is the same in the manifests as in a run, wherever it stands."""
        ours, theirs = (some.get(route) for some in self._values)
        return route[2:3] == ("environment",) and ours is not None and ours == theirs

    def owner(self, kind: str, name: str, field: Route = ()) -> Route:
        """The service that an object, or a container in it, belongs to."""
        place = len(TEMPLATES.get(kind, ())) + 3
        if len(field) > place + 1 and field[place] == "containers" and str(field[place + 1]) in self._services:
            return ("services", self._services[str(field[place + 1])])
        document = self._result.manifests.find(kind, name)
        service = self._result.manifests.service_of(document) if document else ""
        return ("services", service) if service else ()
