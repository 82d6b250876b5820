"""What kompose gets to see."""

from __future__ import annotations

from converter.compose.project import Settings
from converter.kompose.stage import stage
from tests.kompose.conftest import project_of


def test_only_image_ports_volumes_and_mode_are_staged() -> None:
    web = {
        "image": "nginx:1.27",
        "command": ["sh", "-c", "echo $HOME"],
        "environment": {"TOKEN": "canary"},
        "healthcheck": {"test": ["NONE"]},
        "labels": {"kompose.service.type": "loadbalancer"},
        "restart": "on-failure:3",
        "ports": [{"target": 80, "published": "8080", "protocol": "tcp", "host_ip": "127.0.0.1"}],
        "volumes": [{"type": "volume", "source": "data", "target": "/data", "read_only": True}],
        "deploy": {"mode": "global", "replicas": 3, "labels": {"a": "b"}},
        "networks": {"back": None},
        "secrets": [{"source": "key"}],
    }
    assert stage(project_of({"web": web}, volumes={"data": {"name": "shop_data"}})) == {
        "name": "staged",
        "services": {
            "web": {
                "image": "nginx:1.27",
                "restart": "always",
                "ports": ["80:80/tcp"],
                "volumes": ["data:/volumes/0"],
                "deploy": {"mode": "global"},
            }
        },
        "volumes": {"data": {}},
    }


def test_services_and_volumes_go_under_names_that_kubernetes_accepts() -> None:
    service = {"image": "x", "volumes": [{"type": "volume", "source": "My_Data", "target": "/d"}]}
    staged = stage(project_of({"bot_ws": service, "api": {"image": "y"}}, settings=Settings(names={"api": "gateway"})))
    assert list(staged["services"]) == ["gateway", "bot-ws"]
    assert staged["volumes"] == {"my-data": {}}


def test_a_service_that_is_built_has_the_image_name_that_docker_compose_gives_it() -> None:
    assert stage(project_of({"web": {"build": {"context": "."}}}))["services"]["web"]["image"] == "shop-web"


def test_ports_and_expose_are_one_list_with_ranges_expanded_and_nothing_twice() -> None:
    service = {
        "image": "x",
        "ports": [{"target": 53, "protocol": "udp"}, {"target": 53, "protocol": "tcp"}, {"target": 80, "published": "8080"}],
        "expose": ["80", "3000-3002", "4000/udp", "no port", "0-1"],
    }
    wanted = ("1/tcp", "53/tcp", "53/udp", "80/tcp", "3000/tcp", "3001/tcp", "3002/tcp", "4000/udp")
    ports = stage(project_of({"dns": service}))["services"]["dns"]["ports"]
    assert ports == [f"{p.partition('/')[0]}:{p}" for p in wanted]


def test_volumes_that_the_cluster_does_not_make_are_left_out() -> None:
    mounts = [
        {"type": "volume", "source": "theirs", "target": "/a"},
        {"type": "volume", "source": "memory", "target": "/b"},
        {"type": "volume", "target": "/anonymous"},
        {"type": "bind", "source": "./conf", "target": "/c"},
    ]
    volumes = {"theirs": {"external": True}, "memory": {"driver_opts": {"type": "tmpfs"}}}
    assert "volumes" not in stage(project_of({"a": {"image": "x", "volumes": mounts}}, volumes=volumes))


def test_a_dollar_sign_in_an_image_is_not_interpolated_again() -> None:
    assert stage(project_of({"a": {"image": "x:$TAG"}}))["services"]["a"]["image"] == "x:$$TAG"
