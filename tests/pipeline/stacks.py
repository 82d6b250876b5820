"""Random Compose projects that docker compose takes: every key of the specification, with the files that they need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.pipeline import values

Draw = Callable[[st.SearchStrategy[Any]], Any]

NAMES = ("web", "db", "redis", "My_App", "api.v1", "1st", "worker-2", "a_b", "auth" + "x" * 70, "prometheus", "cache", "web-ready")
IMAGES = (
    "nginx",
    "postgres:15-alpine",
    "redis:7-alpine",
    "example/app:1.2",
    "registry.example.com:5000/a/b@sha256:" + "0" * 64,
    "grafana/grafana:12.1.0",
    "busybox",
)
OF_THE_HOST = (
    *("/var/run/docker.sock:/var/run/docker.sock", "/etc/localtime:/etc/localtime:ro", "~/x:/x", "../y:/y", "/proc:/host/proc:ro"),
)
TMPFS = values.some({"read_only": st.booleans(), "tmpfs": values.some({"size": values.SIZE, "mode": st.sampled_from([0o1777, 0o700])})})
NETWORKS = ("front", "back_end", "Third.Net")


@dataclass(frozen=True)
class Stack:
    """A project: the model of its Compose file, the files beside it, the overlay, the profiles."""

    model: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    overlay: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        """Put everything into a folder."""
        texts = {"compose.yaml": yaml.safe_dump(dict(self.model), allow_unicode=True, sort_keys=False).encode()}
        texts["overlays/any.yaml"] = json.dumps(dict(self.overlay)).encode()
        for name, data in {**texts, **self.files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def __repr__(self) -> str:
        return f"Stack(model={self.model!r}, files={dict(self.files)!r}, overlay={self.overlay!r}, profiles={self.profiles!r})"


@dataclass
class Making:
    """A project that is being drawn: what the services so far have asked of the rest."""

    draw: Draw
    names: list[str]
    files: dict[str, bytes] = field(default_factory=dict)
    top: dict[str, dict[str, Any]] = field(default_factory=lambda: {"networks": {}, "volumes": {}, "secrets": {}, "configs": {}})
    shut: set[str] = field(default_factory=set)

    def file(self, name: str) -> str:
        """A file of the project with some content; returns its name."""
        content = st.sampled_from(
            [b"plain = 1\n", "ü db:5432 http://redis:6379/x\r\n".encode(), b"\x00\xff\x01", b"", b"#!/bin/sh\necho hi\n"]
        )
        self.files.setdefault(name, self.draw(content))
        return name

    def folder(self, name: str, *inside: str) -> str:
        """A folder with these files; returns its name."""
        for one in inside:
            self.file(f"{name}/{one}")
        return name


@st.composite
def stacks(draw: Draw) -> Stack:
    """Projects of one to six services."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    making = Making(draw, names)
    services = {name: _service(making, name, names[:place], {}) for place, name in enumerate(names)}
    _joined(making, services)
    profiles = _profiles(making, services)
    model = {"name": draw(st.sampled_from(["shop", "my_shop.1"])), "services": services}
    model |= {key: found for key, found in making.top.items() if found}
    return Stack(model, making.files, draw(overlays(names, list(making.top["volumes"]), services)), profiles)


def _service(making: Making, name: str, before: list[str], found: dict[str, Any]) -> dict[str, Any]:
    draw = making.draw
    chosen = draw(st.sets(st.sampled_from(sorted([*values.PLAIN, *RELATED])), max_size=9))
    if draw(st.booleans()):
        found["image"] = draw(st.sampled_from(IMAGES))
    else:
        _built(making, name, found)
    for key in sorted(chosen):
        if key in RELATED:
            RELATED[key](making, found, before)
        else:
            found[key] = draw(values.PLAIN[key])
    _valid(found)
    return found


def _built(making: Making, name: str, found: dict[str, Any]) -> None:
    folder = f"src{making.names.index(name)}"
    making.files[f"{folder}/Dockerfile"] = making.draw(
        st.sampled_from([b"FROM busybox\nWORKDIR /app\nCOPY . .\n", b"FROM nginx\nUSER 101\nEXPOSE 8080\n"])
    )
    found["build"] = making.draw(st.sampled_from([f"./{folder}", {"context": f"./{folder}", "args": {"A": "1"}, "target": "x"}]))


def _environment(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    found["environment"] = making.draw(values.environment(making.names))


def _env_file(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    lines = making.draw(
        st.lists(
            st.sampled_from(["A=1", "QUOTED='a b $x'", 'DOUBLE="x\\ny"', "EMPTY=", "DB_PASSWORD=canary-in-file", "# c", "export B=2"]),
            unique=True,
        )
    )
    name = f"env{len(making.files)}.env"
    making.files[name] = "\n".join([*lines, ""]).encode()
    found["env_file"] = making.draw(
        st.sampled_from([name, [name], [{"path": name, "required": True}], [name, {"path": "no.env", "required": False}]])
    )


def _command(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    found["command"] = making.draw(values.argv(making.names))


def _entrypoint(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    found["entrypoint"] = making.draw(values.argv(making.names))


def _healthcheck(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    found["healthcheck"] = making.draw(values.healthcheck(making.names))


def _depends_on(making: Making, found: dict[str, Any], before: list[str]) -> None:
    if not before:
        return
    conditions = st.sampled_from(["service_started", "service_healthy", "service_completed_successfully"])
    how = values.some({"restart": st.booleans(), "required": st.booleans()}, {"condition": conditions})
    chosen = making.draw(st.lists(st.sampled_from(before), min_size=1, max_size=3, unique=True))
    found["depends_on"] = chosen if making.draw(st.booleans()) else {name: making.draw(how) for name in chosen}


def _links(making: Making, found: dict[str, Any], before: list[str]) -> None:
    if before and "network_mode" not in found:
        other = making.draw(st.sampled_from(before))
        found["links"] = [making.draw(st.sampled_from([other, f"{other}:linked", f"{other}:Linked_x"]))]


def _networks(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(NETWORKS), min_size=1, max_size=3, unique=True))
    told = values.some({"internal": st.booleans(), "driver": st.just("bridge"), "attachable": st.booleans(), "labels": st.just({"a": "b"})})
    for name in chosen:
        making.top["networks"].setdefault(name, making.draw(st.one_of(told, st.none(), st.just({"external": True}))))
    aliases = st.lists(st.sampled_from(["alias1", "the_alias", "database"]), min_size=1, max_size=2, unique=True)
    how = values.some({"aliases": aliases, "priority": st.integers(0, 9)}) | st.none()
    found["networks"] = chosen if making.draw(st.booleans()) else {name: making.draw(how) for name in chosen}


def _secrets(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(["token", "my_key", "env_secret"]), min_size=1, max_size=2, unique=True))
    for name in chosen:
        told: dict[str, Any] = {"environment": "A_VALUE"} if name == "env_secret" else {"file": f"./{name}.txt"}
        told = making.draw(st.sampled_from([told, told, told, {"external": True}]))
        making.top["secrets"][name] = told
        if "file" in told:
            making.files[f"{name}.txt"] = b"canary-of-a-file"
    mode = st.sampled_from([0o400, "0440", 0o444])
    targets = {"token": "/etc/token", "my_key": "keys/my.key", "env_secret": "other"}
    long = {
        name: values.some({"target": st.just(targets[name]), "mode": mode, "uid": st.just("1000")}, {"source": st.just(name)})
        for name in chosen
    }
    found["secrets"] = [making.draw(long[name] | st.just(name)) for name in chosen]


def _configs(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(["motd", "app_conf", "from_env", "outer"]), min_size=1, max_size=2, unique=True))
    for name in chosen:
        if name == "motd":
            making.top["configs"][name] = {"content": making.draw(values.WORDS.map(values.written).filter(bool))}
        elif name == "from_env":
            making.files[".env"] = b"FROM_ENV=a b: c\n"
            making.top["configs"][name] = {"environment": "FROM_ENV"}
        elif name == "outer":
            making.top["configs"][name] = {"external": True}
        else:
            making.top["configs"][name] = {"file": f"./{making.file('app.conf')}"}
    long = {name: values.some({"target": st.just(f"/etc/{name}"), "mode": st.just(0o440)}, {"source": st.just(name)}) for name in chosen}
    found["configs"] = [making.draw(long[name] | st.just(name)) for name in chosen]


def _volumes(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    found["volumes"] = [_mount(making, place) for place in range(making.draw(st.integers(1, 3)))]


def _mount(making: Making, place: int) -> Any:
    """An entry of `volumes` of any kind, with the file that it needs."""
    draw, target = making.draw, f"/mnt/m{place}"
    kinds: dict[str, Callable[[], Any]] = {
        "named": lambda: f"{_volume(making)}:{target}{draw(st.sampled_from(['', ':ro', ':rw', ':nocopy']))}",
        "anonymous": lambda: target,
        "absent": lambda: f"./data{place}:{target}",
        "host": lambda: draw(st.sampled_from(OF_THE_HOST)),
        "file": lambda: f"./{making.file('conf/one.conf')}:{draw(st.sampled_from([target, f'/etc/one{place}.conf']))}",
        "folder": lambda: f"./{making.folder('conf', 'one.conf', 'sub/two.yml')}:{target}{draw(st.sampled_from(['', ':ro']))}",
        "init": lambda: f"./{making.folder('initdb', '1.sql')}:{'/docker-entrypoint-initdb.d' if place == 0 else target}",
        "source": lambda: f"./{making.folder('src0', 'app.py')}:{'/app' if place == 0 else target}",
        "tmpfs": lambda: {"type": "tmpfs", "target": target, **draw(TMPFS)},
        "long": lambda: _long_mount(making, target),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]()


def _long_mount(making: Making, target: str) -> dict[str, Any]:
    if making.draw(st.booleans()):
        extra = values.some({"read_only": st.booleans(), "volume": values.some({"nocopy": st.booleans(), "subpath": st.just("sub/x")})})
        return {"type": "volume", "source": _volume(making), "target": target, **making.draw(extra)}
    extra = values.some(
        {"read_only": st.booleans(), "bind": values.some({"create_host_path": st.booleans(), "propagation": st.just("rprivate")})}
    )
    return {"type": "bind", "source": f"./{making.file('conf/one.conf')}", "target": target, **making.draw(extra)}


def _volume(making: Making) -> str:
    told = {
        "data": None,
        "db_data": {"labels": {"a": "b"}},
        "Outer.Vol": {"external": True},
        "named": {"name": "real_name", "external": True},
        "mem": {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=100m,uid=1000"}},
        "nfs": {"driver": "local", "driver_opts": {"type": "nfs", "o": "addr=10.0.0.8,nolock,rw", "device": ":/export"}},
        "own": {"driver": "local", "driver_opts": {"type": "none", "o": "bind", "device": "/srv/x"}},
    }
    name: str = making.draw(st.sampled_from(sorted(told)))
    making.top["volumes"][name] = told[name]
    return name


def _volumes_from(making: Making, found: dict[str, Any], before: list[str]) -> None:
    if before:
        found["volumes_from"] = [making.draw(st.sampled_from(before)) + making.draw(st.sampled_from(["", ":ro"]))]


def _label_file(making: Making, found: dict[str, Any], before: list[str]) -> None:
    del before
    making.files["some.labels"] = b"from.a.file=1\nteam=x y\n"
    found["label_file"] = making.draw(st.sampled_from(["some.labels", ["some.labels"]]))


RELATED: Mapping[str, Callable[[Making, dict[str, Any], list[str]], None]] = {
    "environment": _environment,
    "env_file": _env_file,
    "command": _command,
    "entrypoint": _entrypoint,
    "healthcheck": _healthcheck,
    "depends_on": _depends_on,
    "links": _links,
    "networks": _networks,
    "secrets": _secrets,
    "configs": _configs,
    "volumes": _volumes,
    "volumes_from": _volumes_from,
    "label_file": _label_file,
}
"""Keys of a service whose values need services, files or something of the top level."""


def _valid(found: dict[str, Any]) -> None:
    """Take out what docker compose refuses in one service."""
    deploy = found.get("deploy") or {}
    resources = deploy.get("resources") or {}
    if resources:
        for key in ("mem_limit", "cpus", "mem_reservation", "pids_limit"):
            found.pop(key, None)
    if found.get("healthcheck", {}).get("start_interval") and "start_period" not in found["healthcheck"]:
        found["healthcheck"].pop("start_interval")
    if not found.get("healthcheck", {"": ""}):
        found.pop("healthcheck")


def _joined(making: Making, services: dict[str, dict[str, Any]]) -> None:
    """Names, numbers and network modes: what depends on the rest of a service."""
    draw, names = making.draw, making.names
    for place, name in enumerate(names):
        found = services[name]
        mode = draw(st.sampled_from([None, None, None, None, "none", "host", "bridge", "service"]))
        if mode and "networks" not in found and "links" not in found:
            hosts = [other for other in names[:place] if services[other].get("network_mode", "none") != "host"] if mode == "service" else []
            if mode != "service":
                found["network_mode"] = mode
            elif hosts:
                found["network_mode"] = f"service:{draw(st.sampled_from(hosts))}"
                for key in ("ports", "expose", "hostname", "extra_hosts", "dns", "dns_search", "dns_opt", "domainname"):
                    found.pop(key, None)
        number = draw(st.sampled_from([None, None, None, 0, 2, 3]))
        if number is not None and (found.get("deploy") or {}).get("mode") != "global":
            if draw(st.booleans()):
                found["scale"] = number
            else:
                found["deploy"] = {**(found.get("deploy") or {}), "replicas": number}
        elif draw(st.integers(0, 3)) == 3:
            found["container_name"] = draw(st.sampled_from([f"c{place}", f"Con_tainer{place}", f"{place}.x"]))


def _profiles(making: Making, services: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Give a service that nobody names a profile, which is active or not."""
    last = making.names[-1]
    if len(services) > 1 and making.draw(st.integers(0, 4)) == 4:
        services[last]["profiles"] = ["debug", "more"]
        return making.draw(st.sampled_from([(), ("debug",)]))  # type: ignore[no-any-return]  # what a strategy draws is Any
    return ()


def overlays(names: list[str], volumes: list[str], services: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """The built-in defaults, or some settings."""
    published = [name for name in names if _has_ports(services[name])]
    healthy = [name for name in names if _has_test(services[name])]
    parts: dict[str, values.Strategy] = {
        "target": values.some(
            {
                "pod-security": st.sampled_from(["restricted", "baseline", "privileged"]),
                "namespace": st.just("elsewhere"),
                "kubernetes": st.sampled_from(["1.34", "1.31"]),
            }
        ),
        "network-policies": st.just({"enabled": True}),
        "environment": st.just({"config-maps": True}),
        "storage": values.some({"size": st.just("2Gi"), "access-mode": st.just("ReadWriteMany"), "fix-ownership": st.booleans()}),
        "resources": st.just({"defaults": {"cpu": "250m", "memory": "128Mi"}}),
        "images": st.just({"registry": "registry.example.com/team", "pull-secrets": ["regcred"]}),
        "secrets": st.just({"secret": "the-secret"}),
        "lifecycle": st.just({"disruption-budgets": True}),
        "startup-order": st.sampled_from(["off", {"started-timeout": "5s"}]),
    }
    if published:
        parts["exposure"] = st.sampled_from([{"node-ports": dict.fromkeys(published, "auto")}, {"load-balancers": published}])
    if healthy:
        parts["probes"] = st.just({"liveness": {"services": healthy}})
    if volumes:
        parts["storage"] |= st.just({"host-path": {"root": "/srv/volumes", "storage-class": "manual"}})
    return st.just({}) | values.some(parts)


def _has_ports(service: Mapping[str, Any]) -> bool:
    return bool(service.get("ports")) and "network_mode" not in service and "profiles" not in service


def _has_test(service: Mapping[str, Any]) -> bool:
    test = (service.get("healthcheck") or {}).get("test")
    return bool(test) and test != ["NONE"] and "profiles" not in service
