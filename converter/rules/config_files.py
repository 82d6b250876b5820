"""The rule `config-files`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from converter.compose.binds import allowed
from converter.compose.names import kubernetes_name
from converter.compose.project import Project
from converter.findings import Finding, Severity
from converter.manifests import Manifests, Object, pod_spec, pod_template
from converter.rules.rule import Target
from converter.rules.writing.asked import absent, absent_services
from converter.rules.writing.bound_files import Bound, bound, groups
from converter.rules.writing.config_maps import config_maps, external, volume
from converter.rules.writing.fields import upsert
from converter.rules.writing.kinds import Mode
from converter.rules.writing.mounts import attach, distinct, mounts_of, volume_name
from converter.rules.writing.own_files import own_files
from converter.rules.writing.volume_init import copy, put_first

HASH = "cdb-convert/config-hash"
_ANNOTATIONS = 256 * 1024
"""Bytes that all annotations of an object may have together (apimachinery, pkg/api/validation)."""


@dataclass(frozen=True)
class ConfigFiles:
    """Bring the files that Compose binds from the project's folder, and its `configs`, into the cluster.

    Why:
        No node has the project's folder. Single files of a service become the ConfigMap `<name>-files`, each mounted at its place with
        subPath, so that what else the image has there stays. A folder of configuration, or of scripts for a database's first start,
        becomes a ConfigMap of its own, mounted as the folder with its sub-folders. A file that is a secret, or has one in it, is a key of
        the project's Secret. Hosts in the text get their names in the cluster. Everything is readable for all, for it belongs to root.
        A hash of it all stands on the pod, so that a change starts the pods anew. More than 1 MiB is spread over several ConfigMaps.

    Settings:
        copies: service -> path of a bound file -> mode, as "0400", for a file that the program must own or writes to: an init container
            copies it. A mongod's key file and the configuration of a Sentinel are known.
        outside: files and folders outside the project, as the Compose file writes them, that may be read: [../shared]. Others are refused.

    Example:
        volumes: [./prometheus.yml:/etc/prometheus/prometheus.yml:ro]
            ->  ConfigMap prometheus-files, volumes: [{name: config-files, configMap: {name: prometheus-files, defaultMode: 0444}}],
                volumeMounts: [{name: config-files, mountPath: /etc/prometheus/prometheus.yml, subPath: prometheus.yml, readOnly: true}]
    """

    name: ClassVar[str] = "config-files"
    copies: Mapping[str, Mapping[str, Mode]] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write ConfigMaps, their volumes and mounts, and the hash of their content."""
        del target
        contents: dict[int, list[Any]] = {}
        for key in manifests.services():
            attach(manifests, key, *external(project, key))
            together = groups(bound(project, key))
            shorts = distinct((group[0].target for group in together if group[0].folder), ("files", "copies", "env"))
            written = [one for group in together for one in _write(manifests, project, key, group, shorts.get(group[0].target, "files"))]
            targets = {one.target: one.files[0].path for group in together for one in group if not one.folder}
            asked = self.copies.get(key, {})
            yield from absent(self.name, f"copies.{key}", asked, targets, "bound file")
            if modes := own_files(project, key, iter(targets), asked):
                _copy(manifests, project, key, {target: (targets[target], mode) for target, mode in modes.items()})
            yield from _large(key, written)
            data = [[one["metadata"]["name"], one.get("data"), one.get("binaryData")] for one in written]
            contents.setdefault(id(manifests.workload(key)), []).extend(data)
        for key in manifests.services():
            if content := contents[id(manifests.workload(key))]:
                metadata = pod_template(manifests.workload(key)).setdefault("metadata", {})
                short = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
                metadata.setdefault("annotations", {})[HASH] = short
        yield from absent_services(self.name, "copies", self.copies, project)
        sources = {allowed(project, str(one.get("source"))) for key in project.services for one in mounts_of(project, key)}
        yield from absent(self.name, "outside", self.outside, sources - {""}, "bind")


def _large(key: str, written: Iterable[Object]) -> Iterator[Finding]:
    """A ConfigMap that does not fit into the annotation in which `kubectl apply` keeps what it applied last."""
    for one in written:
        size = sum(len(str(text).encode()) for field in ("data", "binaryData") for text in one.get(field, {}).values())
        if size > _ANNOTATIONS:
            said = f"ConfigMap '{one['metadata']['name']}' holds {size} bytes: only 'kubectl apply --server-side' takes it"
            yield Finding(ConfigFiles.name, Severity.INFO, said, ("services", key, "volumes"))


def _write(manifests: Manifests, project: Project, key: str, group: list[Bound], short: str) -> list[Object]:
    """Write the ConfigMaps of a group, its volume and its mounts, all called after `short`; returns the ConfigMaps."""
    files = [file for one in group for file in one.files]
    maps = config_maps(kubernetes_name(f"{project.name_of(key)}-{short}"), files)
    name = volume_name(project, key, f"config-{short}")
    mounts = [
        {"name": name, "mountPath": one.target, "readOnly": True} | ({} if one.folder else {"subPath": one.files[0].path}) for one in group
    ]
    attach(manifests, key, [{"name": name, **volume(project.secret_name, maps, files)}], mounts)
    return [upsert(manifests, document, service=key) for document in maps]


def _copy(manifests: Manifests, project: Project, key: str, copies: Mapping[str, tuple[str, int]]) -> None:
    """Mount copies instead of the files at these targets (target -> path in the volume, mode)."""
    files, name = volume_name(project, key, "config-files"), volume_name(project, key, "config-copies")
    mounts = [{"name": name, "mountPath": target, "subPath": path} for target, (path, _) in copies.items()]
    attach(manifests, key, [{"name": name, "emptyDir": {}}], mounts)
    container, modes = manifests.container(key), dict(copies.values())
    put_first(pod_spec(manifests.workload(key)), [copy(project, key, container, (files, name), modes)])
