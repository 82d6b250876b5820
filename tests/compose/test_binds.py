"""Binds: what a mount of the host is, decided from names and from files of the project alone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from converter.compose.bind_files import read_file
from converter.compose.binds import Bind, BoundFile, decide
from converter.compose.project import Project, Settings
from converter.compose.secrets import Secrets
from converter.compose.sources import Sources
from converter.errors import ConverterError
from tests.compose.made import made, of_model

Files = Mapping[str, str | bytes]


def bind(folder: Path, source: str, target: str, files: Files | None = None, service: dict[str, Any] | None = None, **more: Any) -> Bind:
    """What the mount is, in a project with these files."""
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    mount = {"type": "bind", "source": source, "target": target, "bind": {"create_host_path": True}, **more}
    project = of_model({"web": {"image": "x", **(service or {}), "volumes": [mount]}}, folder)
    return decide(project, "web", mount)


CONF: Files = {"conf/a.conf": "a", "conf/sub/b.conf": "b"}
CODE: Files = {"app/main.py": "pass", "app/Dockerfile": "FROM python\nWORKDIR /code\n"}
NESTED: Files = {"src/main.py": "pass", "Dockerfile": "FROM python\nWORKDIR /code/src\n"}
BUILD = {"build": {"context": "./app", "dockerfile": "Dockerfile"}}


@pytest.mark.parametrize(
    ("source", "target", "files", "service", "kind"),
    [
        pytest.param("./conf/a.conf", "/etc/a.conf", CONF, {}, "file", id="a file"),
        pytest.param("./conf", "/etc/conf", CONF, {}, "config", id="a small folder"),
        pytest.param("./x/../conf", "/etc/conf", CONF, {}, "config", id="a path that comes back"),
        pytest.param("./conf", "/docker-entrypoint-initdb.d", CONF, {}, "initdb", id="first-start scripts"),
        pytest.param("./none", "/docker-entrypoint-initdb.d/", {}, {}, "initdb", id="no first-start scripts"),
        pytest.param("./none", "/whatever", {}, {}, "data", id="a folder that is not there"),
        pytest.param("./conf.d", "/etc/x/conf.d", {}, {}, "data", id="a folder with a dot that is not there"),
        pytest.param("./v", "/v", {"v/.gitkeep": ""}, {}, "data", id="an empty folder"),
        pytest.param("./logs", "/app/logs", {"logs/a.log": "x"}, {}, "data", id="a folder for logs"),
        pytest.param("./pg-data", "/x", {"pg-data/PG_VERSION": "15"}, {}, "data", id="a folder named data"),
        pytest.param("./pg", "/var/lib/postgresql/data", {"pg/x": "1"}, {"image": "postgres"}, "data", id="where the image keeps its data"),
        pytest.param("./data", "/etc/nginx/conf.d", {"data/x.conf": "1"}, {}, "config", id="configuration in a folder named data"),
        pytest.param("./app", "/code", CODE, BUILD, "source", id="code over the WORKDIR"),
        pytest.param("./app", "/co", CODE, BUILD, "config", id="code beside the WORKDIR, whose name begins like it"),
        pytest.param(".", "/code", NESTED, {"build": {"context": ".", "dockerfile": "Dockerfile"}}, "source", id="code above the WORKDIR"),
        pytest.param("./app/src", "/code/src", {**CODE, "app/src/a.py": ""}, BUILD, "source", id="code below the WORKDIR"),
        pytest.param("./app", "/elsewhere", CODE, BUILD, "config", id="small code beside the WORKDIR"),
        pytest.param("./app", "/code", CODE, {}, "config", id="small code over an image of others"),
        pytest.param("./app", "/etc/app", {"app/Dockerfile": "FROM x\n"}, BUILD, "config", id="configuration beside an unknown WORKDIR"),
        pytest.param("./conf", "/code/conf", {**CODE, **CONF}, BUILD, "config", id="outside of the build context"),
        pytest.param("/etc/localtime", "/etc/localtime", {}, {}, "clock", id="the clock"),
        pytest.param("/usr/share/zoneinfo/Europe/Berlin", "/etc/localtime", {}, {}, "clock", id="a time zone"),
        pytest.param("/var/run/docker.sock", "/var/run/docker.sock", {}, {}, "refused", id="the socket of docker"),
        pytest.param("/", "/rootfs", {}, {}, "refused", id="the root"),
        pytest.param("/proc", "/host/proc", {}, {}, "refused", id="proc"),
        pytest.param("/srv/x", "/x", {}, {}, "refused", id="an absolute path"),
        pytest.param("~/x", "/x", {}, {}, "refused", id="a path of the user"),
        pytest.param("../x", "/x", {}, {}, "refused", id="a path above"),
        pytest.param("C:\\x", "/x", {}, {}, "refused", id="a path of Windows"),
    ],
)
def test_what_a_bind_is(tmp_path: Path, source: str, target: str, files: Files, service: dict[str, Any], kind: str) -> None:
    assert bind(tmp_path, source, target, files, service).kind == kind


@pytest.mark.parametrize(
    ("folder", "mounts", "kinds"),
    [
        pytest.param("flags", ["/etc/flagd", "/app/data"], ["config", "config"], id="another's configuration"),
        pytest.param("flags", ["/app/data", "/etc/flagd:ro"], ["config", "config"], id="another's configuration, in any order"),
        pytest.param("logs", ["/app/logs", "/logs:ro"], ["data", "data"], id="a reader of what another writes"),
        pytest.param("files", ["/data", "/srv/files:ro"], ["data", "data"], id="a reader of what another's target says is written"),
        pytest.param("files", ["/data", "/srv/files"], ["data", "data"], id="a second writer"),
        pytest.param("data", ["/data", "/etc/app"], ["data", "config"], id="configuration in a folder that is named data"),
        pytest.param("data", ["/data:ro", "/in:ro"], ["config", "config"], id="data that nobody writes"),
        pytest.param("pg", ["/var/lib/postgresql/data", "/backup:ro"], ["data", "data"], id="a backup of a database"),
        pytest.param("site", ["/srv/site", "/usr/share/nginx/html:ro"], ["config", "config"], id="a folder whose names say nothing"),
    ],
)
def test_a_folder_of_several_services_is_one_thing(tmp_path: Path, folder: str, mounts: list[str], kinds: list[str]) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "some.json").write_text("{}")
    services: dict[str, Any] = {}
    for number, text in enumerate(mounts):
        target, _, mode = text.partition(":")
        mount: dict[str, Any] = {"type": "bind", "source": f"./{folder}", "target": target, **({"read_only": True} if mode else {})}
        services[f"s{number}"] = {"image": "postgres:16" if "postgresql" in target else "x", "volumes": [mount]}
    project = of_model(services, tmp_path)

    assert [decide(project, key, one["volumes"][0]).kind for key, one in services.items()] == kinds


def test_a_folder_that_configures_another_service_is_no_code_of_the_image_beside_it(tmp_path: Path) -> None:
    (tmp_path / "src" / "flags").mkdir(parents=True)
    (tmp_path / "src" / "flags" / "flags.json").write_text("{}")
    (tmp_path / "Dockerfile").write_text("FROM python\nWORKDIR /app\n")
    flags, data, code = (
        {"type": "bind", "source": source, "target": target}
        for source, target in (("./src/flags", "/etc/flagd"), ("./src/flags", "/app/data"), (".", "/app"))
    )
    ui = {"image": "x", "build": {"context": ".", "dockerfile": "Dockerfile"}, "volumes": [data, code]}
    project = of_model({"flagd": {"image": "flagd", "volumes": [flags]}, "ui": ui}, tmp_path)

    assert [decide(project, "ui", mount).kind for mount in (data, code)] == ["config", "source"]


def test_a_folder_named_config_of_two_services_that_are_built_is_code(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.py").write_text("")
    (tmp_path / "Dockerfile").write_text("FROM python\nWORKDIR /app\n")
    mount = {"type": "bind", "source": "./config", "target": "/app/config"}
    one = {"image": "x", "build": {"context": ".", "dockerfile": "Dockerfile"}, "volumes": [mount]}
    project = of_model({"web": one, "worker": one}, tmp_path)

    assert decide(project, "web", mount).kind == "source"


def test_what_cannot_be_written_is_no_data(tmp_path: Path) -> None:
    assert bind(tmp_path, "./data", "/data", {"data/seed.json": "{}"}, read_only=True).kind == "config"


@pytest.mark.parametrize("content", [b"a\r\nb\r\n", b"\x00\xff", b""], ids=["CRLF", "binary", "empty"])
def test_a_file_is_kept_byte_for_byte(tmp_path: Path, content: bytes) -> None:
    assert bind(tmp_path, "./f.bin", "/f.bin", {"f.bin": content}).files == (BoundFile("", content),)


def test_the_files_of_a_folder_are_sorted_and_keep_what_is_executable(tmp_path: Path) -> None:
    files = {"conf/z.sh": "#!/bin/sh", "conf/a/b": "1", "conf/.DS_Store": "x", "conf/a.b": "2"}
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/z.sh").touch(0o755)
    assert bind(tmp_path, "./conf", "/etc/x", files).files == (
        BoundFile("a.b", b"2"),
        BoundFile("a/b", b"1"),
        BoundFile("z.sh", b"#!/bin/sh", executable=True),
    )


@pytest.mark.parametrize(
    ("name", "target", "content", "secret"),
    [
        ("db_password.txt", "/x", "a", True),
        ("a.key", "/x", "a", True),
        ("id_rsa", "/x", "a", True),
        (".htpasswd", "/x", "a", True),
        ("tls.pem", "/x", "-----BEGIN RSA PRIVATE KEY-----", True),
        ("tls.pem", "/x", "-----BEGIN CERTIFICATE-----", False),
        ("users", "/etc/users", "admin:$apr1$c4nary$" + "c4" * 11 + "\n", True),
        ("app.yml", "/etc/app.yml", "token: ghp_" + "c4Na" * 9, True),
        ("app.yml", "/etc/app.yml", "token: ghp_short", False),
        ("plain", "/run/secrets/plain", "a", True),
        ("plain", "/etc/api-token", "a", True),
        (".env", "/app/.env", "a", True),
        ("prod.env", "/x", "a", True),
        (".env.example", "/x", "a", False),
        ("tokenizer.json", "/x", "a", False),
        ("secret.css", "/x", "a", False),
        ("init-passwords.sql", "/x", "a", False),
    ],
)
def test_a_file_is_secret_by_its_name_its_target_or_a_credential(
    tmp_path: Path,
    name: str,
    target: str,
    content: str,
    secret: bool,  # noqa: FBT001 a table
) -> None:
    assert [file.secret for file in bind(tmp_path, f"./{name}", target, {name: content}).files] == [secret]


REFUSED = [
    pytest.param(
        "./big.bin",
        {"big.bin": b"x" * 1048577},
        "'big.bin' has 1048577 bytes, and a ConfigMap holds 1048576: put it into",
        id="a large file",
    ),
    pytest.param(
        "./many", {f"many/{n}": "" for n in range(101)}, "'many' holds more than 100 files.*build an image that has it", id="many files"
    ),
    pytest.param("./big", {f"big/{n}": b"x" * 900000 for n in range(5)}, "'big' holds more than 4194304 bytes", id="a large folder"),
    pytest.param("./repo", {"repo/.git/HEAD": "", "repo/x": ""}, "git repository", id="a repository"),
]


@pytest.mark.parametrize(("source", "files", "why"), REFUSED)
def test_what_is_no_configuration_is_refused_with_what_to_do(tmp_path: Path, source: str, files: Files, why: str) -> None:
    found = bind(tmp_path, source, "/x", files)
    assert found.kind == "refused"
    assert re.search(why, found.why)


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    project = tmp_path / "project"
    (project / "conf").mkdir(parents=True)
    (project / "link").symlink_to(tmp_path / "secret")
    (project / "conf/link").symlink_to(tmp_path / "secret")
    (project / "folder").symlink_to(tmp_path)
    for source in ("./link", "./conf", "./folder"):
        found = bind(project, source, "/x")
        assert (found.kind, found.files) == ("refused", ())
        assert "leads out of the project" in found.why


def test_a_link_to_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/loop").symlink_to(tmp_path / "conf")
    os.mkfifo(tmp_path / "pipe")
    assert "link to a folder" in bind(tmp_path, "./conf", "/x").why
    assert "no regular file" in bind(tmp_path, "./pipe", "/y").why


@pytest.mark.parametrize("source", ["./nginx.conf", "./Caddyfile", "./.env", "./x.sql"])
def test_a_missing_file_is_refused(tmp_path: Path, source: str) -> None:
    project = made(tmp_path, f"services:\n  web:\n    image: x\n    volumes:\n      - {source}:/etc/target\n")

    found = decide(project, "web", project.services["web"]["volumes"][0])

    assert found.kind == "refused"
    assert found.why == f"'{source}' does not exist: add it, or take the line out; docker would make an empty folder of that name"


def test_a_missing_folder_that_docker_does_not_make_is_refused(tmp_path: Path) -> None:
    assert "docker compose would refuse it too" in bind(tmp_path, "./none", "/x", bind={}).why


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (tmp_path / "a.conf").write_text("1")
    with pytest.raises(ConverterError, match=r"'./a.conf', which service 'web' mounts at '/x', cannot be read: permission denied$"):
        bind(tmp_path, "./a.conf", "/x")


def test_a_mount_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("1")
    mount = {"type": "bind", "source": "./a.conf", "target": "/a.conf"}
    project = of_model({"web": {"image": "x", "volumes": [mount]}}, tmp_path)
    first = decide(project, "web", mount)
    (tmp_path / "a.conf").write_text("2")
    assert decide(project, "web", mount) is first


@pytest.mark.parametrize(
    ("source", "outside", "kind"),
    [
        ("../shared/a.conf", (), "refused"),
        ("../shared/a.conf", ("../shared",), "file"),
        ("../other", ("../other",), "config"),
        ("..\\shared\\a.conf", ("../shared/a.conf",), "file"),
        ("../shared", ("../share",), "refused"),
        ("../shared/../other/b.conf", ("../shared",), "refused"),
        ("../shared/link", ("../shared",), "refused"),
        ("../shared/data", ("../shared",), "data"),
        ("C:\\Users\\me\\x", (), "refused"),
        ("~/x", (), "refused"),
        (".\\inside.conf", (), "file"),
    ],
)
def test_what_leaves_the_project_is_read_only_where_the_overlay_allows_it(
    source: str, outside: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    for name in ("project/inside.conf", "shared/a.conf", "other/b.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "shared/link").symlink_to(tmp_path / "other/b.conf")
    mount = {"type": "bind", "source": source, "target": "/etc/x", "bind": {"create_host_path": True}}
    model = {"name": "p", "services": {"a": {"image": "a:1", "volumes": [mount]}}}
    project = Project("p", tmp_path / "project", model, Sources(()), Secrets(), Settings(outside=outside))

    bind = decide(project, "a", mount)

    assert bind.kind == kind
    assert ("outside: [" in bind.why) == (kind == "refused" and not source.endswith("link"))


def test_source_code_above_the_project_is_dropped_where_the_image_is_built_from_it(tmp_path: Path) -> None:
    mount = {"type": "bind", "source": "../src", "target": "/app", "bind": {"create_host_path": True}}
    model = {"name": "p", "services": {"a": {"build": {"context": ".."}, "volumes": [mount]}, "b": {"image": "b:1", "volumes": [mount]}}}
    project = Project("p", tmp_path, model, Sources(()), Secrets(), Settings())

    assert [decide(project, key, mount).kind for key in ("a", "b")] == ["source", "refused"]


@pytest.mark.parametrize(("data", "wanted"), [(b"#!/bin/sh\n", True), (b"\x7fELF\x02", True), (b"a = 1\n", False)])
def test_what_begins_as_a_program_is_executable_whatever_the_host_says(data: bytes, *, wanted: bool, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)

    assert read_file(tmp_path / "x", tmp_path, "", "/x").executable is wanted
