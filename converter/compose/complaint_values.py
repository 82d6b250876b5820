"""Explanations of docker compose's errors about values: what is not defined, not set, not known, not of the right kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from converter.compose.complaint_files import first
from converter.compose.mentions import dotted, mention, reference
from converter.compose.sources import Sources
from converter.errors import ConverterError

_NEWER = "if it is a key of a newer Compose, name your own docker compose with --compose or CDB_COMPOSE"


def undefined(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say what a service uses that is not defined."""
    service, kind, name = match["service"], match["kind"], match["name"].strip('"')
    where = mention(sources, ("services", service, f"{kind}s"), name)
    return ConverterError(
        f"service '{service}' uses {kind} '{name}', which is not defined", location=where, hint=f"define it under the top-level '{kind}s:'"
    )


def no_service(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which service another needs that is not defined."""
    service, name = match["service"], match["name"]
    where = mention(sources, ("services", service, "depends_on"), name, exact=True) or mention(sources, ("services", service), name)
    message = f"service '{service}' depends on service '{name}', which"
    if name in sources.service_names():
        return ConverterError(f"{message} no active profile selects", location=where, hint="name its profile with --profile")
    return ConverterError(f"{message} is not defined", location=where, hint="define it, or name the file that does with -f")


def no_value(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which variable is required."""
    name, said = match["name"], (match["said"] or "").strip()
    where = reference(sources, name, "?") or dotted(sources, match["route"])
    message = f"variable '{name}' is required and has no value" + (f": {said}" if said else "")
    return ConverterError(message, location=where, hint=f"set it in '.env', name an env file with --env-file, or give --env {name}=VALUE")


def no_format(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say where a `$` is wrong."""
    route = match["route"].rstrip(".")
    return ConverterError(
        f"'$' in '{plain(route)}' starts no valid variable",
        location=dotted(sources, route, "$"),
        hint="write '$$' for a '$' that Compose must leave alone",
    )


def no_base(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which service another extends in vain."""
    where = mention(sources, ("services", match["service"], "extends"), match["name"])
    return ConverterError(f"service '{match['service']}' extends service '{match['name']}', which does not exist", location=where)


def project_name(match: re.Match[str], _: Sources) -> ConverterError:
    """Say what a project may be called with -p or COMPOSE_PROJECT_NAME; of `name:` docker compose says it with its route."""
    hint = "use lower case letters, digits, '-' and '_', a letter or digit first"
    return ConverterError(f"'{match['name']}' is no project name", hint=hint)


def unknown_key(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which key is unknown."""
    route, key = match["route"].strip(), match["key"]
    if route == "services":
        where = dotted(sources, f"services.{key}") or first(sources)
        return ConverterError(f"'{key}' is no name for a service", location=where, hint="use letters, digits, '.', '_' and '-'")
    whole = f"{route}.{key}" if route else key
    inside = f" in '{plain(route)}'" if route else ""
    return ConverterError(
        f"docker compose does not know the key '{key}'{inside}", location=dotted(sources, whole, at_key=True), hint=_NEWER
    )


def wrong_shape(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say what a value must be."""
    route, what = match["route"], re.sub(r"^'[^']*' ", "", match["what"].splitlines()[0].strip())
    what = what.replace("a array", "a list").replace("an array", "a list").replace("a object", "a mapping")
    return ConverterError(f"'{plain(route)}' {what}", location=dotted(sources, route))


def wrong_value(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say what kind of value is wanted."""
    route = re.sub(r"\[([^\]]+)\]", r".\1", match["route"])
    kinds = {
        "boolean": "true or false",
        "Parse": "a number",
        "Atoi": "a number",
        "duration": "a duration like '30s'",
        "size": "a size like '256mb'",
        "command line": "a command line with closed quotes",
    }
    wanted = next((words for sign, words in kinds.items() if sign in match["what"]), "something else")
    return ConverterError(f"'{plain(route)}' must be {wanted}", location=dotted(sources, route))


def wrong_text(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which part of a port or volume is wrong."""
    what, value = match["what"], match["value"].strip()
    where = next(
        (
            place
            for name in sources.service_names()
            for key in ("ports", "volumes")
            if (place := mention(sources, ("services", name, key), value, exact=True))
        ),
        None,
    )
    called = {"containerPort": "container port", "hostPort": "host port", "proto": "protocol", "IP address": "address", "spec": "volume"}
    return ConverterError(f"'{value}' is not a valid {called.get(what, what)}", location=where or first(sources))


def test(_: re.Match[str], sources: Sources) -> ConverterError:
    """Say how the list of a healthcheck starts."""
    found = (mention(sources, ("services", name, "healthcheck", "test"), "", exact=True) for name in sources.service_names())
    return ConverterError(
        "the list of 'healthcheck.test' must start with CMD, CMD-SHELL or NONE", location=next(filter(None, found), first(sources))
    )


def ranges(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which two ranges do not fit."""
    target, published = match["target"], match["published"]
    found = (mention(sources, ("services", name, "ports"), f"{published}:{target}", exact=True) for name in sources.service_names())
    return ConverterError(
        f"port ranges '{published}' and '{target}' are not of one length", location=next(filter(None, found), first(sources))
    )


def nothing_to_run(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which service has no image."""
    name = match["service"]
    return ConverterError(
        f"service '{name}' has neither 'image' nor 'build'", location=dotted(sources, f"services.{name}"), hint="give it one of the two"
    )


def one_name(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which service wants several containers of one name."""
    name = match["name"]
    where = dotted(sources, f"services.{name}.container_name") or first(sources)
    hint = "leave out 'container_name': docker compose starts one container of a name"
    return ConverterError(f"service '{name}' has a 'container_name' and several replicas", location=where, hint=hint)


def shared_name(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which container name several services have; docker compose names any of them."""
    places = (dotted(sources, f"services.{name}.container_name") for name in sources.service_names())
    found = (mention(sources, ("services", name, "container_name"), match["name"], exact=True) for name in sources.service_names())
    where = next(filter(None, found), None) or next(filter(None, places), first(sources))
    hint = "a container name is one container's: change one, or select one of them with --profile"
    return ConverterError(f"several active services have the container name '{match['name']}'", location=where, hint=hint)


def cycle(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which services wait for each other."""
    names = match["names"].strip().split(" -> ")
    where = mention(sources, ("services", names[0], "depends_on"), names[1]) if len(names) > 1 else None
    return ConverterError(f"services depend on each other in a circle: {match['names'].strip()}", location=where)


def at_route(message: str) -> Callable[[re.Match[str], Sources], ConverterError]:
    """Return what says `message`, filled with the parts of the match, at the place of its route."""

    def explain(match: re.Match[str], sources: Sources) -> ConverterError:
        return ConverterError(
            message.format(**{**match.groupdict(), "route": plain(match["route"])}),
            location=dotted(sources, match["route"]) or dotted(sources, f"services.{match['route']}") or first(sources),
        )

    return explain


def plain(route: str) -> str:
    """Return a route of docker compose without list indices."""
    return re.sub(r"\.?\[\d*\]", "", route)
