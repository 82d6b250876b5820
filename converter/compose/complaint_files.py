"""Explanations of docker compose's errors about files: one that is not there, not YAML, not a Compose file, not an env file."""

from __future__ import annotations

import re
from pathlib import Path

from converter.compose.env_files import read_assignments
from converter.compose.mentions import key_on_line, mention, naming, naming_any
from converter.compose.nodes import fault, is_mapping
from converter.compose.sources import Sources
from converter.errors import ConverterError, Location


def first(sources: Sources) -> Location | None:
    """Return the first Compose file as a place."""
    return Location(sources.name(sources.files[0])) if sources.files else None


def not_yaml(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which file is not YAML."""
    for path in sources.reachable():
        if found := fault(path):
            line, column, problem = found
            hint = "save the file as UTF-8" if "UTF-8" in problem else ""
            return ConverterError(f"this is not YAML: {problem}", location=Location(sources.name(path), line, column), hint=hint)
    found_by_compose = match.groupdict()
    path = Path(found_by_compose.get("file") or sources.files[0])
    return ConverterError("this is not YAML", location=Location(sources.name(path), int(found_by_compose.get("line") or 1)))


def not_a_mapping(_: re.Match[str], sources: Sources) -> ConverterError:
    """Say which file is YAML and no Compose file."""
    wrong = [path for path in sources.reachable() if any(not is_mapping(root) for root in sources.documents(path))]
    where = Location(sources.name(wrong[0])) if wrong else first(sources)
    return ConverterError("this is not a Compose file: its top level must be a mapping with 'services:'", location=where)


def twice(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say where a key is there twice."""
    path, line, key = Path(match["file"]), int(match["line"]), match["key"]
    where = key_on_line(sources, path, line, key)
    return ConverterError(f"key '{key}' is there twice, first on line {match['first']}", location=where, hint="remove one of the two")


def env_file(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which env file of which service is not there."""
    name = Path(match["file"]).name
    for service in sources.service_names():
        for named, _ in sources.env_files(service):
            if named.name == name and not named.exists():
                return ConverterError(
                    f"env file '{sources.name(named)}' of service '{service}' does not exist",
                    location=mention(sources, ("services", service, "env_file"), name),
                    hint=f"write it, or put '{name}.example' beside it with the names and the plain values",
                )
    return ConverterError(f"env file '{name}' does not exist", location=first(sources))


def bad_env_file(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say what is wrong on which line of an env file, never what stands there."""
    path = sources.directory / match["file"]
    line = int(match["line"] or 1) if match["line"] else 1
    what = match["what"]
    if "unterminated" in what:
        opened = [item.line for item in read_assignments(path) if item.quote and not item.closed]
        line, what = (opened or [line])[0], "a quote is not closed"
    elif "directory" in what:
        what = "this is a folder"
    elif "space" in what:
        what = "this is not NAME=value: the name has a space"
    elif "template" in what.lower():
        bad = [item.line for item in read_assignments(path) if item.quote != "'" and "$" in item.value]
        line, what = (bad or [line])[0], "a '$' starts no variable here"
    else:
        what = "this is not NAME=value"
    quoting = "quote" in what or "$" in what
    return ConverterError(
        f"env file cannot be read: {what}",
        location=Location(sources.name(path), line),
        hint="quote a value that has '$', '#' or quotes with '…'" if quoting else "each line is NAME=value, a comment or empty",
    )


def no_file(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which file that another names is not there."""
    path = Path(match["file"])
    where, kind = naming(sources, path)
    called = {"include": "included file", "extends": "extended file"}
    return ConverterError(f"{called.get(kind, 'file')} '{sources.name(sources.directory / path)}' does not exist", location=where)


def anchor(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say which alias has no anchor."""
    path, line, column = next(((path, *found[:2]) for path in sources.reachable() if (found := fault(path))), (sources.files[0], 1, 1))
    return ConverterError(f"anchor '{match['name']}' is not defined before it is used", location=Location(sources.name(path), line, column))


def empty(_: re.Match[str], sources: Sources) -> ConverterError:
    """Say that a file says nothing."""
    return ConverterError("this Compose file is empty", location=first(sources), hint="a Compose file has its services under 'services:'")


def circle_of_files(match: re.Match[str], sources: Sources) -> ConverterError:
    """Say that files include or services extend each other."""
    kind = "extends" if match[0].startswith("Circular") else "include"
    return ConverterError(f"'{kind}' leads back to where it started", location=naming_any(sources, kind) or first(sources))
