"""Single changes of Kubernetes objects: each kind of change at each place where it can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from converter.intent.cluster import TEMPLATES

Data = dict[str, Any]

HEALTH, PORTS, ENVIRONMENT = ("healthcheck",), ("ports", "expose"), ("environment", "env_file", "secrets")
MOUNTS = ("volumes", "configs", "secrets", "tmpfs", "shm_size", "read_only", "volumes_from", "environment")
NETWORKS = ("networks", "network_mode", "ports", "depends_on")
RUNS = ("command", "entrypoint")
RESOURCES = ("deploy", "mem_limit", "mem_reservation", "cpus", "gpus")
ANY = ("*",)


Steps = tuple[str | int, ...]
Scalars = Callable[..., "Iterator[Change]"]


class Change(NamedTuple):
    """One change.

    Attributes:
        what: its kind, as "env var altered".
        keys: the Compose keys of which one must be told; `*` for any.
        place: where in the object, for people.
        make: makes the change in an object of its own.
        container: name of the container that it is in; "" for none.
    """

    what: str
    keys: tuple[str, ...]
    place: str
    make: Callable[[Data], object]
    container: str = ""


def changes(document: Data) -> Iterator[Change]:
    """Every single change that can be made to an object."""
    kind = document["kind"]
    if kind in TEMPLATES:
        yield from _workload(document)
    yield from {"Service": _service, "NetworkPolicy": _policy, "ConfigMap": _config_map, "PersistentVolumeClaim": _claim}.get(kind, _other)(
        document
    )
    yield Change(
        "label altered",
        ANY,
        "metadata.labels",
        lambda one: one["metadata"].setdefault("labels", {}).update({"app.kubernetes.io/part-of": "x"}),
    )


def at(data: Any, *path: str | int) -> Any:
    """What stands at a path; None if nothing does."""
    for step in path:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _alter(*path: str | int, by: Callable[[Any], Any]) -> Callable[[Data], object]:
    """Put another value at a path."""

    def make(document: Data) -> None:
        place = at(document, *path[:-1])
        place[path[-1]] = by(place[path[-1]])

    return make


def _drop(*path: str | int) -> Callable[[Data], object]:
    return lambda document: at(document, *path[:-1]).pop(path[-1])


def _put(*path: str | int, value: Any) -> Callable[[Data], object]:
    def make(document: Data) -> None:
        at(document, *path[:-1])[path[-1]] = value

    return make


def _more(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return [*value, "x"] if isinstance(value, list) else f"{value}x"


def _scalars(
    document: Data, what: str, keys: tuple[str, ...], *path: str | int, container: str = "", drop: bool = True
) -> Iterator[Change]:
    """Alter, and drop, the value at a path if there is one."""
    value = at(document, *path)
    if value is None or value in ({}, []):
        return
    place = ".".join(map(str, path))
    if not isinstance(value, dict) and not (isinstance(value, list) and value and isinstance(value[0], dict)):
        yield Change(f"{what} altered", keys, place, _alter(*path, by=_more), container)
    if drop:
        yield Change(f"{what} dropped", keys, place, _drop(*path), container)


def _workload(document: Data) -> Iterator[Change]:
    template = TEMPLATES[document["kind"]]
    spec = (*template, "spec")
    for number, container in enumerate(at(document, *spec, "containers") or ()):
        yield from _container(document, (*spec, "containers", number), container["name"])
    for number, one in enumerate(at(document, *spec, "initContainers") or ()):
        keys = ("depends_on",) if one["name"].startswith("wait-for-") else ("*",)
        path: Steps = (*spec, "initContainers", number)
        yield Change("wait dropped" if keys != ANY else "init container dropped", keys, ".".join(map(str, path)), _drop(*path))
        yield from _scalars(document, "wait" if keys != ANY else "init container", keys, *path, "command", drop=False)
        yield from _scalars(document, "init container image", keys, *path, "image", drop=False)
    yield from _scalars(document, "replicas", ("deploy", "scale"), "spec", "replicas", drop=False)
    for key, value in (at(document, "spec", "selector", "matchLabels") or {}).items():
        yield Change("selector altered", ANY, f"spec.selector.{key}", _put("spec", "selector", "matchLabels", key, value=f"{value}x"))
    for key in at(document, *template, "metadata", "labels") or {}:
        yield from _scalars(document, "pod label", ANY, *template, "metadata", "labels", key)
    yield from _pod(document, spec)
    yield from _scalars(document, "strategy", ("deploy", "volumes"), "spec", "strategy", "type", drop=False)
    yield from _scalars(document, "backoff limit", ("restart", "deploy"), "spec", "backoffLimit")


def _pod(document: Data, spec: tuple[str, ...]) -> Iterator[Change]:
    yield from _scalars(document, "restart policy", ("restart", "deploy"), *spec, "restartPolicy", drop=False)
    yield from _scalars(document, "grace period", ("stop_grace_period",), *spec, "terminationGracePeriodSeconds")
    yield from _scalars(document, "service links", ANY, *spec, "enableServiceLinks")
    yield from _scalars(document, "service account token", ANY, *spec, "automountServiceAccountToken")
    yield from _scalars(document, "hostname", ("hostname",), *spec, "hostname")
    for key in ("runAsUser", "runAsGroup", "fsGroup", "runAsNonRoot", "supplementalGroups", "seccompProfile"):
        yield from _scalars(document, "pod security", ("user", "group_add", "security_opt"), *spec, "securityContext", key)
    for number, alias in enumerate(at(document, *spec, "hostAliases") or ()):
        yield Change(
            "host alias altered", ("extra_hosts",), f"hostAliases.{alias['ip']}", _put(*spec, "hostAliases", number, "ip", value="10.9.9.9")
        )
        yield Change("host alias dropped", ("extra_hosts",), f"hostAliases.{alias['ip']}", _drop(*spec, "hostAliases", number))
    yield Change(
        "host alias added",
        ("extra_hosts",),
        "hostAliases",
        lambda one: at(one, *spec).setdefault("hostAliases", []).append({"ip": "10.8.8.8", "hostnames": ["new"]}),
    )
    for number, volume in enumerate(at(document, *spec, "volumes") or ()):
        path: Steps = (*spec, "volumes", number)
        yield from _scalars(document, "claim name", MOUNTS, *path, "persistentVolumeClaim", "claimName", drop=False)
        yield from _scalars(document, "config map name", MOUNTS, *path, "configMap", "name", drop=False)
        for place, _ in enumerate(at(volume, "configMap", "items") or ()):
            yield from _scalars(document, "config item", MOUNTS, *path, "configMap", "items", place, "path", drop=False)
        yield from _scalars(document, "size of memory", MOUNTS, *path, "emptyDir", "sizeLimit")
        yield Change("volume dropped", MOUNTS, f"volumes.{volume['name']}", _drop(*path))


def _container(document: Data, path: Steps, name: str) -> Iterator[Change]:
    container = at(document, *path)

    def scalars(what: str, keys: tuple[str, ...], *steps: str | int, drop: bool = True) -> Iterator[Change]:
        return _scalars(document, what, keys, *path, *steps, container=name, drop=drop)

    yield from scalars("image", ("image", "build"), "image", drop=False)
    policy = "Always" if container.get("imagePullPolicy") != "Always" else "Never"
    yield Change("pull policy altered", ("pull_policy", "image", "build"), "", _put(*path, "imagePullPolicy", value=policy), name)
    yield from _variables(scalars, container, path, name)
    yield from _opened(scalars, container, path, name)
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        yield from _probe(scalars, container, probe)
    for field in ("args", "command"):
        yield from _argv(path, container, field, name)
    yield from _allowed(scalars, container, path, name)
    for hook in ("postStart", "preStop"):
        yield from scalars("hook", ("post_start", "pre_stop", "stop_signal"), "lifecycle", hook, "exec", "command", drop=False)
    yield from scalars("working dir", ("working_dir",), "workingDir")


def _variables(scalars: Scalars, container: Data, path: Steps, name: str) -> Iterator[Change]:
    """The environment of a container."""
    for number, one in enumerate(container.get("env") or ()):
        yield from scalars("env var", ENVIRONMENT, "env", number, "value", drop=False)
        yield from scalars("secret of an env var", ENVIRONMENT, "env", number, "valueFrom", "secretKeyRef", "key", drop=False)
        yield Change("env var dropped", ENVIRONMENT, f"env.{one['name']}", _drop(*path, "env", number), name)
    new = {"name": "QUITE_NEW", "value": "1"}
    yield Change("env var added", ENVIRONMENT, "env", lambda one: at(one, *path).setdefault("env", []).append(new), name)
    for number, _ in enumerate(container.get("envFrom") or ()):
        yield Change("envFrom dropped", ENVIRONMENT, f"envFrom.{number}", _drop(*path, "envFrom", number), name)


def _opened(scalars: Scalars, container: Data, path: Steps, name: str) -> Iterator[Change]:
    """The ports and mounts of a container."""
    for number, port in enumerate(container.get("ports") or ()):
        yield from scalars("container port", PORTS, "ports", number, "containerPort", drop=False)
        yield Change("container port dropped", PORTS, f"ports.{port['containerPort']}", _drop(*path, "ports", number), name)
    for number, mount in enumerate(container.get("volumeMounts") or ()):
        here = (*path, "volumeMounts", number)
        yield from scalars("mount path", MOUNTS, "volumeMounts", number, "mountPath", drop=False)
        yield from scalars("sub path", MOUNTS, "volumeMounts", number, "subPath", drop=False)
        flip = _put(*here, "readOnly", value=not mount.get("readOnly", False))
        yield Change("readOnly altered", MOUNTS, mount["mountPath"], flip, name)
        yield Change("mount dropped", MOUNTS, mount["mountPath"], _drop(*here), name)


def _allowed(scalars: Scalars, container: Data, path: Steps, name: str) -> Iterator[Change]:
    """Whom a container runs as, what it may do, and how much of the node it gets."""
    for key in ("runAsUser", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "privileged", "runAsNonRoot"):
        what = "user" if key.startswith("runAs") else "security"
        yield from scalars(what, ("user", "security_opt", "read_only", "privileged"), "securityContext", key)
    for key in ("add", "drop"):
        yield from scalars("capability", ("cap_add", "cap_drop"), "securityContext", "capabilities", key)
    for which in ("limits", "requests"):
        for amount in at(container, "resources", which) or {}:
            value, here = {"cpu": "777m", "memory": "777Mi"}.get(amount, "7"), (*path, "resources", which, amount)
            yield Change("resource altered", RESOURCES, f"resources.{which}.{amount}", _put(*here, value=value), name)
            yield Change("resource dropped", RESOURCES, f"resources.{which}.{amount}", _drop(*here), name)


def _probe(scalars: Scalars, container: Data, probe: str) -> Iterator[Change]:
    if probe in container:
        yield from scalars("probe", HEALTH, probe)
        yield from scalars("probe argv", HEALTH, probe, "exec", "command", drop=False)
        for key in ("path", "port", "scheme"):
            yield from scalars(f"probe {key}", HEALTH, probe, "httpGet", key, drop=False)
        for key in ("periodSeconds", "timeoutSeconds", "failureThreshold"):
            yield from scalars("probe period" if key == "periodSeconds" else "probe times", HEALTH, probe, key)


def _argv(path: Steps, container: Data, field: str, name: str) -> Iterator[Change]:
    words = container.get(field)
    if not words:
        return
    what = "argument" if field == "args" else "command"
    yield Change(f"{what} altered", RUNS, field, _alter(*path, field, len(words) - 1, by=_more), name)
    yield Change(f"{what} added", RUNS, field, _alter(*path, field, by=_more), name)
    yield Change(f"{what} list dropped", RUNS, field, _drop(*path, field), name)
    if len(words) > 1:
        yield Change(f"{what} dropped", RUNS, field, _drop(*path, field, 0), name)
        if words[0] != words[1]:
            yield Change(
                f"two of {what} swapped", RUNS, field, _alter(*path, field, by=lambda found: [found[1], found[0], *found[2:]]), name
            )


def _service(document: Data) -> Iterator[Change]:
    keys = (*PORTS, "networks", "links", "container_name", "hostname", "depends_on")
    for key, value in (at(document, "spec", "selector") or {}).items():
        yield Change("selector altered", keys, f"spec.selector.{key}", _put("spec", "selector", key, value=f"{value}x"))
    for number, port in enumerate(at(document, "spec", "ports") or ()):
        place = f"spec.ports.{port['port']}"
        yield Change("port altered", PORTS, place, _alter("spec", "ports", number, "port", by=_more))
        yield Change("targetPort altered", PORTS, place, _alter("spec", "ports", number, "targetPort", by=_more))
        yield Change("port dropped", PORTS, place, _drop("spec", "ports", number))
        other = "UDP" if port.get("protocol") != "UDP" else "TCP"
        yield Change("protocol altered", PORTS, place, _put("spec", "ports", number, "protocol", value=other))
        yield from _scalars(document, "node port", PORTS, "spec", "ports", number, "nodePort", drop=False)
    yield Change(
        "type altered",
        PORTS,
        "spec.type",
        _put("spec", "type", value="LoadBalancer" if at(document, "spec", "type") != "LoadBalancer" else "NodePort"),
    )
    if at(document, "spec", "ports"):
        new = {"name": "quite-new", "port": 9, "targetPort": 9, "protocol": "TCP"}
        yield Change("port added", PORTS, "spec.ports", lambda one: one["spec"]["ports"].append(new))


def _policy(document: Data) -> Iterator[Change]:
    for side, peers in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(at(document, "spec", side) or ()):
            if rule.get(peers):
                yield Change("policy peer dropped", NETWORKS, f"spec.{side}.{number}.{peers}", _drop("spec", side, number, peers))
                yield Change(
                    "policy peer altered",
                    NETWORKS,
                    f"spec.{side}.{number}.{peers}.0",
                    _put("spec", side, number, peers, 0, "podSelector", value={"matchLabels": {"app": "x"}}),
                )
            for place, _ in enumerate(rule.get("ports") or ()):
                yield Change(
                    "policy port altered",
                    NETWORKS,
                    f"spec.{side}.{number}.ports.{place}",
                    _alter("spec", side, number, "ports", place, "port", by=_more),
                )
                yield Change(
                    "policy port dropped", NETWORKS, f"spec.{side}.{number}.ports.{place}", _drop("spec", side, number, "ports", place)
                )
        if at(document, "spec", side):
            yield Change("policy rule dropped", NETWORKS, f"spec.{side}", _drop("spec", side, 0))
    yield Change("policy selector altered", NETWORKS, "spec.podSelector", _put("spec", "podSelector", value={"matchLabels": {"app": "x"}}))


def _config_map(document: Data) -> Iterator[Change]:
    keys = MOUNTS
    for where in ("data", "binaryData"):
        for key in at(document, where) or {}:
            yield Change("config key dropped", keys, f"{where}.{key}", _drop(where, key))
            if where == "data":
                yield Change("config value altered", keys, f"{where}.{key}", _alter(where, key, by=_more))
    yield Change("config key added", keys, "data", lambda one: one.setdefault("data", {}).update({"quite-new": "1"}))


def _claim(document: Data) -> Iterator[Change]:
    yield from _scalars(document, "size of a claim", MOUNTS, "spec", "resources", "requests", "storage", drop=False)
    yield Change("access mode altered", MOUNTS, "spec.accessModes", _put("spec", "accessModes", value=["ReadWriteOncePod"]))


def _other(document: Data) -> Iterator[Change]:
    for key in sorted(set(document) - {"apiVersion", "kind", "metadata"}):
        yield Change(f"{document['kind']} altered", ANY, key, _drop(key))
