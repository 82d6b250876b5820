"""Random networks, volumes, secrets and configs of the top level, with the files that they are read from."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.pipeline.basics import PAIRS, WORDS, Strategy, some, written
from tests.pipeline.making import ENVIRONMENT, Making

IPAM: Strategy = some(
    {
        "driver": st.just("default"),
        "options": st.just({"a": "b"}),
        "config": st.just(
            [
                {
                    "subnet": "172.28.0.0/16",
                    "ip_range": "172.28.5.0/24",
                    "gateway": "172.28.5.254",
                    "aux_addresses": {"host1": "172.28.1.5"},
                },
                {"subnet": "2001:db8::/64"},
            ]
        ),
    }
)
NETWORK: Strategy = some(
    {
        "internal": st.booleans(),
        "driver": st.sampled_from(["bridge", "bridge", "overlay", "macvlan", "none"]),
        "driver_opts": st.just({"com.docker.network.bridge.name": "br0"}),
        "attachable": st.booleans(),
        "enable_ipv4": st.booleans(),
        "enable_ipv6": st.booleans(),
        "ipam": IPAM,
        "labels": PAIRS,
        "name": st.just("real_net"),
    }
)
OUTSIDE: Strategy = st.sampled_from([{"external": True}, {"external": True, "name": "theirs"}, {"external": {"name": "theirs"}}])
"""What is made elsewhere, in the three ways to say so."""
VOLUMES = {
    "data": None,
    "db_data": {"labels": {"a": "b"}},
    "listed": {"labels": ["a=b"]},
    "Outer.Vol": {"external": True},
    "named": {"name": "real_name", "external": True},
    "old": {"external": {"name": "old_name"}},
    "mem": {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=100m,uid=1000"}},
    "nfs": {"driver": "local", "driver_opts": {"type": "nfs", "o": "addr=10.0.0.8,nolock,rw", "device": ":/export"}},
    "own": {"driver": "local", "driver_opts": {"type": "none", "o": "bind", "device": "/srv/x"}},
    "plugin": {"driver": "rexray", "driver_opts": {"size": "10"}},
}


def network(making: Making, name: str) -> None:
    """Declare a network."""
    told = NETWORK | st.none() | (OUTSIDE if name != "default" else st.none())
    making.top["networks"].setdefault(name, making.draw(told))


def volume(making: Making) -> str:
    """Declare a volume; returns its name."""
    name: str = making.draw(st.sampled_from(sorted(VOLUMES)))
    making.top["volumes"][name] = VOLUMES[name]
    return name


def secret(making: Making, name: str) -> None:
    """Declare a secret."""
    if making.draw(st.integers(0, 3)) == 3:
        making.top["secrets"][name] = making.draw(OUTSIDE)
        return
    more = {
        "labels": PAIRS,
        "name": st.just("real_secret"),
        "template_driver": st.just("golang"),
        "driver": st.just("vault"),
        "driver_opts": st.just({"a": "b"}),
    }
    told = {"environment": "A_VALUE"} if name == "env_secret" else {"file": f"./{name}.txt"}
    if "file" in told:
        making.files[f"{making.top_at}{name}.txt"] = b"canary-of-a-file"
    making.top["secrets"][name] = told | making.draw(st.just({}) | some(more))


def config(making: Making, name: str) -> None:
    """Declare a config."""
    if name == "motd":
        told = {"content": making.draw(WORDS.map(written).filter(bool))}
    elif name == "from_env":
        making.files[f"{making.top_at}.env"] = ENVIRONMENT
        told = {"environment": "FROM_ENV"}
    elif name == "outer":
        told = making.draw(OUTSIDE)
    else:
        told = {"file": f"./{making.file('app.conf', top=True)}"}
    more = {"labels": PAIRS, "name": st.just("real_config"), "template_driver": st.just("golang")}
    making.top["configs"][name] = told | (making.draw(some(more)) if name != "outer" else {})
