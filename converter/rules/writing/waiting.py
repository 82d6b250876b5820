"""The init containers that wait, and what one that asks the API server needs. All meet the level `restricted`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from converter.manifests import Object
from converter.rules.writing.dollar import literal

_NOBODY = 65534
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME = "api-token"


def wait_for_port(name: str, image: str, host: str, port: int, limit: int | None) -> dict[str, Any]:
    """Connects to a Service until it answers; after `limit` seconds, if any, it says so and ends.

    `nc -w 2 HOST PORT </dev/null` is the form that every busybox knows: Debian's has no -z (measured).
    """
    return _asking(name, image, f"until nc -w 2 {host} {port} </dev/null; do sleep 1; done", f"{host}:{port}", limit)


def wait_for_name(name: str, image: str, host: str, limit: int) -> dict[str, Any]:
    """Asks for a name until it resolves: a headless Service's does when its pod is Ready.

    nc resolves as programs do, search list included; what it says of a name that does not resolve is "bad address".
    """
    return _asking(name, image, f'while nc -w 2 {host} 9 </dev/null 2>&1 | grep -q "bad address"; do sleep 1; done', host, limit)


def wait_for_job(names: tuple[str, str], image: str, job: str, limit: str) -> Iterator[dict[str, Any]]:
    """One that waits for the end of a Job by asking the API server, and one that fails if it has not ended well.

    The image has no shell, and kubectl cannot wait for one of two conditions; of those that a Job may have, Complete and Failed alone come
    before FailureTarget in order (`<=` is more than kubectl's option can read).
    """
    ended = '--for=jsonpath={.status.conditions[?(@.type<"FailureTarget")].status}=True'
    said = "--output=jsonpath={.metadata.name}: {.status.conditions[-1:].type}. {.status.conditions[-1:].message}"
    asked = ([ended, f"job/{job}", f"--timeout={limit}", said], ["--for=condition=complete", f"job/{job}", "--timeout=0s"])
    mount = {"name": _VOLUME, "mountPath": _ACCOUNT, "readOnly": True}
    more = {"terminationMessagePolicy": "FallbackToLogsOnError", "volumeMounts": [mount]}
    for name, words in zip(names, asked, strict=True):
        yield {**_container(name, image, ["kubectl", "wait", *words], memory=("32Mi", "128Mi")), **more}


def token_volume() -> dict[str, Any]:
    """What a client of the API server finds in its container, as a volume that only the init container mounts."""
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
    ]
    return {"name": _VOLUME, "projected": {"sources": sources}}


def job_reader(name: str, jobs: Sequence[str]) -> Iterator[Object]:
    """ServiceAccount, Role and RoleBinding, all called `name`, that may look at these Jobs and at nothing else."""
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}, "automountServiceAccountToken": False}
    rule = {"apiGroups": ["batch"], "resources": ["jobs"], "resourceNames": list(jobs), "verbs": ["get", "list", "watch"]}
    yield {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name}, "rules": [rule]}
    yield {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name}],
    }


def _asking(name: str, image: str, loop: str, what: str, limit: int | None) -> dict[str, Any]:
    """A container that runs a loop of the shell, for ever or for `limit` seconds."""
    script = f"echo 'waiting for {what}'; {loop}"
    if limit is not None:
        script = f"echo 'waiting for {what}'; timeout {limit} sh -c '{loop}' || echo 'no {what} within {limit} s: going on'"
    return _container(name, image, ["/bin/sh", "-c", literal(script)], memory=("8Mi", "32Mi"))


def _container(name: str, image: str, command: list[str], memory: tuple[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": command,
        "resources": {"requests": {"cpu": "10m", "memory": memory[0]}, "limits": {"cpu": "100m", "memory": memory[1]}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsGroup": _NOBODY,
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
