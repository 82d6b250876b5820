"""The rule `secrets`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal

from converter.compose.file_secrets import needed_by
from converter.compose.likely_secrets import by_value
from converter.compose.project import Project
from converter.compose.secrets import project_key
from converter.findings import Finding, Severity
from converter.manifests import Manifests, Object
from converter.rules.rule import Target
from converter.rules.writing.asked import absent
from converter.rules.writing.fields import assign
from converter.rules.writing.kinds import Name, Seconds, SecretKey
from converter.rules.writing.mounts import attach
from converter.rules.writing.secret_files import secret_files
from converter.rules.writing.variables import secret_variables


@dataclass(frozen=True)
class ExternalSecret:
    """Where the External Secrets Operator finds the values: a store, how often to look, and what holds them there.

    Attributes:
        store: name of the SecretStore.
        kind: SecretStore or ClusterSecretStore.
        refresh: how often the operator looks, as "1h".
        remote: the entry of the store whose properties are the keys; "" if each key is an entry of its own.
    """

    store: Name
    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    refresh: Seconds = "1h"
    remote: str = ""


@dataclass(frozen=True)
class Secrets:
    """Hand each container its secrets by reference.

    Why:
        No value of a secret may stand in a manifest. The one Secret of the project, `<project>-secrets` unless the overlay names it, is
        created apart, with `cdb-convert secrets | kubectl apply -f -`. Variables that are a secret come
        first in `env`: what others are composed of has to stand above them. A secret that stands only in a command or a test gets a
        variable of its own, `CDB_<KEY>`. A variable whose value must be known at one place (an image, a path, a port, a number) is plain
        there, with a warning, and a secret at every other. Each entry of Compose's `secrets` is one file at the same path, and never more
        than that file.

    Settings:
        secret: name of the Secret.
        keys: key of the Secret as derived -> key to use instead.
        variables: names of variables that are secret whatever they are called. Names that say so are known, and values that can be
            nothing else: tokens with a prefix of their issuer, private keys, password hashes, URLs with a password.
        external-secret: `{store, kind, refresh, remote}`: `cdb-convert secrets` prints an ExternalSecret that makes the Secret from
            that store, for a cluster with the External Secrets Operator; the manifests are the same.

    Example:
        environment: {PGPASSWORD: "${PGPASSWORD}"}
            ->  env: [{name: PGPASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: PGPASSWORD}}}]
        secrets: [api_key]
            ->  volumeMounts: [{name: secrets, mountPath: /run/secrets/api_key, subPath: api_key, readOnly: true}]
    """

    name: ClassVar[str] = "secrets"
    secret: Name = ""
    keys: Mapping[str, SecretKey] = field(default_factory=dict)
    variables: tuple[str, ...] = ()
    external_secret: ExternalSecret | None = None

    def apply(self, manifests: Manifests, project: Project, target: Target) -> Iterable[Finding]:
        """Write env entries with secretKeyRef, volumes and mounts of Compose secrets."""
        del target
        for key in manifests.services():
            container = manifests.container(key)
            others = [entry for entry in container.get("env", ()) if "valueFrom" not in entry]
            assign(container, "env", [*_references(project, key), *others])
            attach(manifests, key, *secret_files(project, key))
        yield from absent(self.name, "keys", self.keys, needed_by(project), "key")
        known = {name for service in project.services.values() for name in service.get("environment") or ()}
        known |= {secret.variable for secret in project.secrets.by_marker.values() if secret.variable}
        asked = [name for name in self.variables if not any(fnmatchcase(one, name) for one in known)]
        yield from absent(self.name, "variables", asked, known, "variable")
        for secret in by_value(project, self.variables):
            said = f"'{secret.variable}' is a secret by its value, which a run without that value cannot know"
            hint = f"'secrets: {{variables: [{secret.variable}]}}' in the overlay tells it"
            yield Finding(self.name, Severity.INFO, said, secret.places[0], hint=hint)

    def external(self, project: Project, namespace: str) -> Object:
        """The ExternalSecret that makes the Secret from the store that `external-secret` names, for the command `secrets`."""
        settings = self.external_secret or ExternalSecret("")
        keys = sorted({self.keys.get(key, key) for key in needed_by(project)})
        data = [
            {"secretKey": key, "remoteRef": {"key": settings.remote, "property": key} if settings.remote else {"key": key}} for key in keys
        ]
        spec = {
            "refreshInterval": settings.refresh,
            "secretStoreRef": {"name": settings.store, "kind": settings.kind},
            "target": {"name": project.secret_name, "creationPolicy": "Owner"},
            "data": data,
        }
        metadata = {"name": project.secret_name, "namespace": namespace}
        return {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": metadata, "spec": spec}


def _references(project: Project, service: str) -> list[dict[str, Any]]:
    """The env entries that carry a secret, sorted by name."""
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": project.secret_name, "key": project_key(project, secret)}}}
        for name, secret in sorted(secret_variables(project, service).items())
    ]
