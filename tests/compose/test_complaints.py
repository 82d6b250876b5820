"""Every refusal of docker compose is one sentence of ours, with the place where the cause stands and without any value."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.compose.complaints import complaint
from converter.compose.sources import Sources
from converter.errors import ConverterError
from tests.compose.stacks import loaded

_WEB = "services:\n  web:\n    image: nginx\n"

CASES = {
    "not_yaml": ("services:\n  a: [\n", "compose.yaml:2:7: this is not YAML: did not find expected node content", ""),
    "a_tab": (
        "services:\n\ta: x\n",
        "compose.yaml:2:1: this is not YAML: found character that cannot start any token",
        "",
    ),
    "a_text": ("hello\n", "compose.yaml:1:1: this is not a Compose file: its top level must be a mapping with 'services:'", ""),
    "nothing": ("", "compose.yaml:1:1: this Compose file is empty", "services"),
    "no_services": ("volumes: {a: }\n", "compose.yaml:1:1: there are no services", "services"),
    "key_twice": (_WEB + "    image: x\n", "compose.yaml:4:5: key 'image' is there twice, first on line 3", "remove one"),
    "key_twice_with_crlf": (
        "services:\r\n  a:\r\n    image: x\r\n    image: y\r\n",
        "compose.yaml:4:5: key 'image' is there twice, first on line 3",
        "remove one",
    ),
    "undefined_volume": (
        _WEB + "    volumes:\n      - data:/x\n",
        "compose.yaml:5:9: service 'web' uses volume 'data', which is not defined",
        "define it under the top-level 'volumes:'",
    ),
    "undefined_network": (
        _WEB + "    networks: [back]\n",
        "compose.yaml:4:16: service 'web' uses network 'back', which is not defined",
        "networks",
    ),
    "undefined_secret": (
        _WEB + "    secrets: [key]\n",
        "compose.yaml:4:15: service 'web' uses secret 'key', which is not defined",
        "secrets",
    ),
    "undefined_service": (
        _WEB + "    depends_on: [db]\n",
        "compose.yaml:4:18: service 'web' depends on service 'db', which is not defined",
        "define it",
    ),
    "network_of_an_undefined_service": (
        _WEB + '    network_mode: "service:vpn"\n',
        "compose.yaml:4:19: service 'web' depends on service 'vpn', which is not defined",
        "define it",
    ),
    "two_limits_that_differ": (
        _WEB + "    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}\n",
        "compose.yaml:2:3: 'services.web' has 'mem_limit' and 'deploy.resources.limits.memory', which say different things",
        "",
    ),
    "one_container_name_for_two_services": (
        _WEB + "    container_name: shop\n  app: {image: x, container_name: shop}\n",
        "compose.yaml:5:35: several active services have the container name 'shop'",
        "change one",
    ),
    "two_containers_of_one_name": (
        _WEB + "    container_name: shop\n    deploy: {replicas: 2}\n",
        "compose.yaml:4:21: service 'web' has a 'container_name' and several replicas",
        "leave out 'container_name'",
    ),
    "service_of_another_profile": (
        _WEB + "    depends_on: [db]\n  db: {image: x, profiles: [more]}\n",
        "compose.yaml:4:18: service 'web' depends on service 'db', which no active profile selects",
        "--profile",
    ),
    "absent_env_file": (
        _WEB + "    env_file: web.env\n",
        "compose.yaml:4:15: env file 'web.env' of service 'web' does not exist",
        "write it, or put 'web.env.example' beside it",
    ),
    "required_variable": (
        _WEB + "    environment:\n      A: ${LEVEL:?say how loud}\n",
        "compose.yaml:5:10: variable 'LEVEL' is required and has no value: say how loud",
        "--env LEVEL=VALUE",
    ),
    "required_variable_without_words": (
        _WEB + "    environment:\n      - A=${LEVEL?}\n",
        "compose.yaml:5:11: variable 'LEVEL' is required and has no value",
        "--env LEVEL=VALUE",
    ),
    "a_wrong_dollar": (
        _WEB + "    environment:\n      A: ${LEVEL\n",
        "compose.yaml:5:10: '$' in 'services.web.environment.A' starts no valid variable",
        "write '$$'",
    ),
    "absent_included_file": ("include: [more.yml]\n" + _WEB, "compose.yaml:1:11: included file 'more.yml' does not exist", ""),
    "absent_extended_file": (
        "services:\n  web:\n    extends: {file: base.yml, service: web}\n",
        "compose.yaml:3:21: extended file 'base.yml' does not exist",
        "",
    ),
    "absent_base": (
        "services:\n  web:\n    extends: {service: base}\n",
        "compose.yaml:3:24: service 'web' extends service 'base', which does not exist",
        "",
    ),
    "unknown_key": (
        _WEB + "    colour: red\n",
        "compose.yaml:4:5: docker compose does not know the key 'colour' in 'services.web'",
        "--compose",
    ),
    "unknown_top_key": ("colour: red\n" + _WEB, "compose.yaml:1:1: docker compose does not know the key 'colour'", "--compose"),
    "no_number": (_WEB + "    cpus: ${CPUS:-many}\n", "compose.yaml:4:11: 'services.web.cpus' must be a number", ""),
    "no_boolean": (_WEB + "    privileged: maybe\n", "compose.yaml:4:17: 'services.web.privileged' must be true or false", ""),
    "no_duration": (
        _WEB + "    stop_grace_period: soon\n",
        "compose.yaml:4:24: 'services.web.stop_grace_period' must be a duration like '30s'",
        "",
    ),
    "no_size": (_WEB + "    mem_limit: much\n", "compose.yaml:4:16: 'services.web.mem_limit' must be a size like '256mb'", ""),
    "no_list": (_WEB + "    ports: all\n", "compose.yaml:4:12: 'services.web.ports' must be a list", ""),
    "no_port": (_WEB + "    ports: ['a:b']\n", "compose.yaml:4:13: 'b' is not a valid container port", ""),
    "no_host_port": (_WEB + "    ports: ['99999:80']\n", "compose.yaml:4:13: '99999' is not a valid host port", ""),
    "no_protocol": (_WEB + "    ports: ['80/ftp']\n", "compose.yaml:4:13: 'ftp' is not a valid protocol", ""),
    "ranges_that_do_not_fit": (
        _WEB + "    ports: ['80-82:90-91']\n",
        "compose.yaml:4:13: port ranges '80-82' and '90-91' are not of one length",
        "",
    ),
    "nothing_to_run": (
        "services:\n  web:\n    command: x\n",
        "compose.yaml:2:3: service 'web' has neither 'image' nor 'build'",
        "give it one",
    ),
    "no_mapping": ("services:\n  web:\n", "compose.yaml:2:3: 'services.web' must be a mapping", ""),
    "a_list_of_services": ("services:\n  - web\n", "compose.yaml:1:1: 'services' must be a mapping", ""),
    "a_circle": (
        "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
        "compose.yaml:2:30: services depend on each other in a circle: a -> b -> a",
        "",
    ),
    "a_circle_of_bases": (
        "services:\n  a: {extends: b}\n  b: {extends: a}\n",
        "compose.yaml:2:7: 'extends' leads back to where it started",
        "",
    ),
    "no_anchor": ("services:\n  web: *base\n", "compose.yaml:2:8: anchor 'base' is not defined before it is used", ""),
    "two_sources_of_a_secret": (
        "secrets: {s: {file: a, environment: B}}\n" + _WEB + "    secrets: [s]\n",
        "compose.yaml:1:11: 'secrets.s' may have only one of file|environment",
        "",
    ),
    "a_healthcheck_without_cmd": (
        _WEB + "    healthcheck:\n      test: [curl, localhost]\n",
        "compose.yaml:5:14: the list of 'healthcheck.test' must start with CMD, CMD-SHELL or NONE",
        "",
    ),
    "an_open_quote": (
        _WEB + "    command: echo 'x\n",
        "compose.yaml:4:14: 'services.web.command' must be a command line with closed quotes",
        "",
    ),
    "only_with_a_profile": (
        _WEB + "    profiles: [test]\n",
        "compose.yaml:1:1: no service is active: 'web' only with a profile",
        "--profile",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_one_sentence_with_its_place(case: str, tmp_path: Path) -> None:
    text, message, hint = CASES[case]
    with pytest.raises(ConverterError) as caught:
        loaded(tmp_path, {"compose.yaml": text})

    assert str(caught.value) == message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"base.yml": "services: {q: {image: x, image: y}}"}, "base.yml:1:26: key 'image' is there twice, first on line 1"),
        (
            {"base.yml": "services: {q: {image: x, volumes: [data:/x]}}"},
            "base.yml:1:36: service 'web' uses volume 'data', which is not defined",
        ),
        ({"base.yml": "services: {q: {image: x, colour: red}}"}, "docker compose does not know the key 'colour' in 'services.web'"),
        ({"base.yml": "services: {q: {image: x"}, "base.yml:1:24: this is not YAML"),
        (
            {"base.yml": 'services: {q: {image: x, environment: {A: "${R:?}"}}}'},
            "base.yml:1:44: variable 'R' is required and has no value",
        ),
    ],
)
def test_a_mistake_in_an_extended_file_is_located_there(files: dict[str, str], message: str, tmp_path: Path) -> None:
    text = "services:\n  web:\n    image: x\n    extends: {file: base.yml, service: q}\n"
    with pytest.raises(ConverterError) as caught:
        loaded(tmp_path, {"compose.yaml": text, **files})

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('A=1\nPW="hunter2\nB=1\n', "web.env:2:1: env file cannot be read: a quote is not closed"),
        ("A=1\nhunter2 foo bar\n", "web.env:2:1: env file cannot be read: this is not NAME=value: the name has a space"),
        ("A=1\nX=${hunter2\n", "web.env:2:1: env file cannot be read: a '$' starts no variable here"),
    ],
)
@pytest.mark.parametrize("project", ["the project's", ""])
def test_a_mistake_in_an_env_file_shows_line_and_no_value(text: str, message: str, project: str, tmp_path: Path) -> None:
    files = {"compose.yaml": _WEB + ("" if project else "    env_file: web.env\n"), ".env" if project else "web.env": text}
    with pytest.raises(ConverterError) as caught:
        loaded(tmp_path, files)

    assert str(caught.value) == message.replace("web.env", ".env" if project else "web.env")
    assert "hunter2" not in repr(caught.value) + caught.value.hint


def test_a_service_of_an_included_file_and_of_ours_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConverterError, match=r"compose.yaml:3:3: 'services.web' is defined both here and in an included file"):
        loaded(tmp_path, {"compose.yaml": "include: [more.yml]\n" + _WEB, "more.yml": "services: {web: {image: y}}"})


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        ("env file /other/x.env not found: stat /other/x.env: no such file", "compose.yaml:1:1: env file 'x.env' does not exist"),
        ("failed to read x.env: read x.env: is a directory", "x.env:1:1: env file cannot be read: this is a folder"),
        ("failed to read x.env: line 2: unexpected character", "x.env:2:1: env file cannot be read: this is not NAME=value"),
        ("open gone.yml: no such file or directory", "file 'gone.yml' does not exist"),
        ("yaml: line 7: something", "compose.yaml:7:1: this is not YAML"),
        (
            "yaml: unmarshal errors:\n  line 1: cannot unmarshal",
            "compose.yaml:1:1: this is not a Compose file: its top level must be a mapping with 'services:'",
        ),
        ("include cycle detected:\n/x", "compose.yaml:1:1: 'include' leads back to where it started"),
        ("invalid IP address: 300.1.1.1", "compose.yaml:1:1: '300.1.1.1' is not a valid address"),
        (
            "service web declares mutually exclusive `network_mode` and `networks`: x",
            "compose.yaml:2:3: service 'web' has both 'network_mode' and 'networks', which exclude each other",
        ),
        (
            "validating x: services.web.restart 'hunter2' does not match pattern '^a'",
            "compose.yaml:2:3: 'services.web.restart' does not match pattern '^a'",
        ),
        (
            'failed to parse /x/compose.yaml: line 99: mapping key "image" already defined at line 3',
            "../x/compose.yaml:99:1: key 'image' is there twice, first on line 3",
        ),
        ("", "compose.yaml:1:1: docker compose refuses the project: it says nothing"),
    ],
)
def test_an_error_whose_cause_is_not_in_the_files_has_a_sentence_too(stderr: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "compose.yaml").write_text(_WEB, encoding="utf-8")
    sources = Sources([folder / "compose.yaml"], folder, folder)

    found = str(complaint(stderr.replace("/x/", f"{tmp_path}/x/"), sources))

    assert found == message
    assert "hunter2" not in found


def test_an_unknown_error_keeps_names_of_the_project_and_nothing_else_that_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(_WEB, encoding="utf-8")
    sources = Sources([tmp_path / "compose.yaml"], tmp_path, tmp_path)

    error = complaint('service "web" has a strange "hunter2": invalid compose project', sources)

    assert str(error) == "compose.yaml:1:1: docker compose refuses the project: service \"web\" has a strange '…'"


def test_a_marker_in_an_error_is_shown_as_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConverterError, match=r"'\$\{DB_PASSWORD\}' is not a valid container port|must be a number"):
        loaded(tmp_path, {"compose.yaml": _WEB + "    ports: ['80:${DB_PASSWORD:-x}']\n"})
