"""One project, converted once, with everything that a report can say: each test reads the reports of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import cdb, write

COMPOSE = """\
name: shop
services:
  web:
    image: nginx:1.27
    environment:
      LEVEL: "100% sure, or: <b>not</b>"
      DATABASE_URL: postgres://shop:canary-in-a-url@db:5432/shop
    ports:
      - "8080:80"
    networks: [front, back]
    depends_on: [db]
    devices:
      - /dev/ttyUSB0:/dev/ttyUSB0
    logging:
      driver: gelf
  db:
    image: postgres:latest
    environment:
      POSTGRES_PASSWORD: canary-in-the-file
      LATER: ${CANARY_TOKEN}
    volumes:
      - data:/var/lib/postgresql/data
    networks: [back]
    sysctls:
      net.core.somaxconn: "1024"
  lonely:
    image: busybox:1.37
    command: ["sleep", "inf"]
    networks: [front]
networks:
  front:
  back:
volumes:
  data:
"""
OVERLAYS = {
    "overlays/base.yaml": "network-policies: {enabled: true}\n",
    "overlays/lab.yaml": """\
extends: base
exposure:
  node-ports: {web: 30080}
accept:
  - at: services.web.logging
    why: the cluster collects stdout
  - at: services.gone.logging
    why: it was there once
  - at: services.db
    why: everything of it
""",
    "overlays/prod.yaml": "extends: base\n",
}
FORMS = ("text", "markdown", "json", "html", "sarif", "github")
CANARIES = ("canary-in-a-url", "canary-in-the-file", "canary-in-the-env-file")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `shop` of a repository, with the file `report.<form>` for each form of report."""
    root = tmp_path_factory.mktemp("repository")
    (root / ".git").mkdir()
    folder = root / "shop"
    write(folder, {"docker-compose.yml": COMPOSE, ".env": "CANARY_TOKEN=canary-in-the-env-file\n", **OVERLAYS})
    done = cdb(folder, "run", *(word for form in FORMS for word in ("--report", f"{form}=report.{form}")))
    assert done.status == 1, done
    return folder


@pytest.fixture(scope="session")
def texts(reports: Path) -> dict[str, str]:
    """The text of each report, by its form."""
    return {form: (reports / f"report.{form}").read_text(encoding="utf-8") for form in FORMS}
