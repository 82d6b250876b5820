"""Run kompose on the staged copy of a project and take in what it writes as a scaffold: names, kinds, containers."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.compose.workloads import pod_of
from converter.errors import ConverterError
from converter.kompose.stage import claimed, stage
from converter.manifests import WORKLOADS, Manifests, Object, pod_spec

LIMIT = 120.0
"""Seconds that kompose may take. It needs 0.05 s for 10 services and 4 s for 1,000."""

_LOG = logging.getLogger(__name__)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SAID = "-v shows what it said"
_FLAGS = ("-j", "--with-kompose-annotation=false", "--secrets-as-files")


def convert(project: Project, kompose: Path, *, limit: float = LIMIT) -> Manifests:
    """Turn `project` into the scaffold that the rules build on.

    Every active service has its container noted with `Manifests.run`; a service that shares the network of another stands in its pod.
    Objects come in the order of service, kind, name. Raises ConverterError if there is no active service, if kompose cannot be started,
    fails, takes more than `limit` seconds or writes something else than JSON objects, and if a service has not exactly one workload.
    """
    if not project.services:
        what = "service that runs a container: all have a provider" if project.provided else "active service"
        hint = "run as a service what the provider stands for" if project.provided else "services with 'profiles' need --profile NAME"
        raise ConverterError(f"project '{project.name}' has no {what}", hint=hint)
    documents = _run(json.dumps(stage(project)), kompose, limit)
    workloads = _workloads(project, documents)
    manifests = Manifests(lambda service: project.sources.locate(("services", service), project.model)[0])
    for service, document in _others(project, documents):
        manifests.add(document, service=service)
    for service, workload in workloads.items():
        host = pod_of(project, service)
        container = pod_spec(workload)["containers"][0]
        if host == service:
            manifests.add(workload, service=service)
        else:
            pod_spec(workloads[host])["containers"].append(container)
        manifests.run(service, workloads[host], container)
    return _sorted(manifests)


_OF_SCAFFOLD = ("INFO ", "WARN ")
"""What kompose says of files that nobody keeps, and of what the rules write over."""


def _run(staged: str, kompose: Path, limit: float) -> list[Object]:
    """Let kompose convert `staged` in a private folder that is gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="cdb-convert-") as folder:
        source, target = Path(folder, "compose.json"), Path(folder, "out")
        source.write_text(staged, encoding="utf-8")
        command = [str(kompose), "convert", "-f", str(source), *_FLAGS, "-o", f"{target}{os.sep}"]
        try:
            done = subprocess.run(
                command, cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            raise ConverterError(f"kompose did not end within {limit:g} seconds", hint=_other(kompose)) from None
        except OSError as error:
            raise ConverterError(f"kompose at '{kompose}' cannot be started: {error.strerror}", hint=_other(kompose)) from None
        for line in _COLOUR.sub("", done.stderr.decode(errors="replace")).splitlines():
            if not line.startswith(_OF_SCAFFOLD):
                _LOG.debug("kompose: %s", line.replace(folder, ""))
        if done.returncode:
            raise ConverterError(f"kompose ended with exit status {done.returncode}", hint=_SAID)
        return [_read(file) for file in sorted(target.glob("*.json"))]


def _environment(folder: str) -> dict[str, str]:
    """Nothing of the caller's: an empty PATH, so that kompose does not start `kompose version` three times a service."""
    system = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows starts no process without it
    return {**system, "PATH": "", "HOME": folder, "TMPDIR": folder}


def _read(file: Path) -> Object:
    """One object that kompose wrote."""
    try:
        document = json.loads(file.read_bytes())
        if isinstance(document["kind"], str) and isinstance(document["metadata"]["name"], str):
            return {"apiVersion": document["apiVersion"], **document}
    except (ValueError, LookupError, TypeError):
        pass
    raise ConverterError(f"kompose wrote '{file.name}', which is no Kubernetes object in JSON", hint="kompose 1.38 is supported")


def _workloads(project: Project, documents: list[Object]) -> dict[str, Object]:
    """The one workload of each service, by service key, reduced to its name and its container's name and image."""
    by_name: dict[str, list[Object]] = {}
    for document in documents:
        if document["kind"] in (*WORKLOADS, "Pod", "CronJob"):
            by_name.setdefault(document["metadata"]["name"], []).append(document)
    found: dict[str, Object] = {}
    for service in project.services:
        name = project.name_of(service)
        mine = by_name.get(name, [])
        if len(mine) != 1 or mine[0]["kind"] not in WORKLOADS:
            kinds = " and ".join(sorted(one["kind"] for one in mine)) or "none"
            raise ConverterError(f"kompose made not one workload for service '{service}', but {kinds}", hint=_SAID)
        found[service] = _bare(mine[0], name, service)
    return found


def _bare(workload: Object, name: str, service: str) -> Object:
    """A workload without all that a rule writes: labels, selector, replicas, strategy, volumes, and kompose's empty structures."""
    try:
        image = pod_spec(workload)["containers"][0]["image"]
    except (LookupError, TypeError):
        raise ConverterError(f"kompose made a workload without an image for service '{service}'", hint=_SAID) from None
    return {
        "apiVersion": workload["apiVersion"],
        "kind": workload["kind"],
        "metadata": {"name": name},
        "spec": {"template": {"metadata": {}, "spec": {"containers": [{"name": name, "image": image}]}}},
    }


def _others(project: Project, documents: list[Object]) -> Iterator[tuple[str, Object]]:
    """Services and claims, each with the service it belongs to: "" for a claim of several."""
    owners = {("Service", name): service for service, name in project.names.items()}
    for service, model in project.services.items():
        for volume in set(claimed(project, model)):
            claim = "PersistentVolumeClaim", kubernetes_name(volume)
            owners[claim] = service if owners.get(claim, service) == service else ""
    for document in documents:
        key = document["kind"], document["metadata"]["name"]
        if key in owners:
            yield owners[key], _pruned(document)


def _pruned(document: Object) -> Object:
    """An object without status, creationTimestamp, and the labels, annotations and selectors of kompose."""
    spec: dict[str, Any] = {key: value for key, value in document["spec"].items() if key != "selector" and value not in ({}, None)}
    return {
        "apiVersion": document["apiVersion"],
        "kind": document["kind"],
        "metadata": {"name": document["metadata"]["name"]},
        "spec": spec,
    }


def _sorted(manifests: Manifests) -> Manifests:
    """The same objects by service, kind and name."""
    ordered = Manifests(manifests.where)
    for document in sorted(manifests, key=lambda one: (manifests.service_of(one), one["kind"], one["metadata"]["name"])):
        ordered.add(document, service=manifests.service_of(document))
    for service in manifests.services():
        ordered.run(service, manifests.workload(service), manifests.container(service))
    return ordered


def _other(kompose: Path) -> str:
    """What to do about a kompose that does not work."""
    return f"is '{kompose}' kompose 1.38? --kompose names another one"
