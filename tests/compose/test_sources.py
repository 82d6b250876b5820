"""Every value is found on the line where somebody wrote it."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

from converter.compose.env_files import read_assignments
from converter.compose.load import Inputs, load
from converter.compose.sources import Sources
from converter.compose.walk import same, target_of
from converter.findings import Route, format_route
from tests.compose.stacks import loaded, write

_SHORT = """\
name: shop
services:
  web:
    image: nginx:${TAG:-1}
    build: .
    command: ["a", "b"]
    environment:
      - LEVEL=info
      - PASSED
    ports:
      - 8080:80
      - "127.0.0.1:5000-5001:5000-5001/udp"
      - "${PORT:-9000}:9000"
    expose: [3000]
    volumes:
      - ./data/:/data/
      - logs:/logs:ro
      - /anonymous
      - ${HERE:-./x}:/x
    tmpfs: /tmp:size=1m
    devices: [/dev/a:/dev/b]
    secrets: [key]
    configs: [conf]
    networks: [back]
    depends_on: [db]
    labels: ["a.b=c"]
    healthcheck:
      test: curl x
    extra_hosts: ["h:1.2.3.4"]
    cap_add: [NET_ADMIN]
  db: {image: postgres}
secrets: {key: {file: k}}
configs:
  conf: {file: c}
networks:
  back:
volumes:
  logs: {driver: local}
"""
_SHORT_PLACES: dict[Route, str] = {
    ("name",): "1:7",
    ("services", "web", "image"): "4:12",
    ("services", "web", "build", "context"): "5:12",
    ("services", "web", "command"): "6:5",
    ("services", "web", "environment", "LEVEL"): "8:9",
    ("services", "web", "environment", "PASSED"): "9:9",
    ("services", "web", "ports", "80/tcp", "target"): "11:9",
    ("services", "web", "ports", "5000/udp", "published"): "12:9",
    ("services", "web", "ports", "5001/udp", "host_ip"): "12:9",
    ("services", "web", "ports", "9000/tcp", "published"): "13:9",
    ("services", "web", "expose", "3000"): "14:14",
    ("services", "web", "volumes", "/data", "source"): "16:9",
    ("services", "web", "volumes", "/logs", "read_only"): "17:9",
    ("services", "web", "volumes", "/anonymous", "type"): "18:9",
    ("services", "web", "volumes", "/x", "source"): "19:9",
    ("services", "web", "tmpfs", "/tmp:size=1m"): "20:12",
    ("services", "web", "devices", "/dev/b", "source"): "21:15",
    ("services", "web", "secrets", "/run/secrets/key", "source"): "22:15",
    ("services", "web", "configs", "conf", "source"): "23:15",
    ("services", "web", "networks", "back"): "24:16",
    ("services", "web", "depends_on", "db", "condition"): "25:18",
    ("services", "web", "labels", "a.b"): "26:14",
    ("services", "web", "healthcheck", "test"): "28:13",
    ("services", "web", "extra_hosts", "h=1.2.3.4"): "29:19",
    ("services", "web", "cap_add", "NET_ADMIN"): "30:15",
    ("services", "db", "image"): "31:15",
    ("secrets", "key", "file"): "32:23",
    ("volumes", "logs", "driver"): "38:18",
}


@pytest.mark.parametrize("route", _SHORT_PLACES, ids=format_route)
def test_a_short_form_is_the_place_of_all_below_it(route: Route, tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _SHORT})
    place, written = project.sources.locate(route, project.model)

    assert (str(place), written) == (f"compose.yaml:{_SHORT_PLACES[route]}", True)


_LONG = """\
services:
  web:
    image: x
    environment:
      LEVEL: info
      PASSED:
    ports:
      - target: 80
        published: "8080"
      - {target: 80, published: "8081"}
    volumes:
      - type: bind
        source: ./a
        target: /a
    secrets:
      - source: key
        target: /etc/key
      - source: other
        target: other.txt
    depends_on:
      db:
        condition: service_started
    extra_hosts:
      h: 1.2.3.4
    develop:
      watch:
        - path: ./src
          action: rebuild
    deploy:
      resources:
        limits: {memory: 300M}
      placement:
        preferences: [{spread: node.labels.zone}]
  db: {image: y}
secrets: {key: {file: k}, other: {file: o}}
networks:
  default:
    ipam:
      config:
        - subnet: 10.0.0.0/8
"""
_LONG_PLACES: dict[Route, str] = {
    ("services", "web"): "2:3",
    ("services", "web", "environment"): "4:5",
    ("services", "web", "environment", "LEVEL"): "5:14",
    ("services", "web", "environment", "PASSED"): "6:7",
    ("services", "web", "ports", "80/tcp:8080", "published"): "9:20",
    ("services", "web", "ports", "80/tcp:8081", "published"): "10:33",
    ("services", "web", "volumes", "/a", "source"): "13:17",
    ("services", "web", "volumes", "/a"): "12:9",
    ("services", "web", "secrets", "/etc/key", "source"): "16:17",
    ("services", "web", "secrets", "other.txt", "target"): "19:17",
    ("services", "web", "depends_on", "db", "condition"): "22:20",
    ("services", "web", "extra_hosts", "h=1.2.3.4"): "24:10",
    ("services", "web", "develop", "watch", "./src", "action"): "28:19",
    ("services", "web", "deploy", "resources", "limits", "memory"): "31:26",
    ("services", "web", "deploy", "placement", "preferences", "node.labels.zone", "spread"): "33:32",
    ("networks", "default", "ipam", "config", "10.0.0.0/8", "subnet"): "40:19",
}


@pytest.mark.parametrize("route", _LONG_PLACES, ids=format_route)
def test_a_long_form_has_a_place_for_each_value(route: Route, tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _LONG})
    place, written = project.sources.locate(route, project.model)

    assert (str(place), written) == (f"compose.yaml:{_LONG_PLACES[route]}", True)


@pytest.mark.parametrize(
    ("route", "place"),
    [
        (("services", "web", "depends_on", "db", "required"), "compose.yaml:21:7"),
        (("services", "web", "ports", "80/tcp:8080", "mode"), "compose.yaml:8:9"),
        (("networks", "default", "name"), "compose.yaml:37:3"),
        (("secrets", "key", "name"), "compose.yaml:35:11"),
        (("name",), "compose.yaml:1:1"),
        (("services", "nobody", "image"), "compose.yaml:1:1"),
        (("volumes", "none", "name"), "compose.yaml:1:1"),
        ((), "compose.yaml:1:1"),
    ],
)
def test_a_default_of_docker_compose_has_the_nearest_place_and_was_not_written(route: Route, place: str, tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _LONG})
    where, written = project.sources.locate(route, project.model)

    assert (str(where), written) == (place, False)


def _places(project_folder: Path, files: dict[str, str], routes: list[Route], *names: str) -> list[str]:
    project = loaded(project_folder, files, files=names)
    return [str(project.sources.locate(route, project.model)[0]) for route in routes]


def test_the_last_file_that_says_it_is_the_place(tmp_path: Path) -> None:
    files = {
        "a.yml": "services:\n  web: {image: a, command: x, environment: {A: '1', B: '1'}}\n",
        "b.yml": "services:\n  web:\n    image: b\n    environment: [A=2]\n",
    }
    routes: list[Route] = [("services", "web", key) for key in ("image", "command")]
    routes += [("services", "web", "environment", key) for key in "AB"]

    assert _places(tmp_path, files, routes, "a.yml", "b.yml") == ["b.yml:3:12", "a.yml:2:28", "b.yml:4:19", "a.yml:2:56"]


def test_the_files_of_include_and_extends_are_places(tmp_path: Path) -> None:
    files = {
        "compose.yaml": (
            "include:\n  - in/c.yml\n  - path: [in/d.yml, in/e.yml]\nservices:\n  web:\n    extends: {file: base/b.yml, service: b}\n"
            "    environment: {A: '1'}\n  own:\n    extends: tpl\n    image: o\n  tpl: {command: t, image: t}\n"
        ),
        "in/c.yml": "services: {c: {image: c}}\nvolumes: {v: {driver: d}}\n",
        "in/d.yml": "services: {d: {image: d}}\n",
        "in/e.yml": "services: {d: {command: e}}\n",
        "base/b.yml": "services:\n  b: {image: b, extends: {file: deep/a.yml, service: a}}\n",
        "base/deep/a.yml": "services:\n  a: {image: a, command: x, env_file: a.env}\n",
        "base/deep/a.env": "B=2\n",
    }
    routes: list[Route] = [
        ("services", "c", "image"), ("services", "d", "image"), ("services", "d", "command"), ("services", "web", "image"),
        ("services", "web", "command"), ("services", "web", "environment", "A"), ("services", "web", "environment", "B"),
        ("services", "own", "image"), ("services", "own", "command"),
    ]  # fmt: skip

    assert _places(tmp_path, files, routes) == [
        "in/c.yml:1:23", "in/d.yml:1:23", "in/e.yml:1:25", "base/b.yml:2:14", "base/deep/a.yml:2:26", "compose.yaml:7:22",
        "base/deep/a.env:1:3", "compose.yaml:10:12", "compose.yaml:11:18",
    ]  # fmt: skip


def test_anchors_and_merge_keys_lead_to_where_the_value_is_written(tmp_path: Path) -> None:
    text = (
        "x-base: &base\n  restart: always\n  logging: &log {driver: local}\nx-env: &env\n  A: '1'\n  B: '1'\nservices:\n"
        "  web:\n    <<: *base\n    image: x\n    environment:\n      <<: [*env]\n      B: '2'\n"
        "  db: {image: y, logging: *log, environment: *env}\n"
    )
    routes: list[Route] = [
        ("services", "web", "restart"), ("services", "web", "logging", "driver"), ("services", "db", "logging", "driver"),
        ("services", "web", "environment", "A"), ("services", "web", "environment", "B"), ("services", "db", "environment", "B"),
    ]  # fmt: skip

    assert [place.partition(":")[2] for place in _places(tmp_path, {"compose.yaml": text}, routes)] == [
        "2:12", "3:26", "3:26", "5:6", "13:10", "6:6",
    ]  # fmt: skip


def test_the_line_of_the_env_file_is_the_place(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    image: x\n    env_file:\n      - a.env\n      - {path: b.env}\n    environment: {C: '3'}\n",
        "a.env": "# a comment\nexport A=1\nB=1\nC=1\n",
        "b.env": '\ufeffB="2\n2"\nD: 4\n',
    }
    routes: list[Route] = [("services", "web", "environment", name) for name in "ABCD"]

    assert _places(tmp_path, files, routes) == ["a.env:2:10", "b.env:1:3", "compose.yaml:7:22", "b.env:3:4"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "---\n", "# comment\n\n"])
def test_line_ends_and_a_byte_order_mark_move_no_line(end: str, start: str, tmp_path: Path) -> None:
    text = (start + "services:\n  web:\n    image: x\n    environment: [A=1]\n").replace("\n", end)
    line = start.count("\n") + 3
    routes: list[Route] = [("services", "web", "image"), ("services", "web", "environment", "A")]

    assert _places(tmp_path, {"compose.yaml": text}, routes) == [f"compose.yaml:{line}:12", f"compose.yaml:{line + 1}:19"]


def test_tags_of_docker_compose_are_no_trouble(tmp_path: Path) -> None:
    files = {
        "a.yml": "services: {web: {image: x, ports: ['80:80'], command: a, environment: {A: '1', B: '1'}}}\n",
        "b.yml": "services:\n  web:\n    ports: !override ['81:81']\n    command: !reset null\n    environment: {A: !reset null}\n",
    }
    project = loaded(tmp_path, files, files=("a.yml", "b.yml"))
    routes: list[Route] = [("services", "web", "ports", "81/tcp", "published"), ("services", "web", "environment", "B")]

    assert [str(project.sources.locate(route, project.model)[0]) for route in routes] == ["b.yml:3:23", "a.yml:1:83"]


def test_several_documents_in_one_file_are_all_read(tmp_path: Path) -> None:
    text = "services: {a: {image: a}}\n---\nservices: {b: {image: b}}\n"

    assert _places(tmp_path, {"compose.yaml": text}, [("services", "a", "image"), ("services", "b", "image")]) == [
        "compose.yaml:1:23",
        "compose.yaml:3:23",
    ]


def test_a_file_is_named_from_where_the_user_stands(tmp_path: Path) -> None:
    write(tmp_path, {"p/compose.yaml": "services: {a: {image: a}}", "p/below/x": "", "other/x": ""})
    names = []
    for here, file in ((".", "p/compose.yaml"), ("p/below", "../compose.yaml"), ("other", "../p/compose.yaml")):
        with chdir(tmp_path / here):
            project = load(Inputs(files=(file,)))
        names.append(project.sources.locate(("services", "a", "image"), project.model)[0].file)

    assert names == ["p/compose.yaml", "../compose.yaml", "../p/compose.yaml"]


def test_the_source_text_is_what_was_written(tmp_path: Path) -> None:
    text = "services: {a: {image: 'x:${TAG:-1}', environment: [A=$$B, P], labels: {c: '${D:-e}'}, ports: ['${P:-80}:80']}}"
    project = loaded(tmp_path, {"compose.yaml": text + "\n"})

    def text_of(*route: str) -> str | None:
        return project.sources.text(("services", "a", *route), project.model)

    assert text_of("image") == "x:${TAG:-1}"
    assert text_of("environment", "A") == "$$B"
    assert text_of("environment", "P") is None
    assert text_of("labels", "c") == "${D:-e}"
    assert text_of("ports", "80/tcp", "published") == "${P:-80}:80"
    assert text_of("command") is None
    assert text_of("environment") is None


def test_nothing_is_parsed_before_the_first_question(tmp_path: Path) -> None:
    assert repr(Sources([tmp_path / "no.yml"], tmp_path, tmp_path)) == "Sources(['no.yml'])"


def test_sources_that_cannot_be_read_have_no_places(tmp_path: Path) -> None:
    write(tmp_path, {"bad.yml": "a: [", "latin.yml": ""})
    (tmp_path / "latin.yml").write_bytes(b"a: \xff\xfe\n")
    sources = Sources([tmp_path / name for name in ("bad.yml", "latin.yml", "no.yml")], tmp_path, tmp_path)

    assert str(sources.locate(("services", "a", "image"), {"services": {"a": {"image": "x"}}})[0]) == "bad.yml:1:1"


@pytest.mark.parametrize(
    ("short", "target"),
    [
        ("aa:/b", "/b"),
        ("aa:/b:ro", "/b"),
        ("/b", "/b"),
        (r"C:\data:/b:ro", "/b"),
        ("c:/data:/b", "/b"),
        (r"D:\data", r"D:\data"),
        (r"C:\data:D:\x:rw", r"D:\x"),
    ],
)
def test_the_target_of_a_short_mount_is_known_on_windows_too(short: str, target: str) -> None:
    assert target_of(short) == target


@pytest.mark.parametrize(
    ("text", "value", "equal"),
    [
        ("a", "a", True), ("a", "b", False), ("80", 80, True), ("${A}", "anything\nat all", True), ("x${A:-${B}}y", "x1y", True),
        ("x$Ay", "x1", True), ("a$$b", "a$b", True), ("a$$b", "a1b", False), ("pre${A}", "post", False),
    ],
)  # fmt: skip
def test_a_variable_in_a_source_stands_for_anything(text: str, value: object, equal: bool) -> None:  # noqa: FBT001 (a parameter)
    assert same(text, value) is equal


def test_an_env_file_is_read_as_docker_compose_reads_it(tmp_path: Path) -> None:
    text = "\ufeffA=1 # c\r\nexport B='x # y'\r\n\r\n# C=3\nD: d\nE\nF=\"a\\\"b\nG=in\" # c\n=bad\nH='\nI=\n"
    write(tmp_path, {"x.env": text})

    found = [(item.name, item.value, item.line, item.quote, item.given, item.closed) for item in read_assignments(tmp_path / "x.env")]

    assert found[:6] == [
        ("A", "1", 1, "", True, True), ("B", "x # y", 2, "'", True, True), ("D", "d", 5, "", True, True), ("E", "", 6, "", False, True),
        ("F", 'a\\"b\nG=in', 7, '"', True, True), ("H", "\nI=", 10, "'", True, False),
    ]  # fmt: skip
    assert not list(read_assignments(tmp_path / "none.env"))
    assert "x # y" not in repr(list(read_assignments(tmp_path / "x.env")))
