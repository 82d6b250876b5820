"""Run docker compose once and make a Project of what it resolves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from converter.compose.binary import Answer, find_compose
from converter.compose.caller import forget
from converter.compose.env_files import is_example
from converter.compose.inputs import Inputs
from converter.compose.interpolation import defined, interpolated, markers
from converter.compose.marking import Marking, mark
from converter.compose.mentions import profiles
from converter.compose.notes import absent_files, required, stand_ins, without_services
from converter.compose.project import Project
from converter.compose.remarks import remarks
from converter.compose.run import PROBE, Run, config_variables, prepare, probe, put_texts, resolve
from converter.compose.secret_keys import Place
from converter.compose.sources import Sources
from converter.compose.standing import misplaced, plain, put
from converter.compose.standing import warnings as plain_values
from converter.errors import ConverterError, Location
from converter.findings import Route

__all__ = ["Inputs", "find_compose", "load"]

_REFERENCE = re.compile(r"\$(?:\{(\w+)(?::?[-?+][^}]*)?\}|(\w+))")


def load(inputs: Inputs, *, secret_names: Iterable[str] = (), environment: Mapping[str, str] | None = None) -> Project:
    """Resolve a project with docker compose, its secrets as markers.

    `secret_names` are names (or patterns) that the overlay calls secret; `environment` are the variables of `--env NAME=VALUE`.
    Raises ConverterError, one sentence, for everything that docker compose refuses.
    """
    run, extra = prepare(inputs, environment or {}), tuple(secret_names)
    known = markers(run.sources.reachable(), run.found.env_files, _service_files(run.sources), run.environment, extra)
    answer, given, model, places = _fitting(run, known)
    unfit, known = set(known) - set(given), given
    marking = Marking(
        {value: name for name, value in known.items()},
        extra,
        lambda route: _place(run, route, model),
        lambda route: _is_blank(run, route, model),
        lambda route, name: _file_place(run, route, name, model),
        lambda route: min(unfit & interpolated(run.sources.text(route, model) or ""), default="") if unfit else "",
    )
    callers = forget(model, run.sources)
    from_variables = _config_texts(run, model, known)
    secrets = mark(model, marking)
    texts = {name: model["configs"][name].pop("content") for name in from_variables}
    inactive = _inactive(run.sources, model)
    if not model.get("services"):
        raise _no_services(run.sources, inactive)
    warnings = [*stand_ins(run), *without_services(run), *required(run, known), *absent_files(run, model), *plain_values(places), *callers]
    warnings += remarks(answer.stderr, run.sources, run.found.env_files, extra)
    return Project(
        name=model["name"],
        directory=run.found.directory,
        model=model,
        sources=run.sources,
        secrets=secrets,
        warnings=tuple(dict.fromkeys(warnings)),
        inactive=inactive,
        config_texts=texts,
    )


def _fitting(run: Run, known: dict[str, str]) -> tuple[Answer, dict[str, str], dict[str, Any], dict[str, set[Location]]]:
    """Resolve the project; a second time for the values of secrets where no marker can stand, as in a path, which are taken from there.

    Returns the answer, the markers that docker compose takes, the model, and where the values of which variables are plain in it.
    """
    every = known
    answer, known = resolve(run, known)
    model: dict[str, Any] = json.loads(answer.stdout.replace("$$", "$"))
    places = plain(model, run.sources, set(every) - set(known))
    wrong = misplaced(model, {value: name for name, value in known.items()})
    for name, routes in wrong.items():
        located = [run.sources.locate(route, model) for route in routes]
        places[name] = {place for place, written in located if written} or {place for place, _ in located}
    if wrong:
        second, _ = resolve(run, {name: value for name, value in known.items() if name not in wrong})
        put(model, json.loads(second.stdout.replace("$$", "$")), {route for routes in wrong.values() for route in routes})
    return answer, known, model, places


def _service_files(sources: Sources) -> list[Path]:
    """Return every env file that a service of the source files names."""
    return sorted({file for name in sources.service_names() for _, file in sources.env_files(name)})


def _config_texts(run: Run, model: dict[str, Any], known: Mapping[str, str]) -> tuple[str, ...]:
    """Put the text of each config with `environment: NAME` into the model, which does not have it; return the names of those configs."""
    wanted = config_variables(model)
    if not wanted:
        return ()
    run.probe = probe(set(wanted.values()))
    answer = run.call(known)
    run.probe = ""
    if answer.status:
        return ()
    probed = json.loads(answer.stdout.replace("$$", "$"))["services"][PROBE]["environment"]
    return put_texts(model, probed)


def _place(run: Run, route: Route, model: Mapping[str, Any]) -> Place:
    """Return where a secret value is written: a variable of the project if the entry is nothing but it, else file, line and column."""
    name = str(route[-1])
    location, written = run.sources.locate(route, model)
    text = run.sources.text(route, model)
    own = {run.sources.name(file) for file in run.found.env_files}
    if run.sources.passes_through(route, model):
        return ("variable", name)
    if text is not None and (whole := _whole(text)):
        return ("variable", whole)
    if not written:
        return ("nowhere", *map(str, route))
    if location.file in own or location.file in {run.sources.name(usual) for _, usual in run.found.replaces}:
        return ("variable", name)
    return (location.file, str(location.line), str(location.column))


def _is_blank(run: Run, route: Route, model: Mapping[str, Any]) -> bool:
    """Whether the empty value of an environment entry comes from a file that only shows which values are to be set."""
    if run.sources.text(route, model) is not None:
        return False
    return is_example(Path(run.sources.locate(route, model)[0].file))


def _file_place(run: Run, route: Route, name: str, model: Mapping[str, Any]) -> Place | None:
    """Return where an env file of the service sets a variable, if the entry comes from such a file and the project does not set it."""
    if run.sources.text(route, model) is not None or name in defined(run.found.env_files, run.environment):
        return None
    for _, file in run.sources.env_files(str(route[1])):
        if item := run.sources.assignments(file).get(name):
            return (run.sources.name(file), str(item.line), str(item.column))
    return None


def _whole(text: str) -> str:
    """Return the variable that a source text is nothing but."""
    match = _REFERENCE.fullmatch(text.strip())
    return (match[1] or match[2]) if match else ""


def _inactive(sources: Sources, model: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the services that the files name and no active profile selects."""
    return tuple(sorted(set(sources.service_names()) - set(model.get("services") or {})))


def _no_services(sources: Sources, inactive: Sequence[str]) -> ConverterError:
    where = Location(sources.name(sources.files[0]))
    if inactive:
        names = ", ".join(f"'{name}'" for name in inactive)
        hint = f"name the profile with --profile; there are: {', '.join(profiles(sources))}"
        return ConverterError(f"no service is active: {names} only with a profile", location=where, hint=hint)
    return ConverterError("there are no services", location=where, hint="a Compose file has them under 'services:'")
