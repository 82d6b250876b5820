"""serve.py PORT WORD...: answers any GET with its host name, its arguments and its environment."""

# ruff: noqa: D101, D102, INP001, S104 - a program of a container

import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = json.dumps({"host": socket.gethostname(), "words": sys.argv[2:], "environment": dict(os.environ)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Handler).serve_forever()
