"""What manifests say differently from a fresh run: values of the Compose file, the fields beside them, and whole objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from converter import ledger
from converter.cli.belonging import Containers, Routes
from converter.findings import Entry, Route
from converter.intent.cluster import Cluster
from converter.intent.defaults import says_nothing
from converter.intent.field import MERGE, leaves
from converter.intent.key import same
from converter.manifests import quantity
from converter.pipeline import Result

_LISTS = frozenset({*MERGE, "ports"})
QUANTITIES = frozenset({"limits", "requests", "capacity", "sizeLimit"})


@dataclass(frozen=True)
class ValueDifference:
    """A Compose value that the manifests say in another way than a run does, or not at all."""

    ours: Entry
    theirs: Entry

    @property
    def route(self) -> Route:
        """The Compose value."""
        return self.ours.route


@dataclass(frozen=True)
class FieldDifference:
    """A field of an object that both have.

    Attributes:
        field: kind, name and path, list elements by their merge key.
        ours: what a run writes there; None for nothing.
        theirs: what stands there; None for nothing.
        route: the Compose value that the field says, or the service that the object belongs to; () if neither is known.
        rule: which rule writes it; "" if none does.
        whole: the uppermost place around the field that only one side has; the field itself if both have all of it.
        at: the field by the names of the manifests, where they call a container otherwise.
        alike: whether the manifests say the Compose value as a run does, somewhere else.
    """

    field: Route
    ours: Any
    theirs: Any
    route: Route = ()
    rule: str = ""
    whole: Route = ()
    at: Route = ()
    alike: bool = False


@dataclass(frozen=True)
class ObjectDifference:
    """An object that a run writes and the manifests do not have (`missing`), or the other way round; `twice` if they have two of it."""

    kind: str
    name: str
    action: str
    route: Route = ()


Difference = ValueDifference | FieldDifference | ObjectDifference


def differences(result: Result, documents: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Hold manifests against a run: two ledgers entry by entry, then the objects that both have field by field.

    A field that a server would fill in by itself is no difference, nor is a quantity in other words.
    """
    theirs = ledger.entries(result.project, documents, result.overlay.target, result.overlay.accept)
    fresh = {entry.route: entry for entry in result.entries if entry.verdict != "added"}
    values = [
        ValueDifference(fresh[entry.route], entry)
        for entry in theirs
        if entry.verdict != "added" and entry.route in fresh and not _alike(fresh[entry.route], entry)
    ]
    told = {path for value in values for path in (*value.ours.at, *value.theirs.at)}
    around = {path[:length] for value in values if value.theirs.got is None for path in value.ours.at for length in range(3, len(path))}
    run, given = Cluster(result.manifests), Cluster(documents)
    mine, other = run.objects, given.objects
    routes, called = Routes(result, theirs), Containers(result.project, run, given)
    fields = (
        difference
        for key in mine.keys() & other.keys()
        for difference in _fields(key, mine[key], other[key], routes, called)
        if not {difference.field, difference.at} & told and not (_in_element(difference) and difference.whole in around)
    )
    beside = _beside(result, theirs, mine.keys() & other.keys())
    return [*values, *sorted([*fields, *beside], key=_order), *_objects(mine, other, routes)]


def _in_element(difference: FieldDifference) -> bool:
    """Whether the manifests lack a whole element of a list of a container, as a mount, which is told where it says a value."""
    return difference.theirs is None and difference.whole[-2:-1] != () and difference.whole[-2] in _LISTS - {"containers", "initContainers"}


def _beside(result: Result, theirs: Iterable[Entry], both: AbstractSet[tuple[str, str]]) -> Iterator[FieldDifference]:
    """What Compose has a word for but does not ask, and only one side says, or in an object that the other side has under another name."""
    ours, others, running = _added(result.entries), _added(theirs), {entry.route[:2] for entry in theirs if entry.at}
    for route in sorted({*ours, *others}, key=str):
        one, two = ours.get(route), others.get(route)
        here = two or one
        if here is None or route[:2] not in running or (one and two and same(one.got, two.got)):
            continue
        apart = [path for entry in (two, one) if entry for path in entry.at if (str(path[0]), str(path[1])) not in both]
        if apart:
            yield FieldDifference(apart[0], one.got if one else None, two.got if two else None, route, one.why if one else "")


def _added(entries: Iterable[Entry]) -> dict[Route, Entry]:
    return {entry.route: entry for entry in entries if entry.verdict == "added" and entry.route[0] == "services" and entry.at}


def _alike(ours: Entry, theirs: Entry) -> bool:
    return (ours.verdict, ours.was, ours.got) == (theirs.verdict, theirs.was, theirs.got)


def _order(difference: FieldDifference) -> tuple[list[str], list[str]]:
    return [*map(str, difference.route)], [*map(str, difference.field)]


def _fields(key: tuple[str, str], mine: Any, other: Any, routes: Routes, called: Containers) -> Iterator[FieldDifference]:
    """The leaves in which two objects of one kind and name differ."""
    ours, theirs = dict(leaves(mine, key)), {called.ours(path): value for path, value in leaves(other, key)}
    have: list[set[Route]] = []
    for field in ours.keys() | theirs.keys():
        one, two = ours.get(field), theirs.get(field)
        if field not in theirs and says_nothing(field, one):
            continue
        if field not in ours and says_nothing(field, two):
            continue
        if not _same(field, one, two):
            have = have or [{path[:length] for path in some for length in range(len(path) + 1)} for some in (ours, theirs)]
            at = called.theirs(field)
            route, rule = routes.of(field, at)
            shown = [None if value is None else ledger.field_shown(routes.project, field, value) for value in (one, two)]
            alike = (one is None or two is None) and routes.alike(route)
            yield FieldDifference(field, shown[0], shown[1], route, rule, _whole(field, have), at, alike)


def _whole(field: Route, have: Sequence[AbstractSet[Route]]) -> Route:
    """The uppermost place around a field, or the uppermost element of a list, that only one side has."""
    for length in range(3, len(field)):
        if any(field[:length] not in places for places in have) and field[length - 1] not in _LISTS:
            return field[:length]
    return field


def _same(field: Route, one: Any, two: Any) -> bool:
    if QUANTITIES & set(field) and one is not None and two is not None and (amount := quantity(one)) is not None:
        return amount == quantity(two)
    return same(one, two)


def _objects(mine: Mapping[tuple[str, str], Any], other: Mapping[tuple[str, str], Any], routes: Routes) -> Iterator[ObjectDifference]:
    """The objects that only one side has."""
    for kind, name in sorted(mine.keys() - other.keys()):
        yield ObjectDifference(kind, name, "missing", routes.owner(kind, name))
    for kind, name in sorted(other.keys() - mine.keys()):
        plain, _, number = name.rpartition("#")
        if number.isdecimal() and (kind, plain) in other:
            yield ObjectDifference(kind, plain, "twice", routes.owner(kind, plain))
        else:
            yield ObjectDifference(kind, name, "extra")
