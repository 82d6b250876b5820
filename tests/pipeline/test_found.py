"""What a random project has shown to be wrong, each in the smallest project that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.pipeline.holds import violations
from tests.pipeline.making import Stack

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
    "a service and a job have the same alias": Stack(
        {
            "services": {
                "a": {"image": "x", "deploy": {"mode": "replicated-job"}, "networks": {"n": {"aliases": ["database"]}}},
                "db": {"image": "nginx", "networks": {"n": {"aliases": ["database"]}}},
            },
            "networks": {"n": {}},
        }
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
    "a secret in a fragment is one where it is used": Stack(
        {
            "x-shared": {"environment": {"BROKERS": "${DB_PASSWORD}"}},
            "services": {"web": {"image": "x", "environment": {"BROKERS": "${DB_PASSWORD}"}}},
        },
        {".env": b"DB_PASSWORD=canary\n"},
    ),
    "a mode that makes a job decides how often it is started": Stack(
        {
            "services": {
                "web": {
                    "image": "x",
                    "restart": "no",
                    "deploy": {"mode": "replicated-job", "restart_policy": {"condition": "any", "max_attempts": 2}},
                }
            }
        }
    ),
    "a service that calls itself by its key finds itself whatever its hostname is": Stack(
        {"services": {"cache": {"image": "x", "hostname": "myhost", "environment": ["DB_HOST=cache:5432"]}}}
    ),
    "a mount that is refused is not lent": Stack(
        {
            "services": {
                "redis": {"image": "x", "volumes": [{"type": "npipe", "source": "//./pipe/x", "target": "//./pipe/x"}]},
                "web": {"image": "y", "volumes_from": ["redis"]},
            }
        }
    ),
    "what runs in a job's pod is awaited with the end of that": Stack(
        {
            "services": {
                "job": {"image": "x"},
                "beside": {"image": "y", "network_mode": "service:job"},
                "app": {
                    "image": "z",
                    "depends_on": {"job": {"condition": "service_completed_successfully"}, "beside": {"condition": "service_started"}},
                },
            }
        }
    ),
    "nobody connects to what a provider runs by a link": Stack(
        {"services": {"a": {"provider": {"type": "awesomecloud"}}, "web": {"image": "x", "links": ["a:linked"]}}}
    ),
    "a service in another's pod asks the servers of that": Stack(
        {
            "services": {
                "web": {"image": "x", "dns": ["8.8.8.8"]},
                "beside": {"image": "y", "network_mode": "service:web", "dns": ["1.1.1.1"], "dns_opt": ["use-vc"]},
            }
        }
    ),
    "a container in another's pod is started again as that pod's are": Stack(
        {
            "services": {
                "web": {"image": "x"},
                "beside": {
                    "image": "y",
                    "network_mode": "service:web",
                    "restart": "on-failure:3",
                    "depends_on": {"web": {"condition": "service_completed_successfully"}},
                    "deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 3}},
                },
            }
        }
    ),
    "two ports that share a name have names of their own, and a port of two names has one": Stack(
        {
            "services": {
                "web": {"image": "x", "ports": [{"name": "web", "target": 53}, {"name": "web", "target": 80}]},
                "db": {"image": "y", "ports": [{"target": 53}, {"name": "a", "target": 53, "published": 53}, {"name": "b", "target": 53}]},
            }
        }
    ),
    "a volume of a swarm is refused with its sub-path": Stack(
        {"services": {"web": {"image": "x", "volumes": [{"type": "cluster", "target": "/m", "volume": {"subpath": "sub/x"}}]}}}
    ),
    "no number of attempts is no limit": Stack(
        {
            "services": {
                "web": {"image": "x", "deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 0}}},
                "db": {"image": "y", "restart": "on-failure:0"},
            }
        }
    ),
    "a pod waits for the end of a job for all of its containers": Stack(
        {
            "services": {
                "job": {"image": "x"},
                "web": {"image": "y", "depends_on": ["job"]},
                "beside": {
                    "image": "z",
                    "network_mode": "service:web",
                    "depends_on": {"job": {"condition": "service_completed_successfully"}},
                },
            }
        }
    ),
    "a service of which no port is known has no address of its own": Stack(
        {
            "services": {
                "web": {"image": "x", "depends_on": ["db"]},
                "db": {"image": "y", "deploy": {"endpoint_mode": "vip"}},
            }
        }
    ),
    "a folder of an empty volume is refused": Stack(
        {
            "services": {
                "web": {
                    "image": "x",
                    "volumes": [
                        {"type": "volume", "source": "mem", "target": "/m", "volume": {"subpath": "a"}},
                        {"type": "volume", "target": "/n", "volume": {"subpath": "a"}},
                    ],
                }
            },
            "volumes": MEMORY,
        }
    ),
    "a program that calls itself by its key has that name where it cannot have the one it was given": Stack(
        {"services": {"db": {"image": "x", "hostname": "My_Host", "volumes": ["./app.conf:/app.conf"]}}},
        {"app.conf": b"[database]\nurl = http://db:5432/db\n"},
    ),
    "an alias of several services that no Service can have is no label either": Stack(
        {
            "services": {name: {"image": "x", "networks": {"front": {"aliases": ["the_alias"]}}} for name in ("web", "api")},
            "networks": {"front": {}},
        }
    ),
    "no policy selects the pods of a project that is cut off whole": Stack(
        {"services": {"web": {"image": "x", "network_mode": "none"}}}, overlay=POLICIES
    ),
    "a service that joins the pod of one whose end it awaits finds itself": Stack(
        {
            "services": {
                "a": {"image": "x"},
                "db": {
                    "image": "y",
                    "network_mode": "service:a",
                    "depends_on": {"a": {"condition": "service_completed_successfully"}},
                    "volumes": ["./f.conf:/f"],
                },
            }
        },
        {"f.conf": b"http://db:5432/x\n"},
    ),
    "a job with a hostname finds itself by its key": Stack(
        {"services": {"db": {"image": "x", "restart": "no", "hostname": "other", "environment": {"DB_HOST": "db"}}}}
    ),
    "a port of the host leads to one port of a service": Stack(
        {"services": {"a": {"image": "x", "ports": ["2425-2427:7000-7002", {"target": 3000, "published": "2425"}]}}},
        overlay={"exposure": {"load-balancers": ["a"]}},
    ),
    "a name that two services give to links of theirs leads to one of these": Stack(
        {
            "services": {
                "web": {"image": "x", "links": ["api:linked"], "environment": {"URL": "http://linked:80/"}},
                "app": {"image": "x", "links": ["db:linked"], "environment": {"URL": "http://linked:80/"}},
                "api": {"image": "y"},
                "db": {"image": "z"},
            }
        }
    ),
    "a port that is published twice has one protocol of its application": Stack(
        {
            "services": {
                "web": {
                    "image": "x",
                    "ports": [
                        {"target": 80, "published": "1433", "app_protocol": "http"},
                        {"target": 80, "published": "2207", "app_protocol": "h2c"},
                    ],
                }
            }
        }
    ),
    "a pod has one annotation of a key, whatever key of Compose another of its services gives it with": Stack(
        {
            "services": {
                "api": {"image": "x", "annotations": {"a": "1"}, "deploy": {"labels": {"b": "1"}}},
                "web": {"image": "y", "network_mode": "service:api", "labels": {"a": "2"}, "deploy": {"labels": {"b": "2"}}},
            }
        }
    ),
}


@pytest.mark.parametrize("claim", FOUND)
def test_what_holds_for_any_project_holds_where(claim: str, tmp_path: Path, kompose: Path) -> None:
    assert violations(FOUND[claim], tmp_path, kompose) == []
