"""What a random project has shown to be wrong, each in the smallest project that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.pipeline.holds import violations
from tests.pipeline.stacks import Stack

POLICIES = {"network-policies": {"enabled": True}}
MEMORY = {"mem": {"driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=100m"}}}

FOUND: Mapping[str, Stack] = {
    "nobody connects to a job by an alias": Stack(
        {
            "services": {"web": {"image": "x", "restart": "on-failure", "networks": {"front": {"aliases": ["other"]}}}},
            "networks": {"front": None},
        }
    ),
    "constraints of a service in another's pod place that pod": Stack(
        {
            "services": {
                "web": {"image": "x"},
                "beside": {
                    "image": "y",
                    "network_mode": "service:web",
                    "deploy": {"placement": {"constraints": ["node.labels.disk==ssd"], "preferences": [{"spread": "node.labels.zone"}]}},
                },
            }
        }
    ),
    "a read-only volume in memory is mounted read-only": Stack(
        {
            "services": {"web": {"image": "x", "volumes": ["mem:/m:ro", {"type": "tmpfs", "target": "/n", "read_only": True}]}},
            "volumes": MEMORY,
        }
    ),
    "a file of a service names the service itself": Stack(
        {"services": {"redis": {"image": "busybox", "volumes": ["./app.conf:/app.conf"]}}}, {"app.conf": b"http://redis:6379/x\n"}
    ),
    "nothing is lost of a service that lends no mounts": Stack(
        {"services": {"redis": {"image": "busybox"}, "web": {"image": "x", "volumes_from": ["redis:ro"]}}}
    ),
    "what is not mounted at its owner is not lent": Stack(
        {
            "services": {
                "redis": {"image": "busybox", "volumes": ["/etc/localtime:/etc/localtime:ro", "/proc:/host/proc:ro"]},
                "between": {"image": "x", "volumes_from": ["redis"], "volumes": ["data:/data"]},
                "web": {"image": "x", "volumes_from": ["between", "redis"]},
            },
            "volumes": {"data": None},
        }
    ),
    "a service that is never started again counts no attempts": Stack(
        {"services": {"web": {"image": "x", "deploy": {"restart_policy": {"condition": "none", "max_attempts": 4}}}}}
    ),
    "nobody connects to a job by a link": Stack(
        {"services": {"job": {"image": "x", "restart": "no"}, "web": {"image": "y", "links": ["job:linked"]}}}
    ),
    "a service in another's pod finds itself": Stack(
        {
            "services": {
                "web": {"image": "nginx"},
                "redis": {
                    "image": "x",
                    "network_mode": "service:web",
                    "command": ["http://redis:8000/"],
                    "deploy": {"endpoint_mode": "dnsrr"},
                },
            }
        }
    ),
    "a container in another's pod has that pod's mode": Stack(
        {"services": {"web": {"image": "x"}, "beside": {"image": "y", "network_mode": "service:web", "deploy": {"mode": "global"}}}}
    ),
    "nobody can await the end of a container in another's pod": Stack(
        {
            "services": {
                "web": {"image": "x", "ports": [80]},
                "beside": {"image": "y", "network_mode": "service:web"},
                "app": {
                    "image": "z",
                    "depends_on": {
                        "web": {"condition": "service_healthy"},
                        "beside": {"condition": "service_completed_successfully"},
                    },
                },
            }
        }
    ),
    "no policy selects the pods of a project that is cut off whole": Stack(
        {"services": {"web": {"image": "x", "network_mode": "none"}}}, overlay=POLICIES
    ),
}


@pytest.mark.parametrize("claim", FOUND)
def test_what_holds_for_any_project_holds_where(claim: str, tmp_path: Path, kompose: Path) -> None:
    assert violations(FOUND[claim], tmp_path, kompose) == []
