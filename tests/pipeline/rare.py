"""Random values of the keys that few files have: builds, devices, weights of disks, what 'docker compose watch' does."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.pipeline.basics import PAIRS, Strategy, some

BUILD: Strategy = some(
    {
        "dockerfile": st.just("Dockerfile"),
        "dockerfile_inline": st.just("FROM busybox\nEXPOSE 8080\n"),
        "additional_contexts": st.sampled_from([{"base": "docker-image://alpine"}, ["res=./conf"]]),
        "args": st.sampled_from([{"A": "1", "B": None}, ["A=1", "B"]]),
        "cache_from": st.just(["alpine:latest"]),
        "cache_to": st.just(["type=local,dest=x"]),
        "entitlements": st.just(["network.host"]),
        "extra_hosts": st.sampled_from([["a:10.0.0.1"], {"a": ["10.0.0.1", "10.0.0.2"]}]),
        "isolation": st.just("default"),
        "labels": PAIRS,
        "network": st.sampled_from(["host", "none"]),
        "no_cache": st.booleans(),
        "platforms": st.just(["linux/amd64"]),
        "privileged": st.booleans(),
        "provenance": st.sampled_from([True, "mode=max"]),
        "pull": st.booleans(),
        "sbom": st.booleans(),
        "shm_size": st.just("64m"),
        "ssh": st.sampled_from([["default"], {"default": None}]),
        "tags": st.just(["a:b"]),
        "target": st.just("x"),
        "ulimits": st.just({"nproc": 5, "nofile": {"soft": 1, "hard": 2}}),
    }
)
"""All of `build` but its context and its secrets."""
BUILD_SECRETS: Strategy = st.lists(
    some({"target": st.just("t"), "uid": st.just("1"), "gid": st.just("1"), "mode": st.just(0o440)}, {"source": st.just("token")})
    | st.just("token"),
    min_size=1,
    max_size=2,
    unique_by=str,
)
_RATE = st.lists(some({}, {"path": st.just("/dev/sdb"), "rate": st.sampled_from(["12mb", 1024])}), min_size=1, max_size=1)
BLKIO: Strategy = some(
    {
        "weight": st.just(300),
        "weight_device": st.just([{"path": "/dev/sda", "weight": 400}]),
        "device_read_bps": _RATE,
        "device_read_iops": _RATE,
        "device_write_bps": _RATE,
        "device_write_iops": _RATE,
    }
)
_EXEC: Strategy = some(
    {
        "user": st.just("root"),
        "privileged": st.booleans(),
        "working_dir": st.just("/x"),
        "environment": st.sampled_from([{"A": "b"}, ["A=b"]]),
    },
    {"command": st.sampled_from(["a b", ["a", "b"]])},
)
_WATCH = {
    "ignore": st.sampled_from(["a", ["a", "b"]]),
    "include": st.sampled_from(["a", ["a", "b"]]),
    "initial_sync": st.booleans(),
}
DEVELOP: Strategy = st.one_of(
    some({**_WATCH, "target": st.just("/x")}, {"path": st.just("./web"), "action": st.just("rebuild")}),
    some(_WATCH, {"path": st.just("./web"), "target": st.just("/x"), "action": st.sampled_from(["sync", "restart", "sync+restart"])}),
    some(_WATCH, {"path": st.just("./web"), "target": st.just("/x"), "action": st.just("sync+exec"), "exec": _EXEC}),
).map(lambda watch: {"watch": [watch]})
_GPU = {"capabilities": st.sampled_from([["gpu"], ["gpu", "utility"], ["tpu"]]), "driver": st.sampled_from(["nvidia", "amd", "cdi"])}
_HOW_MANY: Strategy = st.sampled_from([{"count": 1}, {"count": "all"}, {"device_ids": ["0", "3"]}, {}])
_REQUEST = st.tuples(some({**_GPU, "options": PAIRS}), _HOW_MANY).map(lambda pair: {**pair[0], **pair[1]})
GPUS: Strategy = st.just("all") | st.lists(_REQUEST, min_size=1, max_size=2, unique_by=str)
RESERVED: Strategy = st.lists(
    st.tuples(some({"driver": _GPU["driver"], "options": PAIRS}, {"capabilities": _GPU["capabilities"]}), _HOW_MANY).map(
        lambda pair: {**pair[0], **pair[1]}
    ),
    min_size=1,
    max_size=2,
    unique_by=str,
)
"""Devices under `deploy.resources.reservations`, where `capabilities` must be."""
GENERIC: Strategy = st.just([{"discrete_resource_spec": {"kind": "SSD", "value": 2}}])
DEVICES: Strategy = st.lists(
    st.sampled_from(["/dev/ttyUSB0:/dev/ttyUSB0", "/dev/snd", "/dev/a:/dev/b:rw", "vendor.com/gpu=all"])
    | some({"permissions": st.just("rw")}, {"source": st.just("/dev/here"), "target": st.just("/dev/there")}),
    min_size=1,
    max_size=2,
    unique_by=str,
)
CREDENTIALS: Strategy = st.sampled_from([{"file": "my-credential-spec.json"}, {"registry": "spec"}])
PROVIDER: Strategy = some({"options": st.just({"size": "big", "zones": ["a", "b"]})}, {"type": st.just("awesomecloud")})
