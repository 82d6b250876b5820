"""Random values of the keys of a service that need services, files or something of the top level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.pipeline import rare, values
from tests.pipeline.basics import PAIRS, SIZE, some
from tests.pipeline.making import Making
from tests.pipeline.tops import config, network, secret, volume

Found = dict[str, Any]
OF_THE_HOST = (
    *("/var/run/docker.sock:/var/run/docker.sock", "/etc/localtime:/etc/localtime:ro", "~/x:/x", "../y:/y", "/proc:/host/proc:ro"),
)
TMPFS = some({"read_only": st.booleans(), "tmpfs": some({"size": SIZE, "mode": st.sampled_from([0o1777, 0o700])})})
DOCKERFILES = st.sampled_from([b"FROM busybox\nWORKDIR /app\nCOPY . .\n", b"FROM nginx\nUSER 101\nEXPOSE 8080\n"])
ON_A_NETWORK = some(
    {
        "aliases": st.lists(st.sampled_from(["alias1", "the_alias", "database"]), min_size=1, max_size=2, unique=True),
        "priority": st.integers(0, 9),
        "gw_priority": st.integers(0, 9),
        "ipv4_address": st.just("172.28.0.5"),
        "ipv6_address": st.just("2001:db8::5"),
        "link_local_ips": st.just(["57.123.22.11"]),
        "mac_address": st.just("02:42:ac:11:65:44"),
        "interface_name": st.just("eth7"),
        "driver_opts": st.just({"a": "b"}),
    }
)


def build(making: Making, name: str, found: Found) -> None:
    """How the image is built: a folder with a Dockerfile, and all that one can say beside it."""
    folder = f"src{making.names.index(name)}"
    making.put(f"{folder}/Dockerfile", making.draw(DOCKERFILES))
    if making.draw(st.booleans()):
        found["build"] = f"./{folder}"
        return
    found["build"] = {"context": f"./{folder}", **making.draw(rare.BUILD)}
    if "dockerfile_inline" in found["build"]:
        found["build"].pop("dockerfile", None)
    if making.draw(st.integers(0, 4)) == 4:
        found["build"]["secrets"] = making.draw(rare.BUILD_SECRETS)
        secret(making, "token")


def _environment(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["environment"] = making.draw(values.environment(making.names))


def _env_file(making: Making, found: Found, before: list[str]) -> None:
    del before
    lines = making.draw(
        st.lists(
            st.sampled_from(["A=1", "QUOTED='a b $x'", 'DOUBLE="x\\ny"', "EMPTY=", "DB_PASSWORD=canary-in-file", "# c", "export B=2"]),
            unique=True,
        )
    )
    name = f"env{len(making.files)}.env"
    absent = {"path": "no.env", "required": False}
    forms: list[Any] = [name, [name], [{"path": name, "required": True}], [name, absent], [{"path": name, "format": "raw"}]]
    found["env_file"] = making.draw(st.sampled_from(forms))
    if found["env_file"] == forms[-1]:
        lines = [line for line in lines if " " not in line]
    making.put(name, "\n".join([*lines, ""]).encode())


def _command(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["command"] = making.draw(values.argv(making.names))


def _entrypoint(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["entrypoint"] = making.draw(values.argv(making.names))


def _healthcheck(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["healthcheck"] = making.draw(values.healthcheck(making.names))


def _depends_on(making: Making, found: Found, before: list[str]) -> None:
    if not before:
        return
    conditions = st.sampled_from(["service_started", "service_healthy", "service_completed_successfully"])
    how = some({"restart": st.booleans(), "required": st.booleans()}, {"condition": conditions})
    chosen = making.draw(st.lists(st.sampled_from(before), min_size=1, max_size=3, unique=True))
    found["depends_on"] = chosen if making.draw(st.booleans()) else {name: making.draw(how) for name in chosen}


def _links(making: Making, found: Found, before: list[str]) -> None:
    if before and "network_mode" not in found:
        other = making.draw(st.sampled_from(before))
        found["links"] = [making.draw(st.sampled_from([other, f"{other}:linked", f"{other}:Linked_x"]))]


def _networks(making: Making, found: Found, before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(["front", "back_end", "Third.Net", "default"]), min_size=1, max_size=3, unique=True))
    for name in chosen:
        network(making, name)
    found["networks"] = chosen if making.draw(st.booleans()) else {name: making.draw(ON_A_NETWORK | st.none()) for name in chosen}


def _secrets(making: Making, found: Found, before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(["token", "my_key", "env_secret"]), min_size=1, max_size=2, unique=True))
    for name in chosen:
        secret(making, name)
    targets = {"token": "/etc/token", "my_key": "keys/my.key", "env_secret": "other"}
    owner = {"uid": st.just("1000"), "gid": st.just("1000"), "mode": st.sampled_from([0o400, "0440", 0o444])}
    long = {name: some({"target": st.just(targets[name]), **owner}, {"source": st.just(name)}) for name in chosen}
    found["secrets"] = [making.draw(long[name] | st.just(name)) for name in chosen]


def _configs(making: Making, found: Found, before: list[str]) -> None:
    del before
    chosen = making.draw(st.lists(st.sampled_from(["motd", "app_conf", "from_env", "outer"]), min_size=1, max_size=2, unique=True))
    for name in chosen:
        config(making, name)
    owner = {"uid": st.just("1000"), "gid": st.just("1000"), "mode": st.just(0o440)}
    long = {name: some({"target": st.just(f"/etc/{name}"), **owner}, {"source": st.just(name)}) for name in chosen}
    found["configs"] = [making.draw(long[name] | st.just(name)) for name in chosen]


def _volumes(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["volumes"] = [_mount(making, place) for place in range(making.draw(st.integers(1, 3)))]


def _mount(making: Making, place: int) -> Any:
    """An entry of `volumes` of any kind, with the file that it needs."""
    draw, target = making.draw, f"/mnt/m{place}"
    kinds: dict[str, Callable[[], Any]] = {
        "named": lambda: f"{volume(making)}:{target}{draw(st.sampled_from(['', ':ro', ':rw', ':nocopy']))}",
        "anonymous": lambda: target,
        "absent": lambda: f"{draw(st.sampled_from([f'./data{place}', f'${{DATA_DIR:-./data{place}}}']))}:{target}",
        "host": lambda: draw(st.sampled_from(OF_THE_HOST)),
        "file": lambda: f"./{making.file('conf/one.conf')}:{draw(st.sampled_from([target, f'/etc/one{place}.conf', f'{target}:z']))}",
        "folder": lambda: f"./{making.folder('conf', 'one.conf', 'sub/two.yml')}:{target}{draw(st.sampled_from(['', ':ro']))}",
        "init": lambda: f"./{making.folder('initdb', '1.sql')}:{'/docker-entrypoint-initdb.d' if place == 0 else target}",
        "source": lambda: f"./{making.folder('src0', 'app.py')}:{'/app' if place == 0 else target}",
        "tmpfs": lambda: {"type": "tmpfs", "target": target, **draw(TMPFS)},
        "long": lambda: _long_mount(making, target),
    }
    return kinds[draw(st.sampled_from(sorted(kinds)))]()


def _long_mount(making: Making, target: str) -> dict[str, Any]:
    kind = making.draw(st.sampled_from(["volume", "volume", "bind", "bind", "image", "npipe", "cluster"]))
    shared = {"read_only": st.booleans(), "consistency": st.sampled_from(["cached", "delegated"])}
    if kind in ("volume", "cluster"):
        extra = some({**shared, "volume": some({"nocopy": st.booleans(), "subpath": st.just("sub/x"), "labels": PAIRS})})
        return {"type": kind, "source": volume(making), "target": target, **making.draw(extra)}
    if kind == "image":
        return {"type": kind, "source": "busybox", "target": target, **making.draw(some({"image": some({"subpath": st.just("a")})}))}
    if kind == "npipe":
        return {"type": kind, "source": "//./pipe/docker_engine", "target": "//./pipe/docker_engine"}
    how = {
        "create_host_path": st.booleans(),
        "propagation": st.just("rprivate"),
        "recursive": st.sampled_from(["enabled", "disabled"]),
        "selinux": st.sampled_from(["z", "Z"]),
    }
    extra = some({**shared, "bind": some(how)})
    return {"type": kind, "source": f"./{making.file('conf/one.conf')}", "target": target, **making.draw(extra)}


def _volumes_from(making: Making, found: Found, before: list[str]) -> None:
    if before:
        found["volumes_from"] = [making.draw(st.sampled_from(before)) + making.draw(st.sampled_from(["", ":ro"]))]


def _label_file(making: Making, found: Found, before: list[str]) -> None:
    del before
    name = making.put("some.labels", b"from.a.file=1\nteam=x y\n")
    found["label_file"] = making.draw(st.sampled_from([name, [name]]))


def _models(making: Making, found: Found, before: list[str]) -> None:
    del before
    told = {"name": st.just("small"), "context_size": st.just(1024), "runtime_flags": st.just(["--a"])}
    making.top["models"].setdefault("llm", making.draw(some(told, {"model": st.just("ai/smollm2")})))
    used = some({"endpoint_var": st.just("LLM_URL"), "model_var": st.just("LLM")}) | st.none()
    found["models"] = making.draw(st.just(["llm"]) | used.map(lambda how: {"llm": how}))


def _provider(making: Making, found: Found, before: list[str]) -> None:
    del before
    found["provider"] = making.draw(rare.PROVIDER)
    if making.draw(st.booleans()):
        found.pop("image", None)
        found.pop("build", None)


def _credentials(making: Making, found: Found, before: list[str]) -> None:
    del before
    config(making, "app_conf")
    found["credential_spec"] = making.draw(rare.CREDENTIALS | st.just({"config": "app_conf"}))


RELATED: Mapping[str, Callable[[Making, Found, list[str]], None]] = {
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
    "models": _models,
    "provider": _provider,
    "credential_spec": _credentials,
}
"""Key -> what puts it into a service, with those that it may name."""
