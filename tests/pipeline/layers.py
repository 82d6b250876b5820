"""Random ways to write a project: fragments and anchors, `extends`, `include`, a second file with `!reset` and `!override`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from tests.pipeline import written
from tests.pipeline.making import ENVIRONMENT, Making
from tests.pipeline.services import service, some_keys
from tests.pipeline.written import MERGE, Override, Reset

Model = dict[str, Any]
SHARED = frozenset(
    {
        *("restart", "logging", "labels", "environment", "healthcheck", "stop_grace_period", "user", "tmpfs", "dns", "extra_hosts"),
        *("security_opt", "cap_drop", "read_only", "init", "volumes", "networks", "ulimits", "annotations"),
    }
)
"""Keys that people put into a fragment which several services take."""
ALONE = frozenset(
    {"links", "volumes_from", "depends_on", "networks", "network_mode", "deploy", "scale", "container_name", "profiles", "provider"}
)
"""Keys that a file which is extended or laid over another has not: they would have to fit those of the service."""


def layered(making: Making, model: Model, keys: Sequence[str]) -> tuple[str, ...]:
    """Write a project in other ways than one plain file; returns the files that are given to `-f`."""
    chain: tuple[str, ...] = ("compose.yaml",)
    plain: list[tuple[str, ...]] = [()] * len(WAYS)
    for way in making.draw(st.sampled_from([*plain, *zip(WAYS), *combinations(WAYS, 2)])):
        told = WAYS[way](making, model, keys)
        chain = chain if told is None else told
    return chain


def _fragments(making: Making, model: Model, keys: Sequence[str]) -> None:
    """Some keys of a service in a fragment `x-shared`, which it and others take by `<<`, alone or beside a second one."""
    del keys
    services = model["services"]
    name = making.draw(st.sampled_from(making.names))
    taken = {key: services[name].pop(key) for key in sorted(SHARED & services[name].keys())}
    fragment = {"x-shared": taken, "x-more": {"x-why": "a second one"}}
    rest = {key: value for key, value in model.items() if key != "services"}
    for other in making.names:
        wanted = other == name or making.draw(st.integers(0, 3)) == 3
        if wanted and (other == name or not taken.keys() & {"networks"} or "network_mode" not in services[other]):
            both = [taken, fragment["x-more"]]
            services[other] = {MERGE: making.draw(st.sampled_from([taken, both])), **services[other]}
    model.clear()
    model.update({**rest, **fragment, "services": services})


def _extends_here(making: Making, model: Model, keys: Sequence[str]) -> None:
    """A service that extends one of the same file."""
    del keys
    services = model["services"]
    if len(making.names) < 2:
        return
    base, name = making.names[0], making.names[-1]
    if "container_name" in services[base] or {"network_mode", "networks", "links"} & {*services[base], *services[name]}:
        return
    services[name]["extends"] = making.draw(st.sampled_from([base, {"service": base}]))
    making.open.add(name)


def _extends_there(making: Making, model: Model, keys: Sequence[str]) -> None:
    """A service that extends one of a file in another folder, which may extend a third."""
    name = making.draw(st.sampled_from(making.names))
    inside = Making(making.draw, ["base", "root"], making.files, making.top, at="common/")
    fit = [key for key in keys if key not in ALONE] or ["labels"]
    base, root = service(inside, "base", [], fit), service(inside, "root", [], fit)
    if making.draw(st.booleans()):
        base["extends"] = making.draw(st.sampled_from(["root", {"service": "root"}, {"file": "base.yaml", "service": "root"}]))
    making.files["common/base.yaml"] = written.text({"services": {"base": base, "root": root}})
    model["services"][name]["extends"] = {
        "file": making.draw(st.sampled_from(["common/base.yaml", "./common/base.yaml"])),
        "service": "base",
    }
    if making.draw(st.booleans()):
        model["services"][name].pop("image", None)
    making.open.add(name)


def _include(making: Making, model: Model, keys: Sequence[str]) -> None:
    """A project in another folder that is part of this one: with its own paths, variables and files."""
    names = ["inner-api", "inner_db"]
    at = making.draw(st.sampled_from(["inner/", "other/", ""]))
    inside = Making(making.draw, names, making.files, at=at, top_at=at)
    services = {name: service(inside, name, names[:place], keys) for place, name in enumerate(names)}
    for kind, found in inside.top.items():
        for name in found:
            making.top[kind].pop(name, None)
    making.files["inner/compose.yaml"] = written.text({"services": services, **{key: found for key, found in inside.top.items() if found}})
    path: Any = "inner/compose.yaml"
    if making.draw(st.booleans()):
        making.files["inner/more.yaml"] = written.text({"services": {names[0]: {"environment": {"MORE": "yes"}}}})
        path = [path, "inner/more.yaml"]
    entry: dict[str, Any] = {"path": path}
    if at != "inner/":
        entry["project_directory"] = at or "."
    if making.draw(st.booleans()):
        making.files["inner/own.env"] = ENVIRONMENT
        entry["env_file"] = making.draw(st.sampled_from(["inner/own.env", ["inner/own.env"]]))
    model["include"] = [path if entry.keys() == {"path"} and isinstance(path, str) else entry]


def _second(making: Making, model: Model, keys: Sequence[str]) -> tuple[str, ...]:
    """A file laid over the first: other values, values that are taken away, values that are replaced whole."""
    services: Model = {}
    fit = [key for key in keys if key not in ALONE] or ["labels"]
    for name in making.draw(st.lists(st.sampled_from(making.names), min_size=1, max_size=2, unique=True)):
        found = some_keys(making, {}, [], fit, 3)
        told = sorted(str(key) for key in model["services"][name] if key in fit)
        for key in making.draw(st.lists(st.sampled_from(told), min_size=1, max_size=2, unique=True)) if told else ():
            found[key] = making.draw(st.sampled_from([Reset(), Override(model["services"][name][key]), Override(found.get(key))]))
        services[name] = {key: value for key, value in found.items() if value != Override(None)}
        making.open.add(name)
    laid = making.draw(st.sampled_from(["over.yaml", "deploy/over.yaml", "compose.override.yaml"]))
    making.files[laid] = written.text({"services": services})
    return () if laid == "compose.override.yaml" else ("compose.yaml", laid)


WAYS: Mapping[str, Callable[[Making, Model, Sequence[str]], tuple[str, ...] | None]] = {
    "fragments": _fragments,
    "extends_here": _extends_here,
    "extends_there": _extends_there,
    "include": _include,
    "second": _second,
}
"""What can be done to a project."""
