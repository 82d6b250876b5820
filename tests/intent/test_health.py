"""The healthcheck: which probe runs the same test, as often and as patiently."""

from __future__ import annotations

import pytest

from converter.intent.requests import local_request
from tests.intent.samples import PASSWORD, verdict

HOST = ', httpHeaders: [{name: Host, value: "localhost:8000"}]'
REFERENCE = "env: [{name: CDB_DB_PASSWORD, valueFrom: {secretKeyRef: {name: shop-secrets, key: DB_PASSWORD}}}]\n          "


@pytest.mark.parametrize(
    ("words", "address"),
    [
        (["curl", "-f", "http://localhost:8000/health"], "http://localhost:8000/health"),
        (["curl", "-fsS", "-o", "/dev/null", "localhost:8000"], "http://localhost:8000/"),
        (["/bin/sh", "-c", "curl --fail http://127.0.0.1:80/a?b=c || exit 1"], "http://127.0.0.1/a?b=c"),
        (["/bin/sh", "-c", "wget -qO- http://localhost/ > /dev/null 2>&1"], "http://localhost/"),
        (["wget", "--spider", "-q", "http://[::1]:9/x"], "http://[::1]:9/x"),
        (["curl", "-kf", "https://localhost/"], "https://localhost/"),
        (["curl", "http://localhost:8000/health"], None),
        (["curl", "-f", "-X", "POST", "http://localhost:8000/health"], None),
        (["curl", "-fL", "http://localhost:8000/health"], None),
        (["curl", "-f", "http://other:8000/health"], None),
        (["curl", "-f", "http://localhost:x/"], None),
        (["curl", "-f", "a", "b"], None),
        (["/bin/sh", "-c", "curl -f localhost | grep ok"], None),
        (["/bin/sh", "-c", "curl -f 'localhost"], None),
        (["/bin/sh", "-c", 'curl -f "http://localhost/$X"'], None),
        (["pg_isready"], None),
        ([], None),
    ],
)
def test_the_request_of_a_test(words: list[str], address: str | None) -> None:
    assert local_request(words) == address


@pytest.mark.parametrize(
    ("test", "probe", "expected"),
    [
        (["CMD", "check"], "exec: {command: [check]}", "kept"),
        (["CMD", "check"], "exec: {command: [other]}", "differs"),
        (["CMD-SHELL", "check || exit 1"], 'exec: {command: [/bin/sh, -c, "check || exit 1"]}', "kept"),
        (["CMD", "sh", "-c", "check"], "exec: {command: [sh, -c, check]}", "kept"),
        (["CMD", "echo", "$(X)"], "exec: {command: [echo, $$(X)]}", "kept"),
        (["CMD", "curl", "-f", "http://localhost:8000/health"], f"httpGet: {{path: /health, port: 8000{HOST}}}", "kept"),
        (["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"], f"httpGet: {{path: /health, port: 8000{HOST}}}", "translated"),
        (["CMD-SHELL", "curl -f http://localhost:8000/health"], f"httpGet: {{path: /health, port: http{HOST}}}", "translated"),
        (["CMD-SHELL", "curl -f http://localhost:8000/health"], f"httpGet: {{path: /other, port: 8000{HOST}}}", "differs"),
        (["CMD-SHELL", "curl -f http://localhost:8000/health"], f"httpGet: {{path: /health, port: 8001{HOST}}}", "differs"),
        (["CMD", "curl", "-f", "http://localhost:8001/"], f"httpGet: {{path: /, port: 8001{HOST}}}", "kept"),
        (["CMD-SHELL", "curl -f http://localhost:8000/health"], "httpGet: {path: /health, port: 8000}", "approximated"),
        (["CMD-SHELL", "curl -fk https://localhost:8000/"], f"httpGet: {{path: /, port: 8000, scheme: HTTPS{HOST}}}", "translated"),
        (["CMD", "redis-cli", "ping"], 'exec: {command: [/bin/sh, -c, "redis-cli ping | grep -q PONG"]}', "approximated"),
        (["CMD", "nc", "-z", "localhost", "8000"], "tcpSocket: {port: http}", "kept"),
        (["CMD", "check"], "tcpSocket: {port: 8000}", "differs"),
        (["CMD", "check"], "grpc: {port: 8000, service: shop}", "differs"),
    ],
)
def test_a_probe_runs_the_same_test(test: list[str], probe: str, expected: str) -> None:
    container = f"ports: [{{name: http, containerPort: 8000}}]\n          readinessProbe: {{{probe}}}"

    assert verdict("healthcheck.test", {"healthcheck": {"test": test}}, container=container).verdict == expected


@pytest.mark.parametrize(
    ("test", "script", "expected"),
    [
        (["CMD", "ask", "-p", PASSWORD], 'ask -p "${CDB_DB_PASSWORD}"', "translated"),
        (["CMD-SHELL", f"ask -p {PASSWORD}"], 'ask -p "${CDB_DB_PASSWORD}"', "translated"),
        (["CMD-SHELL", f"ask -p '{PASSWORD}' x"], "ask -p ''\"${CDB_DB_PASSWORD}\"'' x", "translated"),
        (["CMD-SHELL", f"ask -p {PASSWORD}"], "ask -p $OTHER", "differs"),
        (["CMD-SHELL", f"ask -p {PASSWORD}"], "ask -p $(CDB_DB_PASSWORD)", "differs"),
    ],
)
def test_a_secret_in_a_test_is_a_variable_of_a_shell(test: list[str], script: str, expected: str) -> None:
    command = "\n".join(f"                - {word}" for word in ("/bin/sh", "-c", f"|-\n                  {script}"))
    container = f"{REFERENCE}readinessProbe:\n            exec:\n              command:\n{command}"

    assert verdict("healthcheck.test", {"healthcheck": {"test": test}}, container=container).verdict == expected


@pytest.mark.parametrize(
    ("key", "raw", "probe", "expected"),
    [
        ("interval", "1m30s", "periodSeconds: 90", "kept"),
        ("interval", "500ms", "periodSeconds: 1", "translated"),
        ("interval", "10s", "", "kept"),
        ("interval", "30s", "", "differs"),
        ("timeout", "1h0m0s", "timeoutSeconds: 3600", "kept"),
        ("timeout", "5s", "", "differs"),
        ("retries", 3, "", "kept"),
        ("retries", 5, "failureThreshold: 5", "kept"),
        ("retries", 5, "failureThreshold: 4", "differs"),
        ("start_period", "30s", "", "not needed"),
        ("start_interval", "5s", "", "not needed"),
    ],
)
def test_times_of_a_probe(key: str, raw: object, probe: str, expected: str) -> None:
    container = f"readinessProbe: {{exec: {{command: [x]}}, {probe}}}"

    assert verdict(f"healthcheck.{key}", {"healthcheck": {"test": ["CMD", "x"], key: raw}}, container=container).verdict == expected


@pytest.mark.parametrize(
    ("startup", "expected"),
    [
        ("startupProbe: {failureThreshold: 60, periodSeconds: 5}", "translated"),
        ("", "differs"),
        ("startupProbe: {failureThreshold: 2}", "differs"),
    ],
)
def test_beside_a_liveness_probe_the_start_period_counts(startup: str, expected: str) -> None:
    container = f"readinessProbe: {{exec: {{command: [x]}}}}\n          livenessProbe: {{exec: {{command: [x]}}}}\n          {startup}"

    assert (
        verdict("healthcheck.start_period", {"healthcheck": {"test": ["CMD", "x"], "start_period": "1m0s"}}, container=container).verdict
        == expected
    )


def test_a_healthcheck_that_is_off_needs_no_probe_and_a_probe_differs() -> None:
    off = {"healthcheck": {"disable": True, "interval": "5s"}}

    assert verdict("healthcheck.disable", off).verdict == "not needed"
    assert verdict("healthcheck.interval", off).verdict == "not needed"
    assert verdict("healthcheck.disable", off, container="livenessProbe: {exec: {command: [x]}}").verdict == "differs"
    assert verdict("healthcheck.test", {"healthcheck": {"test": ["NONE"]}}).verdict == "not needed"


def test_times_without_a_test_belong_to_the_image() -> None:
    assert verdict("healthcheck.interval", {"healthcheck": {"interval": "5s"}}).verdict == "refused"


def test_a_healthcheck_without_a_probe_is_lost() -> None:
    assert verdict("healthcheck.test", {"healthcheck": {"test": ["CMD", "x"]}}).verdict == "lost"
