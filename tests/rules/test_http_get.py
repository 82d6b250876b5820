"""Which tests of a healthcheck the kubelet can make itself."""

from __future__ import annotations

import pytest

from converter.rules.writing.http_get import http_get

SAME = {
    "curl -f http://localhost:8000/health": ("/health", 8000, "HTTP", "localhost:8000"),
    "curl -f http://localhost:8000": ("/", 8000, "HTTP", "localhost:8000"),
    "curl --fail --silent --show-error 127.0.0.1/ready?a=b": ("/ready?a=b", 80, "HTTP", "127.0.0.1"),
    "curl -sSf 'http://localhost:8000/a?b=c&d=e' >/dev/null 2>&1 || exit 1": ("/a?b=c&d=e", 8000, "HTTP", "localhost:8000"),
    "curl -fso /dev/null http://[::1]:8000/": ("/", 8000, "HTTP", "[::1]:8000"),
    "/usr/bin/curl -fk https://localhost:8443/ || false": ("/", 8443, "HTTPS", "localhost:8443"),
    "wget -q --spider http://localhost:8000/health": ("/health", 8000, "HTTP", "localhost:8000"),
    "wget --no-verbose --tries=1 --spider http://localhost:80/ || exit 1;": ("/", 80, "HTTP", "localhost"),
    "wget -O /dev/null -t 1 0.0.0.0:8000": ("/", 8000, "HTTP", "0.0.0.0:8000"),
}
OTHER = [
    "curl http://localhost:8000/health",  # content with any answer
    "curl -fL http://localhost:8000/",  # follows to anywhere
    "curl -f -X POST http://localhost:8000/",
    "curl -f -d x http://localhost:8000/",
    "curl -f -H 'Accept: text/plain' http://localhost:8000/",
    "curl -f -m 1 http://localhost:8000/",  # its own time limit
    "curl -f -o /tmp/page http://localhost:8000/",
    "curl -f https://localhost:8443/",  # looks at the certificate
    "curl -f http://user@localhost:8000/",
    "curl -f http://db:8000/",
    "curl -f http://localhost:9999/",  # nobody else reaches that port
    "curl -f http://localhost:port/",
    "curl -f http://localhost:8000/ http://localhost:80/",
    "curl -f http://localhost:$PORT/",
    "curl -f http://localhost:8000/ | grep ok",
    "curl -f http://localhost:8000/ && test -f /ready",
    "curl -f 'http://localhost:8000/",
    "curl -f ftp://localhost:8000/",
    "wget -q --post-data=x http://localhost:8000/",
    "wget -O /tmp/page http://localhost:8000/",
    "wget -q -T 1 http://localhost:8000/",
    "wget",
    "pg_isready",
    "",
]
LISTENING = (80, 8000, 8443)


@pytest.mark.parametrize("script", SAME)
def test_a_local_request_is_one_that_the_kubelet_can_make(script: str) -> None:
    path, port, scheme, host = SAME[script]

    expected = {"path": path, "port": port, "scheme": scheme, "httpHeaders": [{"name": "Host", "value": host}]}
    assert http_get(("/bin/sh", "-c", script), LISTENING) == expected


@pytest.mark.parametrize("script", OTHER)
def test_anything_more_stays_with_the_program(script: str) -> None:
    assert http_get(("/bin/sh", "-c", script), LISTENING) is None


def test_an_argument_list_is_read_as_it_is() -> None:
    assert http_get(("curl", "-f", "http://localhost:8000/a;b&c"), LISTENING) is not None
    assert http_get(("curl", "-f", "http://localhost:8000/a b"), LISTENING) is None
    assert http_get(("curl", "-f", "http://localhost:8000/$x"), LISTENING) is None
    assert http_get((), LISTENING) is None
