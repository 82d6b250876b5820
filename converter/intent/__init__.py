"""A second reading: what finished manifests say, in Compose's words, by Kubernetes' rules alone. It knows nothing of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from converter.compose.project import Project, Target
from converter.findings import Route
from converter.intent.cluster import Cluster
from converter.intent.key import Key, Place, filled
from converter.intent.keys import KEYS
from converter.intent.pods import Pod, pods
from converter.intent.whole import PROJECT_KEYS, Whole

__all__ = ["KEYS", "PROJECT_KEYS", "Key", "Pod", "Reading", "Whole", "readings", "whole"]


def whole(documents: Iterable[Any], project: Project, target: Target) -> Whole:
    """Read a set of manifests, whoever wrote them: all objects, and what runs each active service. Raises for no content of theirs."""
    cluster = Cluster(documents)
    return Whole(project, target, cluster, pods(cluster, project, target))


class Reading(NamedTuple):
    """What the manifests say of one Compose value.

    Its route below the service or the top level, the value in Compose's words, and the fields that were looked at.
    """

    route: Route
    value: object
    at: tuple[Route, ...]


def readings(place: Place, table: Mapping[str, Key[Place]]) -> Iterator[Reading]:
    """Everything that the manifests say of one service, or of the top level.

    A reader is lazy: what it looked at since its last yield made the value.
    """
    for pattern, key in table.items():
        steps = tuple(pattern.split("."))
        place.seen.clear()
        for read in key.read(place):
            yield Reading(filled(steps, read.at), read.value, tuple(dict.fromkeys(place.seen)))
            place.seen.clear()
