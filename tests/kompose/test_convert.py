"""kompose is run on the staged copy, and its output taken in as a scaffold."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.compose.project import Project
from converter.errors import ConverterError
from converter.kompose.convert import convert
from converter.manifests import pod_spec
from tests.kompose.conftest import project_of

Script = Callable[..., Path]
WEB = {"web": {"image": "nginx:1.27", "ports": [{"target": 80, "protocol": "tcp"}]}}
WORKLOAD = (
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}'
)
OUT = 'for last; do :; done; /bin/mkdir -p "$last"'
NOT_ONE = "kompose made not one workload for service 'web', but"
NO_OBJECT = "kompose wrote 'web.json', which is no Kubernetes object in JSON"


def writes(text: str, file: str = "web.json") -> str:
    """A script that writes `text` into the folder that it is asked to write to."""
    return f"{OUT}; echo '{text}' > $last/{file}"


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything temporary goes where a test can see whether it is gone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_service_with_a_provider_becomes_nothing(kompose: Path) -> None:
    cloud = {"cloud": {"image": "x", "provider": {"type": "awesome"}}}

    assert [one["metadata"]["name"] for one in convert(project_of({**WEB, **cloud}), kompose)] == ["web", "web"]
    with pytest.raises(ConverterError, match="no service that runs a container: all have a provider"):
        convert(project_of(cloud), kompose)


def test_a_service_becomes_a_bare_deployment_and_a_service(kompose: Path) -> None:
    manifests = convert(project_of(WEB), kompose)
    deployment, service = manifests
    assert deployment == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": {"metadata": {}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}},
    }
    assert service == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"name": "80", "port": 80, "targetPort": 80}]},
    }
    assert manifests.workload("web") is deployment
    assert manifests.container("web") is pod_spec(deployment)["containers"][0]
    assert manifests.service_of(service) == "web"


def test_every_service_has_one_workload_whatever_its_compose_values_are(kompose: Path) -> None:
    odd = {
        "image": "x",
        "healthcheck": {"test": ["NONE"]},
        "restart": "on-failure:3",
        "volumes": [{"type": "volume", "source": "v", "target": "/v"}],
    }
    services = {
        "web_app": odd,
        "3proxy": {"build": {"context": "."}},
        "Agent": {"image": "a", "deploy": {"mode": "global"}},
        "no": {"image": "y", "restart": "no"},
    }
    manifests = convert(project_of(services, volumes={"v": {}}), kompose)
    assert sorted(manifests.services()) == sorted(services)
    assert manifests.workload("Agent")["kind"] == "DaemonSet"
    assert {manifests.workload(service)["kind"] for service in ("web_app", "3proxy", "no")} == {"Deployment"}


def test_objects_come_in_the_order_of_service_kind_and_name(kompose: Path) -> None:
    volume = {"type": "volume", "source": "data", "target": "/data"}
    services = {name: {"image": "x", "ports": [{"target": 80}], "volumes": [volume]} for name in ("b", "a")}
    manifests = convert(project_of(services, volumes={"data": {}}), kompose)
    assert [(manifests.service_of(one), one["kind"], one["metadata"]["name"]) for one in manifests] == [
        ("", "PersistentVolumeClaim", "data"),
        ("a", "Deployment", "a"),
        ("a", "Service", "a"),
        ("b", "Deployment", "b"),
        ("b", "Service", "b"),
    ]


def test_a_claim_of_one_service_belongs_to_it(kompose: Path) -> None:
    service = {"image": "x", "volumes": [{"type": "volume", "source": "data", "target": "/data"}]}
    manifests = convert(project_of({"db": service}, volumes={"data": {}}), kompose)
    claim = manifests.find("PersistentVolumeClaim", "data")
    assert claim is not None
    assert manifests.service_of(claim) == "db"
    assert set(claim) == {"apiVersion", "kind", "metadata", "spec"}


def test_a_service_on_the_network_of_another_stands_in_its_pod(kompose: Path) -> None:
    others = {"sidecar": {"image": "s", "network_mode": "service:web"}, "third": {"image": "t", "network_mode": "service:sidecar"}}
    manifests = convert(project_of({**WEB, **others}), kompose)
    [deployment] = manifests.of_kind("Deployment")
    assert sorted(container["name"] for container in pod_spec(deployment)["containers"]) == ["sidecar", "third", "web"]
    assert all(manifests.workload(service) is deployment for service in manifests.services())


def test_two_runs_give_the_same(kompose: Path) -> None:
    services = {f"s{number}": {"image": "x", "ports": [{"target": 80}]} for number in range(20)}
    assert list(convert(project_of(services), kompose)) == list(convert(project_of(services), kompose))


def test_kompose_sees_an_empty_path_and_nothing_of_the_caller(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "canary")
    look = f"(/usr/bin/env; /bin/pwd; /usr/bin/stat -c %a .) > {tmp_path}/seen"
    fake = script(f"{look}; {writes(WORKLOAD)}")
    convert(project_of(WEB), fake)
    seen = (tmp_path / "seen").read_text()
    assert "PATH=\n" in seen
    assert "canary" not in seen
    assert str(Path.home()) + "\n" not in seen
    assert "\n700\n" in seen


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo FATA >&2; exit 1", "kompose ended with exit status 1"),
        (writes("{not json"), NO_OBJECT),
        (writes("[]"), NO_OBJECT),
        (writes('{"kind": "Pod"}'), NO_OBJECT),
        (writes(WORKLOAD.replace("Deployment", "Pod")), f"{NOT_ONE} Pod"),
        (f"{writes(WORKLOAD, '1.json')}; {writes(WORKLOAD, '2.json')}", f"{NOT_ONE} Deployment and Deployment"),
        (writes(WORKLOAD.replace("image", "imago")), "kompose made a workload without an image for service 'web'"),
        ("exit 0", f"{NOT_ONE} none"),
        ("/bin/sleep 20", "kompose did not end within 0.3 seconds"),
    ],
)
def test_a_kompose_that_does_not_work_is_one_clear_error(script: Script, own_temporary_folder: Path, body: str, message: str) -> None:
    with pytest.raises(ConverterError) as caught:
        convert(project_of(WEB), script(body), limit=0.3)
    assert caught.value.message == message
    assert caught.value.hint
    assert not list(own_temporary_folder.iterdir())


def test_a_kompose_that_is_no_program_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "kompose"
    file.write_text("not a program")
    file.chmod(0o755)
    with pytest.raises(ConverterError, match="cannot be started: Exec format error"):
        convert(project_of(WEB), file)
    with pytest.raises(ConverterError, match="cannot be started: No such file"):
        convert(project_of(WEB), tmp_path / "none")


def test_what_kompose_says_is_for_the_debug_log_alone(
    script: Script, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ConverterError):
        convert(project_of(WEB), script("printf '\\033[31mFATA\\033[0m no\\n' >&2; exit 1"))
    assert [record.getMessage() for record in caplog.records] == ["kompose: FATA no"]
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_leaves_no_file(script: Script, own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        [folder] = own_temporary_folder.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        raise KeyboardInterrupt

    monkeypatch.setattr("subprocess.run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        convert(project_of(WEB), script("exit 0"))
    assert not list(own_temporary_folder.iterdir())


def test_a_project_without_active_services_is_an_error(kompose: Path) -> None:
    empty: Project = project_of({})
    with pytest.raises(ConverterError, match="project 'shop' has no active service"):
        convert(empty, kompose)
