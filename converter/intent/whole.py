"""PROJECT_KEYS: the keys of the top level of a Compose file that are not of a service, and the readers of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.project import Project, Target
from converter.findings import Route
from converter.intent.cluster import Cluster
from converter.intent.container import off
from converter.intent.field import Field
from converter.intent.key import Asked, Fits, Key, Read, Reason, not_needed, one_of, refused
from converter.intent.pods import Pod
from converter.intent.policies import is_inside, near_internal, policies_select, with_doors

PART_OF = "app.kubernetes.io/part-of"
_NETWORK = "the cluster has one network; what Compose shuts off a NetworkPolicy shuts off"


@dataclass(frozen=True, eq=False)
class Whole:
    """All objects of a project, with the Pod of each service."""

    project: Project
    target: Target
    cluster: Cluster
    pods: Mapping[str, Pod]
    seen: list[Route] = field(default_factory=list)


def name(whole: Whole) -> Iterator[Read]:
    """The project's name, on whatever bears it as a label."""
    found: dict[str, list[Route]] = {}
    for kind, one in whole.cluster.objects:
        label = whole.cluster.find(kind, one, []).at("metadata", "labels", PART_OF)
        if isinstance(label.data, str):
            found.setdefault(label.data, []).append(label.path)
    for value, places in found.items():
        whole.seen[:] = places
        yield Read((), value)


def wanted_name(asked: Asked) -> Fits:
    """The name, or the one that a label can have."""
    return one_of(asked.raw, kubernetes_name(str(asked.raw)))


def internal(whole: Whole) -> Iterator[Read]:
    """Whether the members of an internal network reach nothing else, but for those who are on another one, too."""
    networks: Mapping[str, Any] = whole.project.model.get("networks") or {}
    shut = {key for key, one in networks.items() if isinstance(one, Mapping) and one.get("internal")}
    for network in shut:
        members = [pod for pod in whole.pods.values() if pod.found and network in (pod.model.get("networks") or {})]
        alone = [pod for pod in members if set(pod.model["networks"]) <= shut]
        if members and all(map(policies_select, members)):
            inside = all(map(is_inside, alone))
            yield Read((network,), (inside and with_doors(alone)) or inside)


def open_internal(asked: Asked) -> Reason | None:
    """An internal network without policies."""
    if asked.raw is False:
        return Reason("not needed", "it is off")
    return Reason("approximated", "no NetworkPolicy keeps its members from the outside", "turn on 'network-policies' in the overlay")


def external_volume(whole: Whole) -> Iterator[Read]:
    """Whether a volume's claim is left to others: one that pods use and that is not among the objects."""
    for key, one in (whole.project.model.get("volumes") or {}).items():
        claim = kubernetes_name(str(one.get("name") or key)) if isinstance(one, Mapping) else ""
        if claim:
            there = whole.cluster.find("PersistentVolumeClaim", claim, whole.seen)
            yield Read((key,), there.data is None)


def nfs(value: Callable[[Field], str]) -> Callable[[Whole], Iterator[Read]]:
    """The reader of an option of an NFS volume, from the volume that the claim names."""

    def read(whole: Whole) -> Iterator[Read]:
        for key in whole.project.model.get("volumes") or {}:
            whole.seen.clear()
            claim = whole.cluster.find("PersistentVolumeClaim", kubernetes_name(key), whole.seen)
            behind = whole.cluster.find("PersistentVolume", claim.text("spec", "volumeName"), whole.seen)
            if isinstance(behind.peek("spec", "nfs"), Mapping):
                yield Read((key,), value(behind.at("spec")))

    return read


def nfs_options(spec: Field) -> str:
    """Server and mount options as `mount -o` has them."""
    return ",".join(sorted([f"addr={spec.text('nfs', 'server')}", *spec.texts("mountOptions")]))


def wanted_options(asked: Asked) -> str:
    """Mount options in order; reading and writing is the mount's."""
    return ",".join(sorted(word for word in str(asked.raw).split(",") if word not in ("rw", "ro")))


def no_driver_option(asked: Asked) -> Reason | None:
    """Options of a volume in memory, which the mounts say; of one in a folder of the host, or on a server that nothing can name."""
    options = (asked.project.model.get("volumes") or {}).get(str(asked.route[1]), {}).get("driver_opts") or {}
    if options.get("type") == "tmpfs":
        return Reason("not needed", "the volume is memory wherever it is mounted")
    if options.get("type") == "none" or "bind" in str(options.get("o", "")).split(","):
        why = "a claim takes the folder's place, empty at first: what the folder holds is not in the cluster"
        return Reason("approximated", why, "'storage: {host-path: ...}' in the overlay puts claims into folders of the node")
    if str(options.get("type")).startswith("nfs"):
        return Reason("refused", "an NFS volume needs 'addr=' in 'o' and an absolute path as 'device'", "add what is missing")
    if options.get("type"):
        hint = f"a CSI driver can: name its class, as 'storage: {{volumes: {{{asked.route[1]}: {{storage-class: ...}}}}}}' in the overlay"
        return Reason("refused", f"no field of Kubernetes mounts a file system of type '{options['type']}' from elsewhere", hint)
    return None


def no_driver(asked: Asked) -> Reason | None:
    """The driver that every engine has."""
    return Reason("not needed", "the cluster's storage class makes the volume") if asked.raw in ("local", "") else None


def no_network_driver(asked: Asked) -> Reason | None:
    """A driver that joins containers, as every network of a cluster does."""
    if asked.raw in ("bridge", "overlay", "default", ""):
        return Reason("not needed", _NETWORK)
    if asked.raw == "none":
        return Reason("approximated", "no NetworkPolicy shuts its members off", "write 'network_mode: none' at the service")
    return Reason("refused", f"a pod cannot join a network of driver '{asked.raw}'", "a network plugin such as Multus can")


_CONTENT = not_needed("what it holds is compared where a service mounts it")

PROJECT_KEYS: Mapping[str, Key[Whole]] = {
    "name": Key(name, wanted_name, why=not_needed("it names objects in the cluster")),
    "version": Key(why=not_needed("docker compose ignores it")),
    "networks.*.name": Key(why=not_needed(_NETWORK)),
    "networks.*.driver": Key(why=no_network_driver),
    "networks.*.driver_opts.**": Key(why=not_needed("the cluster's network plugin has options of its own")),
    "networks.*.internal": Key(
        internal,
        near=near_internal,
        why=open_internal,
        hint="name that address in an 'ipBlock' by a patch, or 'startup-order: {off: [SERVICE]}' in the overlay if it need not wait",
    ),
    "networks.*.external": Key(why=not_needed("its members outside of this project are let in by 'network-policies: {external: ...}'")),
    "networks.*.attachable": Key(why=not_needed("every pod of the cluster is on its network")),
    "networks.*.enable_ipv4": Key(why=not_needed("the cluster gives each pod its address")),
    "networks.*.enable_ipv6": Key(why=not_needed("the cluster gives each pod its address")),
    "networks.*.ipam.**": Key(why=not_needed("the cluster gives each pod its address")),
    "networks.*.labels.*": Key(why=not_needed("there is no object for a network that could bear labels")),
    "volumes.*.name": Key(why=not_needed("the claim is named by the volume's key; an external one is compared where it is mounted")),
    "volumes.*.driver": Key(why=no_driver, cost="the cluster's storage class makes the volume: it is not that of this driver"),
    "volumes.*.driver_opts.type": Key(nfs(lambda _spec: "nfs"), lambda asked: str(asked.raw)[:3], why=no_driver_option),
    "volumes.*.driver_opts.device": Key(
        nfs(lambda spec: f":{spec.text('nfs', 'path')}"), lambda asked: f":{str(asked.raw).removeprefix(':')}", why=no_driver_option
    ),
    "volumes.*.driver_opts.o": Key(nfs(nfs_options), wanted_options, why=no_driver_option),
    "volumes.*.driver_opts.*": Key(why=no_driver_option, cost="the cluster's storage class makes the volume: it knows no such option"),
    "volumes.*.external": Key(external_volume, why=off),
    "volumes.*.labels.*": Key(why=not_needed("labels of a volume mean nothing to a claim")),
    "secrets.*.name": Key(why=not_needed("it is a key of the project's one Secret")),
    "secrets.*.file": Key(why=not_needed("'cdb-convert secrets' reads it when it makes the Secret")),
    "secrets.*.environment": Key(why=not_needed("'cdb-convert secrets' reads it when it makes the Secret")),
    "secrets.*.content": Key(why=not_needed("'cdb-convert secrets' reads it when it makes the Secret")),
    "secrets.*.external": Key(why=not_needed("the Secret of that name is there already, or whoever makes it makes it there")),
    "secrets.*.labels.*": Key(why=not_needed("it is a key of the project's one Secret")),
    "secrets.*.driver": Key(
        why=refused("a driver of secrets is a plugin of Docker", "the External Secrets Operator reads from other stores")
    ),
    "secrets.*.driver_opts.**": Key(
        why=refused("a driver of secrets is a plugin of Docker", "the External Secrets Operator reads from other stores")
    ),
    "secrets.*.template_driver": Key(cost="the value stands as it is written: no template is filled in"),
    "configs.*.name": Key(why=not_needed("a ConfigMap is named by the service that mounts it")),
    "configs.*.file": Key(why=_CONTENT),
    "configs.*.content": Key(why=_CONTENT),
    "configs.*.environment": Key(why=_CONTENT),
    "configs.*.external": Key(why=_CONTENT),
    "configs.*.labels.*": Key(why=not_needed("a ConfigMap is named by the service that mounts it")),
    "configs.*.template_driver": Key(cost="the content stands as it is written: no template is filled in"),
    "models.**": Key(
        why=refused("docker compose runs models on the host", "run a model server in the cluster, and give its address in the environment")
    ),
}
"""Key of the top level -> its row."""
