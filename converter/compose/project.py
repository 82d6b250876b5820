"""The Project: the resolved model with its secrets as markers, and what the overlay says about names, secrets and images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from converter.compose.secrets import Secrets
    from converter.compose.sources import Sources

Model = Mapping[str, Any]
"""What `docker compose config --format json` says, `$` halved, secret values replaced by markers."""
Service = Mapping[str, Any]
"""One entry of `services` of the model."""


@dataclass(frozen=True)
class Target:
    """What an overlay converts for.

    Attributes:
        kubernetes: minor version of the cluster, as "1.34".
        pod_security: level of the Pod Security Standards that pods should meet: restricted, baseline or privileged.
        namespace: name of the namespace; "" for one named like the project.
    """

    kubernetes: str = "1.34"
    pod_security: str = "restricted"
    namespace: str = ""


@dataclass(frozen=True)
class Settings:
    """What an overlay says that kompose, the rules and the ledger must all agree on.

    Attributes:
        names: Compose service key -> name of its objects in the cluster.
        registry: put before each image that this project builds, as "registry.example.com/team".
        images: Compose service key -> image to use instead.
        secret_name: name of the one Secret; "" for `<project>-secrets`.
        secret_keys: key of the Secret as derived -> key to use instead.
        jobs: Compose service key -> "job", "deployment" or "statefulset", against what is derived.
        users: Compose service key -> "uid" or "uid:gid" that its image can run as.
        outside: paths outside the project's folder, as the Compose file writes them, that may be read.
        unordered: Compose service keys that wait for nothing; "*" is all of them.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    registry: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    secret_name: str = ""
    secret_keys: Mapping[str, str] = field(default_factory=dict)
    jobs: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """A Compose project as one overlay sees it.

    Attributes:
        name: the project's name as docker compose decides it.
        directory: the project directory, absolute; every path in `model` is relative to it.
        model: the resolved model. Paths are relative to `directory`; a secret value is a marker that `secrets` knows.
        sources: finds the place where a value was written.
        secrets: the secret values: which marker stands for which key of the Secret.
        settings: the overlay's.
        warnings: what docker compose or the loading of the project had to say, as (message, hint) pairs.
        inactive: service keys that no active profile selects.
        config_texts: name of a top-level config with `environment: NAME` -> its text, which the model does not have; secrets as markers.
    """

    name: str
    directory: Path
    model: Model
    sources: Sources
    secrets: Secrets
    settings: Settings = field(default_factory=Settings)
    warnings: tuple[tuple[str, str], ...] = ()
    inactive: tuple[str, ...] = ()
    config_texts: Mapping[str, str] = field(default_factory=dict)

    def with_settings(self, settings: Settings) -> Project:
        """The same project under another overlay. Raises ConverterError if `settings.names` makes two names collide."""
        return replace(self, settings=settings)

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """The active services that run a container by key, sorted."""
        return {key: service for key, service in sorted(self.model.get("services", {}).items()) if not service.get("provider")}

    @cached_property
    def provided(self) -> Mapping[str, Service]:
        """The active services with `provider` by key, sorted: docker compose starts a program of its own for each, and no container."""
        return {key: service for key, service in sorted(self.model.get("services", {}).items()) if service.get("provider")}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Service key -> name of its objects in the cluster. Raises ConverterError if two services end with one name."""
        from converter.compose import names  # names.py reads Projects

        return names.service_names(self)

    def name_of(self, service: str) -> str:
        """The name that the objects of a service carry in the cluster."""
        return self.names[service]

    @property
    def secret_name(self) -> str:
        """Name of the one Secret that holds every secret value."""
        from converter.compose import names  # names.py reads Projects

        return self.settings.secret_name or f"{names.kubernetes_name(self.name)}-secrets"
