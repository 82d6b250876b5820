"""Not Grafana: a small listener that stands in for it on a node without a registry.

It wants what Grafana wants (its data folder, the provisioned datasource, the admin's password), and answers on port 3000: /api/health,
and /datasource: whether the provisioned datasource can be reached by its URL.
"""

# ruff: noqa: D101, D102, INP001, S310, T201 - a program of a container, which logs to stdout and asks what its own settings name

from __future__ import annotations

import json
import os
import pathlib
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATA = pathlib.Path(os.getenv("GF_PATHS_DATA", "/var/lib/grafana"))
PROVISIONING = pathlib.Path(os.getenv("GF_PATHS_PROVISIONING", "/etc/grafana/provisioning"))


def datasource() -> str:
    for path in sorted((PROVISIONING / "datasources").glob("*.y*ml")):
        for line in path.read_text().splitlines():
            key, _, value = line.strip().partition(":")
            if key == "url":
                return value.strip()
    return ""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body: dict[str, object] = {"error": "this is not Grafana"}
        status = 404
        if self.path == "/api/health":
            status, body = 200, {"database": "ok", "version": "none: a stand-in"}
        elif self.path == "/datasource":
            with urllib.request.urlopen(f"{datasource()}/-/healthy", timeout=5) as reply:
                status, body = reply.status, {"url": datasource(), "says": reply.read().decode()}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


assert os.environ["GF_SECURITY_ADMIN_PASSWORD"], "no password for the admin"
with (DATA / "grafana.db").open("ab") as database:
    database.write(b"started\n")
print("not Grafana, listening on 3000", flush=True)
ThreadingHTTPServer(("", 3000), Handler).serve_forever()
