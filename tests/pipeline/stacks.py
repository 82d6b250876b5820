"""Random Compose projects that docker compose takes: every key of the specification, with the files that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.pipeline.basics import Strategy, some
from tests.pipeline.layers import layered
from tests.pipeline.making import ENVIRONMENT, Draw, Making, Stack
from tests.pipeline.services import KEYS, service

NAMES = ("web", "db", "redis", "My_App", "api.v1", "1st", "worker-2", "a_b", "auth" + "x" * 70, "prometheus", "cache", "web-ready")


@st.composite
def stacks(draw: Draw, keys: Sequence[str] = KEYS) -> Stack:
    """Projects of one to six services that have some of `keys`."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    making = Making(draw, names)
    if draw(st.booleans()):
        making.files[".env"] = ENVIRONMENT
    services = {name: service(making, name, names[:place], keys) for place, name in enumerate(names)}
    _joined(making, services)
    profiles = _profiles(making, services)
    model = {"name": draw(st.sampled_from(["shop", "my_shop.1"])), "services": services}
    if draw(st.integers(0, 3)) == 3:
        model = {"version": "3.8", **model}
    chain = layered(making, model, keys)
    model |= {key: found for key, found in making.top.items() if found}
    return Stack(model, making.files, draw(overlays(making, services)), profiles, chain)


def _joined(making: Making, services: dict[str, dict[str, Any]]) -> None:
    """Names, numbers and network modes: what depends on the rest of a service."""
    draw, names = making.draw, making.names
    for place, name in enumerate(names):
        found = services[name]
        mode = draw(st.sampled_from([*[None] * 8, "none", "host", "bridge", "service", "service", "container:elsewhere"]))
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


def overlays(making: Making, services: Mapping[str, Any]) -> Strategy:
    """The built-in defaults, or some settings."""
    settled = [name for name in making.names if name not in making.open]
    published = [name for name in settled if _has_ports(services[name])]
    healthy = [name for name in settled if _has_test(services[name])]
    parts: dict[str, Strategy] = {
        "target": some(
            {
                "pod-security": st.sampled_from(["restricted", "baseline", "privileged"]),
                "namespace": st.just("elsewhere"),
                "kubernetes": st.sampled_from(["1.34", "1.31"]),
            }
        ),
        "network-policies": st.just({"enabled": True}),
        "environment": some({"config-maps": st.booleans(), "time-zone": st.just("Europe/Berlin")}),
        "storage": some({"size": st.just("2Gi"), "access-mode": st.just("ReadWriteMany"), "fix-ownership": st.booleans()}),
        "resources": st.just({"defaults": {"cpu": "250m", "memory": "128Mi"}}),
        "images": st.just({"registry": "registry.example.com/team", "pull-secrets": ["regcred"]}),
        "secrets": some(
            {
                "secret": st.just("the-secret"),
                "variables": st.just(["LOG_*"]),
                "external-secret": st.just({"store": "vault"}),
            }
        ),
        "lifecycle": st.just({"disruption-budgets": True}),
        "startup-order": st.sampled_from(["off", {"started-timeout": "5s"}]),
    }
    if running := [name for name in settled if "profiles" not in services[name] and "provider" not in services[name]]:
        parts["names"] = st.just({running[-1]: "renamed"})
        parts["security-context"] = st.just({"users": {running[0]: "1234:1234"}})
    if published:
        parts["exposure"] = st.sampled_from([{"node-ports": dict.fromkeys(published, "auto")}, {"load-balancers": published}])
    if healthy:
        parts["probes"] = st.just({"liveness": {"services": healthy}})
    if making.top["volumes"]:
        parts["storage"] |= st.just({"host-path": {"root": "/srv/volumes", "storage-class": "manual"}})
    return st.just({}) | some(parts)


def _has_ports(service: Mapping[str, Any]) -> bool:
    return bool(service.get("ports")) and "network_mode" not in service and "profiles" not in service


def _has_test(service: Mapping[str, Any]) -> bool:
    test = (service.get("healthcheck") or {}).get("test")
    return bool(test) and test != ["NONE"] and "profiles" not in service
