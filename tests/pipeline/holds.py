"""What holds for every project that docker compose takes, said as a list of what does not."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

from converter import output, pipeline
from converter import overlay as overlays
from converter.cli.differences import differences
from converter.compose.binary import call, find_compose
from converter.compose.identity import ORDERED, canonical
from converter.compose.load import Inputs, load
from converter.compose.project import Project
from converter.errors import ConverterError
from converter.findings import Severity, format_route
from converter.intent.field import leaves
from converter.kompose.convert import convert
from converter.overlay import Overlay
from converter.pipeline import Result
from tests.pipeline import reachability
from tests.pipeline.making import Stack

CHECKS = ("schema", "api", "references", "leaks")
MAY_STOP = (
    "would both be '",
    "two objects end with the name '",
    "both end with the name '",
    "there are more services",
    "has no service that runs a container",
)
"""What the page refuses: names that collide, and a project that is nothing but what providers of docker compose run."""


class RefusedByCompose(Exception):  # noqa: N818 - no error: such a project is left out
    """docker compose does not take the project."""


def violations(stack: Stack, folder: Path, kompose: Path, kvalidate: Path | None = None) -> list[str]:
    """What does not hold of a project. Raises RefusedByCompose for one that docker compose does not take."""
    stack.write(folder)
    with chdir(folder):
        try:
            result = made(stack, kompose)
            _other_secrets(stack, folder)
            again = made(stack, kompose)
        except ConverterError as error:
            if not _taken(stack, folder):
                raise RefusedByCompose from None
            no_service = "no service is active" in error.message
            return [] if no_service or any(one in error.message for one in MAY_STOP) else [f"stops: {error}"]
        found = [*_errors(result), *_canaries(result), *_closed(result), *_deviations(result)]
        found += [f"two owners: {one}" for one in result.trace.overwrites]
        found += _idempotent(result.project, result.overlay, kompose)
        found += ["not the same bytes twice"] if _bytes(result) != _bytes(again) else []
        found += reachability.differences(result)
        found += [f"differs from itself: {one}" for one in differences(result, json.loads(json.dumps(list(result.manifests)[::-1])))]
        found += _refused_by_kubernetes(result, folder, kvalidate) if kvalidate else []
    return found


def made(stack: Stack, kompose: Path) -> Result:
    """The project of the current folder, resolved anew and converted."""
    chosen: Overlay = overlays.load(Path("overlays/any.yaml"))
    project = load(Inputs(files=stack.chain, profiles=stack.profiles), secret_names=chosen.secret_names)
    return pipeline.run(project, chosen, kompose)


def _other_secrets(stack: Stack, folder: Path) -> None:
    """Give every secret another value, with signs that mean something in a URL: nothing that is written depends on it."""
    for name, data in stack.files.items():
        if b"canary" in data:
            (folder / name).write_bytes(data.replace(b"canary", b"other/@: canary"))


def _bytes(result: Result) -> tuple[dict[str, str], str]:
    """The files of a result, and all that a report is made of."""
    return output.files(result.manifests, result.project), repr((result.entries, result.findings))


def _taken(stack: Stack, folder: Path) -> bool:
    """Whether docker compose itself takes the project."""
    profiles = [word for name in stack.profiles for word in ("--profile", name)]
    files = [word for name in stack.chain for word in ("-f", name)]
    return call(find_compose(), [*files, *profiles, "config", "--quiet"], folder, {}).status == 0


def _errors(result: Result) -> Iterator[str]:
    """Errors of our own checks."""
    for finding in result.findings:
        if finding.rule in CHECKS and finding.severity is Severity.ERROR:
            yield f"{finding.rule}: {finding.resource} {finding.path} {finding.message}"


def _canaries(result: Result) -> Iterator[str]:
    """A value of a secret in anything that is shown or written."""
    if "canary" in repr((list(result.manifests), result.findings, result.entries)):
        yield "a secret's value is in the result"


def _closed(result: Result) -> Iterator[str]:
    """Each leaf of the model under exactly one entry, each field of the manifests in at least one."""
    asked = Counter(tuple(map(str, entry.route)) for entry in result.entries if entry.verdict != "added")
    yield from (f"asked twice: {format_route(route)}" for route, number in asked.items() if number > 1)
    for route in _said(result.project):
        over = [length for length in range(1, len(route) + 1) if route[:length] in asked and not _is_membership(route, length)]
        if len(over) != 1:
            yield f"under {len(over)} entries: {format_route(route)}"
    at = {path for entry in result.entries for path in entry.at}
    for document in result.manifests:
        for path, _ in leaves(document, (document["kind"], document["metadata"]["name"])):
            if path not in at:
                yield f"in no entry: {format_route(path)}"


def _is_membership(route: tuple[str, ...], length: int) -> bool:
    """Whether an entry says that a service is on a network, beside what is said of that."""
    return route[0] == "services" and route[2] == "networks" and length == 4 < len(route)


def _said(project: Project) -> Iterator[tuple[str, ...]]:
    """The place of each leaf of the model that says something."""
    for name, service in project.services.items():
        for route in _leaves((), canonical(service)):
            yield ("services", name, *route)
    rest = {key: value for key, value in project.model.items() if key != "services" and not key.startswith("x-")}
    yield from _leaves((), canonical(rest))


def _leaves(route: tuple[str, ...], value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves((*route, str(key)), item)
    elif isinstance(value, list) and (not route or route[-1] not in ORDERED):
        for number, item in enumerate(value):
            yield from _leaves((*route, str(number)), item)
    elif value is not None and value != []:
        yield route


def _deviations(result: Result) -> Iterator[str]:
    """A value that is lost, or is something else, without a reason that the page gives."""
    for entry in result.entries:
        left_out = "depends_on" in entry.route and not any(rule.name == "startup-order" for rule in result.overlay.rules)
        if entry.verdict in ("lost", "differs") and entry.severity is Severity.ERROR and not left_out:
            yield f"{entry.verdict}: {format_route(entry.route)}: {entry.raw!r} -> {entry.got!r} {entry.why}"


def _idempotent(project: Project, overlay: Overlay, kompose: Path) -> Iterator[str]:
    """A rule that does something else the second time."""
    manifests = convert(project, kompose)
    for rule in overlay.rules:
        first = list(rule.apply(manifests, project, overlay.target))
        once = copy.deepcopy(list(manifests))
        second = list(rule.apply(manifests, project, overlay.target))
        if first != second or list(manifests) != once:
            yield f"not idempotent: {rule.name}"


def _refused_by_kubernetes(result: Result, folder: Path, kvalidate: Path) -> Iterator[str]:
    """What the API server's own validation refuses."""
    path = folder / "all.json"
    path.write_text("\n---\n".join(json.dumps(document) for document in result.manifests))
    done = subprocess.run([str(kvalidate), str(path)], capture_output=True, text=True, check=False)
    if done.returncode > 1:
        yield f"kvalidate: {done.stderr}"
        return
    reports = json.loads(done.stdout)
    for report in reports if isinstance(reports, list) else [reports]:
        for error in report.get("errors") or ():
            yield f"kvalidate: {report.get('kind')}/{report.get('name')} {error.get('field')}: {error.get('message')}"


def signature(violation: str) -> str:
    """A violation without what is peculiar to one project, to tell kinds of them apart."""
    return re.sub(r"'[^']*'|\d+", "_", violation)[:110]
