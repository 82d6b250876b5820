"""What is mounted: claims, files, memory, secrets and configs, each at its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from converter import ledger
from converter.compose.project import Project, Target
from converter.intent.files import Files
from tests.intent.samples import SECRETS, Written, documents, verdict

NAMED = {"type": "volume", "source": "my_data", "target": "/data"}
CLAIM = "volumes: [{name: d, persistentVolumeClaim: {claimName: my-data}}]"
MOUNT = "volumeMounts: [{name: d, mountPath: /data}]"
PVC = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: my-data}"


def of(volume: dict[str, Any], key: str, pod: str = "", container: str = "", more: str = "", **top: Any) -> str:
    """The verdict of one value of a mount."""
    said: str = verdict(f'volumes."{volume["target"]}".{key}', {"volumes": [volume]}, pod, container=container, more=more, **top).verdict
    return said


@pytest.mark.parametrize(
    ("key", "pod", "container", "more", "expected"),
    [
        ("type", CLAIM, MOUNT, PVC, "kept"),
        ("target", CLAIM, MOUNT, PVC, "kept"),
        ("source", CLAIM, MOUNT, PVC, "translated"),
        ("source", CLAIM, MOUNT, "", "differs"),
        ("source", CLAIM.replace("my-data", "other"), MOUNT, PVC, "differs"),
        ("type", "", MOUNT, PVC, "lost"),
        ("target", CLAIM, MOUNT.replace("/data", "/other"), PVC, "lost"),
        ("type", "volumes: [{name: d, emptyDir: {}}]", MOUNT, "", "kept"),
        ("source", "volumes: [{name: d, emptyDir: {}}]", MOUNT, "", "lost"),
        ("type", "volumes: [{name: d, hostPath: {path: /x}}]", MOUNT, "", "differs"),
        ("source", "volumes: [{name: d, hostPath: {path: /x}}]", MOUNT, "", "differs"),
        ("type", "volumes: [{name: d, nfs: {server: a, path: /b}}]", MOUNT, "", "kept"),
    ],
)
def test_a_named_volume_is_a_claim_at_its_path(key: str, pod: str, container: str, more: str, expected: str) -> None:
    assert of(NAMED, key, pod, container, more) == expected


@pytest.mark.parametrize(
    ("mount", "volume", "expected"),
    [("readOnly: true", "", "kept"), ("", "readOnly: true", "kept"), ("", "", "lost"), ("readOnly: false", "", "lost")],
)
def test_read_only_is_the_mounts_or_the_claims(mount: str, volume: str, expected: str) -> None:
    pod = f"volumes: [{{name: d, persistentVolumeClaim: {{claimName: my-data, {volume}}}}}]"
    container = f"volumeMounts: [{{name: d, mountPath: /data, {mount}}}]"

    assert of({**NAMED, "read_only": True}, "read_only", pod, container, PVC) == expected


def test_a_part_of_a_claim() -> None:
    part = {**NAMED, "volume": {"subpath": "a/b", "nocopy": True}}

    assert of(part, "volume.subpath", CLAIM, "volumeMounts: [{name: d, mountPath: /data, subPath: a/b}]", PVC) == "kept"
    assert of(part, "volume.subpath", CLAIM, MOUNT, PVC) == "lost"
    assert of(part, "volume.nocopy", CLAIM, MOUNT, PVC) == "not needed"


def test_an_external_volume_is_a_claim_that_others_made() -> None:
    external = {"volumes": {"my_data": {"name": "Their_Data", "external": True}}}
    pod = "volumes: [{name: d, persistentVolumeClaim: {claimName: their-data}}]"
    service = {"volumes": [NAMED]}

    assert of(NAMED, "source", pod, MOUNT, "", **external) == "translated"
    assert verdict("/volumes.my_data.external", service, pod, container=MOUNT, **external).verdict == "kept"
    made = PVC.replace("my-data", "their-data")
    assert verdict("/volumes.my_data.external", service, pod, container=MOUNT, more=made, **external).verdict == "differs"


@pytest.mark.parametrize(
    ("option", "raw", "expected"),
    [("type", "nfs4", "translated"), ("device", ":/films", "kept"), ("o", "nfsvers=4,addr=nas,rw", "translated"), ("x", "y", "lost")],
)
def test_an_nfs_volume_is_the_volume_behind_the_claim(option: str, raw: str, expected: str) -> None:
    more = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: my-data}
spec: {volumeName: films}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: films}
spec: {nfs: {server: nas, path: /films}, mountOptions: [nfsvers=4]}
"""
    top = {"volumes": {"my_data": {"name": "shop_my_data", "driver_opts": {option: raw}}}}

    assert (
        verdict(f"/volumes.my_data.driver_opts.{option}", {"volumes": [NAMED]}, CLAIM, container=MOUNT, more=more, **top).verdict
        == expected
    )


def test_a_volume_in_memory() -> None:
    top = {"volumes": {"my_data": {"name": "x", "driver_opts": {"type": "tmpfs", "o": "size=1m"}}}}
    pod = "volumes: [{name: d, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]"

    assert of(NAMED, "type", pod, MOUNT, "", **top) == "translated"
    assert of(NAMED, "source", pod, MOUNT, "", **top) == "not needed"
    assert verdict("/volumes.my_data.driver_opts.type", {"volumes": [NAMED]}, pod, container=MOUNT, **top).verdict == "not needed"


@pytest.mark.parametrize(
    ("raw", "size", "expected"),
    [
        ("/t", "64Mi", "approximated"),
        ("/t:size=1m", "1Mi", "translated"),
        ("/t:size=1m,mode=1777", "2Mi", "differs"),
        ("/other", "1Mi", "lost"),
    ],
)
def test_tmpfs_is_memory_with_a_limit(raw: str, size: str, expected: str) -> None:
    pod = f"volumes: [{{name: t, emptyDir: {{medium: Memory, sizeLimit: {size}}}}}]"
    container = "volumeMounts: [{name: t, mountPath: /t}]"

    assert verdict(f'tmpfs."{raw}"', {"tmpfs": [raw]}, pod, container=container).verdict == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("size", "1048576", "kept"), ("size", "2097152", "differs"), ("mode", 0o1777, "not needed"), ("mode", 0o700, "lost")],
)
def test_a_tmpfs_among_the_volumes(key: str, value: object, expected: str) -> None:
    pod = "volumes: [{name: t, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]"
    mount = {"type": "tmpfs", "target": "/t", "tmpfs": {key: value}}

    assert of(mount, f"tmpfs.{key}", pod, "volumeMounts: [{name: t, mountPath: /t}]") == expected


@pytest.mark.parametrize(("size", "expected"), [("64Mi", "kept"), ("65Mi", "differs")])
def test_shared_memory(size: str, expected: str) -> None:
    pod = f"volumes: [{{name: s, emptyDir: {{medium: Memory, sizeLimit: {size}}}}}]"

    assert (
        verdict("shm_size", {"shm_size": "67108864"}, pod, container="volumeMounts: [{name: s, mountPath: /dev/shm}]").verdict == expected
    )


@pytest.mark.parametrize(
    ("mount", "why"),
    [
        ({"type": "bind", "source": "/var/run/docker.sock", "target": "/s"}, "socket"),
        ({"type": "npipe", "source": "x", "target": "/s"}, "npipe"),
    ],
)
def test_what_no_cluster_has_is_refused_once(mount: dict[str, Any], why: str) -> None:
    entry = verdict("volumes./s.source", {"volumes": [mount]})

    assert entry.verdict == "refused"
    assert why in entry.why
    assert {verdict(f"volumes./s.{key}", {"volumes": [mount]}).verdict for key in ("type", "target")} == {"not needed"}


def files(folder: Path, service: dict[str, Any], pod: str, **top: Any) -> dict[str, str]:
    """Verdicts of the values of a service whose project stands in a folder, by what is left of their routes."""
    model = {"name": "shop", "services": {"web": {"image": "x", **service}}, **top}
    text = f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    spec:
{pod}
"""
    entries = ledger.entries(Project("shop", folder, model, Written(), SECRETS), documents(text), Target())
    return {
        ".".join(map(str, entry.route[2:])): entry.verdict
        for entry in entries
        if entry.route[:1] == ("services",) and entry.verdict != "added"
    }


MOUNTED = """
      containers: [{name: web, image: x, volumeMounts: [{name: f, mountPath: /etc/app.conf, subPath: app.conf}]}]
      volumes: [{name: f, configMap: {name: files}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files}
"""


@pytest.mark.parametrize(
    ("data", "source"),
    [
        ("data: {app.conf: 'port = 1'}", "translated"),
        ("data: {app.conf: 'port = 2'}", "differs"),
        ("data: {other: 'port = 1'}", "lost"),
        ("binaryData: {app.conf: cG9ydCA9IDE=}", "translated"),
        ("binaryData: {app.conf: '*'}", "lost"),
        ("data: [1]", "lost"),
    ],
)
def test_a_bound_file_is_compared_by_its_content(tmp_path: Path, data: str, source: str) -> None:
    (tmp_path / "app.conf").write_text("port = 1")
    mount = {"type": "bind", "source": "./app.conf", "target": "/etc/app.conf", "read_only": True}

    assert files(tmp_path, {"volumes": [mount]}, MOUNTED + data)["volumes./etc/app.conf.source"] == source


def test_a_bound_file_that_is_not_read_only_is_approximated(tmp_path: Path) -> None:
    (tmp_path / "app.conf").write_text("port = 1")
    mount = {"type": "bind", "source": "./app.conf", "target": "/etc/app.conf"}

    found = files(tmp_path, {"volumes": [mount]}, MOUNTED + "data: {app.conf: port = 1}")

    assert found["volumes./etc/app.conf.type"] == "approximated"
    assert found["volumes./etc/app.conf.target"] == "kept"


def test_a_folder_is_compared_whole_without_what_another_mount_hides(tmp_path: Path) -> None:
    (tmp_path / "conf" / "sub").mkdir(parents=True)
    for name, text in {"conf/a": "A", "conf/sub/b": "B", "conf/c": "hidden", "c": "C"}.items():
        (tmp_path / name).write_text(text)
    binds = [
        {"type": "bind", "source": "./conf", "target": "/conf", "read_only": True},
        {"type": "bind", "source": "./c", "target": "/conf/c", "read_only": True},
    ]
    pod = """
      containers: [{name: web, image: x, volumeMounts: [{name: f, mountPath: /conf}]}]
      volumes:
        - name: f
          projected: {sources: [{configMap: {name: one, items: [{key: a, path: a}, {key: b, path: sub/b}]}}, {configMap: {name: two}}]}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {a: A, b: B}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {c: C}}
"""

    found = files(tmp_path, {"volumes": binds}, pod)

    assert {key: said for key, said in found.items() if said not in ("kept", "translated")} == {}


def test_files_say_how_many_they_are_and_differ_by_content() -> None:
    assert str(Files({"": b"abc"})).startswith("1 file, 3 bytes, ")
    assert str(Files({"a": b"1", "b": b"2"})).startswith("2 files (a, b), 2 bytes, ")
    assert str(Files({"": b"abc"})) != str(Files({"": b"abd"}))


@pytest.mark.parametrize(
    ("item", "path", "mode", "source"),
    [
        ("{key: DB_PASSWORD, path: token}", "/run/secrets/token", "approximated", "translated"),
        ("{key: DB_PASSWORD, path: token, mode: 256}", "/run/secrets/token", "kept", "translated"),
        ("{key: OTHER, path: token}", "/run/secrets/token", "approximated", "differs"),
        ("{key: DB_PASSWORD, path: token}", "/run/secrets/other", "lost", "lost"),
    ],
)
def test_a_secret_is_a_key_at_its_path(item: str, path: str, mode: str, source: str) -> None:
    service = {"secrets": [{"source": "token", "target": "/run/secrets/token", "mode": "0400"}]}
    pod = f"volumes: [{{name: s, secret: {{secretName: shop-secrets, items: [{item}]}}}}]"
    container = f"volumeMounts: [{{name: s, mountPath: {path}, subPath: token}}]"
    top = {"secrets": {"token": {"environment": "DB_PASSWORD"}}}

    assert verdict("secrets./run/secrets/token.source", service, pod, container=container, **top).verdict == source
    assert verdict("secrets./run/secrets/token.mode", service, pod, container=container, **top).verdict == mode


def test_a_secret_may_be_in_a_folder_of_secrets() -> None:
    service = {"secrets": [{"source": "token", "target": "/run/secrets/token"}]}
    pod = "volumes: [{name: s, secret: {secretName: shop-secrets, items: [{key: DB_PASSWORD, path: token}]}}]"
    top = {"secrets": {"token": {"environment": "DB_PASSWORD"}}}

    entry = verdict(
        "secrets./run/secrets/token.source", service, pod, container="volumeMounts: [{name: s, mountPath: /run/secrets}]", **top
    )

    assert (entry.verdict, entry.got) == ("translated", "<DB_PASSWORD>")


@pytest.mark.parametrize(("content", "expected"), [("hello", "translated"), ("bye", "differs")])
def test_a_config_is_compared_by_its_content(content: str, expected: str) -> None:
    service = {"configs": [{"source": "motd", "uid": "1"}]}
    more = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{motd: {content}}}"
    pod = "volumes: [{name: c, configMap: {name: c}}]"
    container = "volumeMounts: [{name: c, mountPath: /motd, subPath: motd}]"
    top = {"configs": {"motd": {"content": "hello"}}}

    assert verdict("configs.motd.source", service, pod, container=container, more=more, **top).verdict == expected
    assert verdict("configs.motd.uid", service, pod, container=container, more=more, **top).verdict == "not needed"


def test_the_mounts_of_another_service() -> None:
    service = {"volumes_from": ["web:ro"], "volumes": [NAMED]}

    assert verdict('volumes_from."web:ro"', service, CLAIM, container=MOUNT, more=PVC).verdict == "kept"
    assert verdict('volumes_from."web:ro"', service, CLAIM, more=PVC).verdict == "lost"


def lending(beside: str, *, apart: bool) -> Any:
    """The verdict of `volumes_from` where `beside` is the volume that the borrower mounts, in the lender's pod or in one of its own."""
    anonymous = {"type": "volume", "target": "/anon", "volume": {}}
    borrower = {"image": "b", "volumes_from": ["a"], **({} if apart else {"network_mode": "service:a"})}
    model = {"services": {"a": {"image": "a", "volumes": [anonymous]}, "b": borrower}}
    project = Project("shop", Path("/nowhere"), model, Written(), SECRETS)
    one, other = ({"name": name, "volumeMounts": [{"name": volume, "mountPath": "/anon"}]} for name, volume in (("a", "x"), ("b", beside)))
    volumes: list[dict[str, Any]] = [{"name": name, "emptyDir": {}} for name in ("x", "y")]
    pods = {"a": [one], "b": [other]} if apart else {"a": [one, other]}
    specs = {name: {"containers": containers, "volumes": volumes} for name, containers in pods.items()}
    made = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"template": {"spec": spec}}}
        for name, spec in specs.items()
    ]
    return next(one for one in ledger.entries(project, made, Target()) if one.route == ("services", "b", "volumes_from", "a"))


def test_an_anonymous_volume_is_lent_within_one_pod_only() -> None:
    assert lending("x", apart=False).verdict == "kept"
    assert lending("y", apart=False).verdict == "differs"
    there = lending("x", apart=True)
    assert (there.verdict, "'/anon'" in there.why, "name" in there.hint) == ("approximated", True, True)
