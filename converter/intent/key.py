"""What a row of KEYS is made of: how a Compose key is read back, and what may stand in the place of its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from converter.compose.project import Project, Service, Target
from converter.compose.units import canonical
from converter.compose.workloads import pod_of
from converter.findings import Route, Step

if TYPE_CHECKING:
    from converter.intent.pods import Pod
    from converter.intent.whole import Whole


class Read(NamedTuple):
    """What the manifests say: the steps that fill the wildcards of the row, and the value in Compose's words."""

    at: Route
    value: Any


class Reason(NamedTuple):
    """Why no manifest says a value: the verdict, the reason, and what to do instead."""

    verdict: str
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """A value that the Compose model asks for.

    Attributes:
        raw: the value as docker compose resolved it.
        route: where it stands, below the service; below the top level for a value of no service.
        service: key of the Compose service; "" for a value of the top level.
        project: the project.
        target: what the overlay converts for.
    """

    raw: Any
    route: Route
    service: str
    project: Project
    target: Target

    @property
    def model(self) -> Service:
        """The Compose service, or the top level of the model."""
        return self.project.services.get(self.service, {}) if self.service else self.project.model

    def element(self) -> Mapping[str, Any]:
        """The list element that the value belongs to, as `ports.80/tcp`; nothing if it belongs to none."""
        top = str(self.route[0])
        found = canonical({top: self.model.get(top)}).get(top)
        one = found.get(self.route[1]) if isinstance(found, Mapping) and len(self.route) > 1 else None
        return one if isinstance(one, Mapping) else {}

    @property
    def name(self) -> str:
        """The service's name in the cluster."""
        return self.project.name_of(self.service)


@dataclass(frozen=True)
class Fits:
    """Several values that would all do: what they are, and the test."""

    says: str
    test: Callable[[Any], bool]


Place = TypeVar("Place", "Pod", "Whole")
Reader = Callable[["Pod"], Iterator[Read]]
Why = Callable[[Asked], Reason | None]


def nothing(place: object) -> Iterator[Read]:
    """The reader of a key that no manifest can say."""
    del place
    yield from ()


def raw(asked: Asked) -> Any:
    """What is asked for, as it is."""
    return asked.raw


@dataclass(frozen=True)
class Key(Generic[Place]):
    """A row of KEYS, for a service (read from its Pod) or for the top level (read from the Whole).

    Attributes:
        read: yields what the manifests say of this key.
        want: what must be read back: a value, or Fits for several that do.
        near: how a value that was read back differs from the one asked for and what that can cause; None if it is no approximation.
        why: why nothing need stand there (not needed, refused); None if something must.
        cost: what the loss of a value costs. A row that has one makes lost and differs warnings.
        hint: what to do about a value that is lost, or that `near` lets pass.
        inert: why a value that stands there has no effect; None if it has.
        said: what a translation changes, for people; "" where both values say it.
    """

    read: Callable[[Place], Iterator[Read]] = nothing
    want: Callable[[Asked], Any] = raw
    near: Callable[[Asked, Any], str | None] | None = None
    why: Why | None = None
    cost: str = ""
    hint: str = ""
    inert: Callable[[Asked], str | None] | None = None
    said: Callable[[Asked], str] | None = None


@dataclass(frozen=True)
class Always:
    """The reason that holds for every value of a key."""

    reason: Reason

    def __call__(self, asked: Asked) -> Reason:
        """The reason."""
        del asked
        return self.reason


@dataclass(frozen=True)
class First:
    """The first reason that there is of several."""

    reasons: tuple[Why, ...]

    def __call__(self, asked: Asked) -> Reason | None:
        """The reason, or None."""
        return next((reason for why in self.reasons if (reason := why(asked)) is not None), None)


def first(*reasons: Why) -> Why:
    """The first reason that there is."""
    return First(reasons)


def not_needed(text: str) -> Why:
    """Nothing stands there because nothing has to."""
    return Always(Reason("not needed", text))


def refused(text: str, instead: str) -> Why:
    """Nothing stands there because the cluster cannot do it: why, and what to do instead."""
    return Always(Reason("refused", text, instead))


def renamed(pairs: Iterable[tuple[str, str]]) -> str:
    """What became of host names."""
    return ", ".join(dict.fromkeys(f"'{old}' is '{new}' in the cluster" for old, new in pairs))


def in_one_pod(asked: Asked) -> list[str]:
    """The other services that run in the pod of this one."""
    own = pod_of(asked.project, asked.service)
    return [other for other in asked.project.services if other != asked.service and pod_of(asked.project, other) == own]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, in type too: `1` is not `true`, `"1"` is not `1`."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and isinstance(one, str) == isinstance(other, str) and bool(one == other)


def fits(want: Any, got: Any) -> bool:
    """Whether what was read back is what was wanted."""
    return want.test(got) if isinstance(want, Fits) else same(want, got)


def one_of(*values: Any) -> Fits:
    """Any of these values."""
    return Fits(" or ".join(map(str, values)), lambda got: any(same(value, got) for value in values))


def matching(pattern: Route, route: Route) -> bool:
    """Whether a route is one of the pattern's: `*` stands for any step, `**` at the end for any number of them."""
    if pattern and pattern[-1] == "**":
        return len(route) >= len(pattern) and matching(pattern[:-1], route[: len(pattern) - 1])
    return len(pattern) == len(route) and all(step in ("*", other) for step, other in zip(pattern, route, strict=True))


def filled(pattern: Route, at: Route) -> Route:
    """The route that a pattern makes with its wildcards filled in order; what is left over goes to the end."""
    left: list[Step] = list(at)
    steps = [left.pop(0) if step == "*" and left else step for step in pattern if step != "**"]
    return (*steps, *left)
