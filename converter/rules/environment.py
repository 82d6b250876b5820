"""The rule `environment`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from converter.compose import names
from converter.compose.project import Project
from converter.findings import Finding, Severity
from converter.manifests import Manifests, pod_template
from converter.rules.rule import Target
from converter.rules.writing.dollar import with_references
from converter.rules.writing.fields import assign, upsert
from converter.rules.writing.variables import data_variables, has_clock, variables

HASH = "cdb-convert/env-hash"
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


@dataclass(frozen=True)
class Environment:
    """Give each container the variables that Compose gives it.

    Why:
        Environment variables carry addresses and passwords. A host name becomes the name of its Service in the cluster; a secret inside a
        value becomes a reference, so that no value of a secret is in a manifest (a variable that is a secret as a whole is written by the
        rule `secrets`, before all these: Kubernetes expands `$(NAME)` from what stands above). Kubernetes also turns `$$` into `$`, so
        such a `$` is doubled. `env_file` and `environment` are one by then, the latter wins. A variable that has a value nowhere is not
        set, as in Compose. PGDATA of a Postgres image becomes a folder below the mounted one: initdb cannot own the root of a claim.

    Settings:
        time-zone: TZ of services that bind /etc/localtime or /etc/timezone and set none, as Europe/Berlin.
        config-maps: true puts the plain values of each service into a ConfigMap `<name>-env`, whose hash stands on the pod, so that a
            change starts the pods anew. Values that refer to a secret stay where they are.

    Example:
        environment:                              ->  env:
          DB: postgres://app:${PW}@db_main/shop         - {name: DB, value: "postgres://app:$(PW)@db-main/shop"}
          MODE: fast                                    - {name: MODE, value: fast}
    """

    name: ClassVar[str] = "environment"
    config_maps: bool = False
    time_zone: str = ""

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write the env entries with a value, or the ConfigMaps with them and envFrom."""
        del target
        for key in manifests.services():
            container = manifests.container(key)
            given = variables(project, key, self.time_zone)
            texts = {name: names.rewrite(project, key, text, name)[0] for name, text in given.items()}
            plain = {name: text for name, text in texts.items() if self.config_maps and _fits(project, name, text)}
            composed = {name: with_references(project, key, text) for name, text in texts.items() if name not in plain}
            referring = [entry for entry in container.get("env", ()) if "valueFrom" in entry]
            assign(container, "env", [*referring, *({"name": name, "value": composed[name]} for name in sorted(composed))])
            if plain:
                _config_map(manifests, project, key, plain)
            yield from _said(project, key, given)


def _said(project: Project, key: str, given: Mapping[str, str]) -> Iterator[Finding]:
    """What the variables of a service want from the overlay or the Compose file."""
    if "TZ" not in given and has_clock(project, key):
        said = f"service '{key}' takes its time zone from the host; in the cluster it has UTC"
        yield Finding(Environment.name, Severity.INFO, said, ("services", key), hint="set 'environment: {time-zone: ...}' in the overlay")
    for name, folder in data_variables(project, key).items():
        mount = folder.rpartition("/")[0]
        if given.get(name, folder).rstrip("/") == mount:
            said = f"'{name}' of service '{key}' is '{mount}', a mount itself: its program cannot own that in a cluster"
            yield Finding(Environment.name, Severity.WARNING, said, ("services", key, "environment", name), hint=f"'{name}: {folder}'")


def _fits(project: Project, name: str, text: str) -> bool:
    """Whether a variable can stand in a ConfigMap."""
    return _KEY.fullmatch(name) is not None and not project.secrets.has(text)


def _config_map(manifests: Manifests, project: Project, key: str, data: Mapping[str, str]) -> None:
    """Put `data`, raw, into the ConfigMap of a service, and the ConfigMap into its container."""
    name = names.kubernetes_name(f"{project.name_of(key)}-env")
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": dict(sorted(data.items()))}
    upsert(manifests, document, service=key)
    manifests.container(key)["envFrom"] = [{"configMapRef": {"name": name}}]
    template = pod_template(manifests.workload(key))
    there = {source["configMapRef"]["name"] for one in template["spec"]["containers"] for source in one.get("envFrom", ())}
    contents = sorted((one, found["data"]) for one in there if (found := manifests.find("ConfigMap", one)))
    short = hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:16]
    template.setdefault("metadata", {}).setdefault("annotations", {})[HASH] = short
