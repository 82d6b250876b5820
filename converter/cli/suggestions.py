"""What `init` writes: an overlay for a new project that changes nothing yet, with what was found in it as comments to take in."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from converter.compose.build import build_of
from converter.compose.file_secrets import needed_by
from converter.compose.image_names import has_registry
from converter.compose.images import image_of
from converter.compose.ports import container_ports
from converter.compose.workloads import kind_of
from converter.findings import Severity
from converter.pipeline import Result
from converter.rules.writing.claims import claims

_WIDTH = 100
_CPU, _MEMORY = "500m", "256Mi"


def overlay(result: Result) -> str:
    """The text of an overlay for the project of a result, which is one of the built-in defaults."""
    project, target = result.project, result.overlay.target
    head = (
        f"One environment of '{project.name}': what the Compose file cannot say. Written by 'cdb-convert init', yours from now on. What is "
        "commented is a suggestion; nothing of it is needed to convert the project. 'cdb-convert rules' lists every setting, and "
        "'cdb-convert rules --schema' prints a JSON Schema for your editor."
    )
    active = {"target": {"kubernetes": _quoted(target.kubernetes), "pod-security": target.pod_security, "namespace": _namespace(result)}}
    parts = [_comment(head) + "\n", written(active)]
    before = ""
    for words, setting in suggestions(result):
        rule, text = next(iter(setting), ""), written(setting) if setting else ""
        if rule and rule == before:  # one key of the overlay, which is there once
            parts.append(f"{_comment(words)}{_commented(text.partition(chr(10))[2])}")
        else:
            parts.append(f"\n{_comment(words)}{_commented(text)}")
        before = rule
    return "".join(parts)


def suggestions(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was found in the project: words about it, and the setting that would answer it."""
    yield from _exposure(result)
    yield from _storage(result)
    yield from _users(result)
    yield from _images(result)
    yield from _healthchecks(result)
    yield from _secrets(result)
    yield from _resources(result)
    yield from _networks(result)


def _exposure(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    found = {key: model["ports"] for key, model in result.project.services.items() if model.get("ports")}
    if found:
        told = "; ".join(f"{key} {_ports(ports)}" for key, ports in found.items())
        words = f"Published ports, which nobody outside of the cluster reaches until an overlay says how: {told}. By ports of every node:"
        yield words, {"exposure": {"node-ports": dict.fromkeys(found, "auto")}}
        first = next(iter(found))
        host = f"{result.project.name_of(first)}.example.com"
        yield "or, with an ingress controller, by host names:", {"exposure": {"ingress": {"hosts": {host: first}}}}


def _ports(ports: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{port.get('published', '(any)')}->{port.get('target')}/{port.get('protocol', 'tcp')}" for port in ports)


def _storage(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    found = [claim for claim in claims(result.project) if not claim.external]
    if found:
        told = "; ".join(f"{claim.volume} of {', '.join(claim.users)}" for claim in found)
        sizes = {claim.volume: {"size": "1Gi"} for claim in found}
        yield f"Volumes that are kept. Compose names no sizes, so each claim asks for 1Gi: {told}", {"storage": {"volumes": sizes}}
        roots = {"linux": "/srv/{}", "macos": "/Users/YOU/{}", "windows": "C:/Users/YOU/{}"}
        folders = {"root": {system: root.format(result.project.name) for system, root in roots.items()}, "system": "windows"}
        yield "or, as folders of a machine that is the only node, as with Docker Desktop:", {"storage": {"host-path": folders}}


def _users(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    said = [found for found in result.findings if found.rule == "security-context" and found.severity is Severity.WARNING and found.route]
    found = sorted({str(one.route[1]) for one in said})
    if found:
        words = f"Images that start as root, or may do so, though they need not: {', '.join(found)}. A user that can run each:"
        yield words, {"security-context": {"users": {key: _quoted("1000:1000") for key in found}}}


def _images(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    project = result.project
    built = [key for key in project.services if build_of(project, key) and not has_registry(image_of(project, key))]
    loose = sorted({str(one.route[1]) for one in result.findings if one.rule == "images" and one.route})
    if built:
        words = f"Images that this project builds, and a cluster must find somewhere: {', '.join(built)}"
        yield words, {"images": {"registry": f"registry.example.com/{project.name}"}}
    if loose:
        words = f"Images without a version, of which any build may run: {', '.join(loose)}"
        yield words, {"images": {"services": dict.fromkeys(loose, "name:version")}}


def _healthchecks(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    """Services that others reach and that do not say when they are ready; a Job is never ready."""
    services = {key: model for key, model in result.project.services.items() if kind_of(result.project, key) != "Job"}
    ports = {key: container_ports(result.project, key) for key, model in services.items() if not model.get("healthcheck")}
    found = {key: [one.number for one in some if one.protocol == "TCP"] for key, some in ports.items()}
    found = {key: numbers for key, numbers in found.items() if numbers}
    http = {key: next((number for number in numbers if _speaks_http(number)), 0) for key, numbers in found.items()}
    tests = {key: {"test": _in_one_line("CMD-SHELL", f"curl -f http://localhost:{number}/")} for key, number in http.items() if number}
    if found:
        words = f"Services with a port and no healthcheck, which count as ready as soon as they run: {', '.join(found)}"
        yield words, {"probes": {"services": tests}} if tests else {}


def _speaks_http(port: int) -> bool:
    """Whether a program on that port likely speaks HTTP: the ports that web servers and frameworks commonly take."""
    return port in (80, 3000, 4200, 5000) or 8000 <= port < 9000


def _secrets(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    needed = needed_by(result.project)
    likely = sorted({str(one.route[3]) for one in result.findings if one.rule == "plain-secrets" and one.route[2] == "environment"})
    if needed or likely:
        told = "; ".join(f"{key} for {', '.join(services)}" for key, services in sorted(needed.items())) or "none so far"
        words = f"Secrets, in the one Secret '{result.project.secret_name}' that 'cdb-convert secrets' makes: {told}. If more are secret:"
        yield words, {"secrets": {"variables": likely or ["ANOTHER_NAME"]}}


def _resources(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    manifests = result.manifests
    found = [key for key in manifests.services() if not (manifests.container(key).get("resources") or {}).get("limits")]
    if found:
        words = f"Services without limits, each of which can starve its node: {', '.join(found)}"
        yield words, {"resources": {"defaults": {"cpu": _CPU, "memory": _MEMORY}}}


def _networks(result: Result) -> Iterator[tuple[str, dict[str, Any]]]:
    networks = sorted(result.project.model.get("networks") or {})
    words = f"Compose lets only members of one network talk ({', '.join(networks)}), a cluster everybody, unless policies are on:"
    if networks:
        yield words, {"network-policies": {"enabled": True}}


def _namespace(result: Result) -> str:
    return next((document["metadata"]["name"] for document in result.manifests.of_kind("Namespace")), result.project.name)


def written(data: Any) -> str:
    """Data as YAML, as people write overlays."""
    from ruamel.yaml import YAML

    yaml, stream = YAML(), io.StringIO()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 1 << 20
    yaml.dump(data, stream)
    return stream.getvalue()


def _quoted(text: str) -> Any:
    """A text in quotes, which other readers of YAML would take for a number."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return DoubleQuotedScalarString(text)


def _in_one_line(*texts: str) -> Any:
    """A list as people write arguments: in brackets."""
    from ruamel.yaml.comments import CommentedSeq

    found = CommentedSeq(texts)
    found.fa.set_flow_style()
    return found


def _comment(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _commented(text: str) -> str:
    return "".join(f"#   {line}\n" for line in text.splitlines())
