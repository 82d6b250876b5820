"""A secret is in nothing that a command leaves, prints or hands to another program, wherever it stands; and its value changes no byte."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from converter.compose.binary import find_compose
from converter.kompose.provide import kompose
from converter.yaml import read
from tests.cli.command import Done, process, write
from tests.cli.projects import stored

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="records programs with a shell script")

COMPOSE = """\
name: vault
services:
  app:
    image: app:1
    build:
      context: .
      args: {{BUILD_TOKEN: "${{BUILD_TOKEN}}"}}
    env_file: app.env
    environment:
      DB_PASSWORD: ${{DB_PASSWORD}}
      LITERAL_PASSWORD: canary-literal-{tag}
      DATABASE_URL: postgres://u:canary-url-{tag}@db:5432/x
      MIXED_URL: postgres://u:${{DB_PASSWORD}}@db:5432/x
      DEFAULT_TOKEN: ${{DEFAULT_TOKEN:-canary-default-{tag}}}
      PASSED_API_KEY:
      CHAT: ${{CHAT}}
      ALERTS: https://hooks.slack.com/services/T00000000/B00000000/canary-form-{tag}
    entrypoint: [/run.sh, --api-key=canary-entrypoint-{tag}]
    command: [serve, --password, canary-command-{tag}, --to, "https://hooks.slack.com/services/T00000000/B00000000/canary-argument-{tag}"]
    labels:
      deploy.token: ${{LABEL_TOKEN}}
    healthcheck:
      test: [CMD-SHELL, "redis-cli -a canary-health-{tag} ping"]
    volumes:
      - ./tls.key:/etc/tls.key:ro
    secrets: [pw, of_variable]
    configs: [conf]
    depends_on: [db]
  db:
    image: postgres:16-alpine
    command: sh -c "PGPASSWORD=canary-shell-{tag} exec postgres"
    environment:
      - POSTGRES_PASSWORD=${{DB_PASSWORD}}
secrets:
  pw:
    file: ./pw.txt
  of_variable:
    environment: FILE_TOKEN
configs:
  conf:
    content: |
      password=${{CONF_PASSWORD}}
"""
VARIABLES = ("BUILD_TOKEN", "DB_PASSWORD", "PASSED_API_KEY", "LABEL_TOKEN", "FILE_TOKEN", "CONF_PASSWORD")
PLACES = (
    "literal",
    "url",
    "default",
    "entrypoint",
    "command",
    "health",
    "shell",
    "envfile",
    "bound",
    "secretfile",
    "chat",
    "form",
    "argument",
)
NEEDED = {*PLACES, "DB_PASSWORD", "PASSED_API_KEY", "FILE_TOKEN", "CONF_PASSWORD"}
"""What a container needs when it runs; a build argument and a label are not given to one."""


def vault(folder: Path, tag: str) -> Path:
    """A project with a canary in each place where a secret can stand."""
    return write(
        folder,
        {
            "compose.yml": COMPOSE.format(tag=tag),
            ".env": "".join(f"{name}=canary-{name}-{tag}\n" for name in VARIABLES)
            + f"CHAT=https://hooks.slack.com/services/T00000000/B00000000/canary-chat-{tag}\n",
            "app.env": f"APP_SECRET=canary-envfile-{tag}\nPLAIN=1\n",
            "tls.key": f"-----BEGIN PRIVATE KEY-----\ncanary-bound-{tag}\n-----END PRIVATE KEY-----\n",
            "pw.txt": f"canary-secretfile-{tag}",
            "run.sh": "#!/bin/sh\n",
        },
    )


def recorded(folder: Path) -> list[str]:
    """Options that put scripts in front of docker compose and kompose which keep their arguments, environment and input."""
    log = folder.parent / "children.log"
    body = '#!/bin/sh\nlog="{log}"\nprintf "%s\\n" "$@" >> "$log"\n/usr/bin/env >> "$log"\n'
    body += 'for word in "$@"; do case "$word" in *compose.json) /bin/cat "$word" >> "$log";; esac; done\n'
    body += '/usr/bin/tee -a "$log" | "{real}" "$@"\n'
    programs = {"compose": find_compose(), "kompose": kompose(progress=lambda _: None)}
    words = []
    for name, real in programs.items():
        path = folder.parent / f"recording-{name}"
        path.write_text(body.format(log=log, real=real))
        path.chmod(0o755)
        words += [f"--{name}", str(path)]
    return words


COMMANDS = (
    ("run", "-v", "--report", "text=text.txt", "--report", "markdown=report.md", "--report", "json=report.json"),
    ("run",),
    ("check", "-v"),
    ("diff", "-v"),
    ("diff", "-v", "--manifests", "output/default"),
)


def ran(folder: Path, tag: str) -> tuple[Path, list[Done]]:
    """The vault with every command run in it."""
    project, temporary = vault(folder / "vault", tag), folder / "tmp"
    temporary.mkdir()
    words = recorded(project)
    done = [process(project, *command, *words, env={"TMPDIR": str(temporary)}) for command in COMMANDS]
    done.append(process(project, "rules", "-v"))
    assert [one.status for one in done] == [1, 1, 1, 0, 0, 0], done
    assert "refused: it holds a secret, which everyone who may look at the pod would read" in done[0].out, "the label"
    assert list(temporary.iterdir()) == []
    return project, done


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Path, list[Done]], tuple[Path, list[Done]]]:
    """The same project with two sets of values."""
    return ran(tmp_path_factory.mktemp("one"), "f00ba4"), ran(tmp_path_factory.mktemp("two"), "longer-and-with-sign-99")


def leaks(data: bytes) -> set[str]:
    """Each canary in some bytes, as it is or in base64."""
    found = {word for word in data.decode(errors="replace").split() if "canary-" in word}
    shifted = [base64.b64encode(b"x" * shift + b"canary-")[4 if shift else 0 : -4] for shift in range(3)]
    return found | {f"base64 {code.decode()}" for code in shifted if code in data}


def test_no_canary_is_in_a_file_that_was_written(both: tuple[tuple[Path, list[Done]], ...]) -> None:
    for project, _ in both:
        left = {
            name: data
            for name, data in stored(project).items()
            if name.startswith("output/") or name in ("text.txt", "report.md", "report.json")
        }
        assert len(left) > 8
        assert {name: found for name, data in left.items() if (found := leaks(data))} == {}


def test_no_canary_is_printed(both: tuple[tuple[Path, list[Done]], ...]) -> None:
    for _, done in both:
        assert [found for one in done if (found := leaks((one.out + one.err).encode()))] == []


def test_no_canary_reaches_another_program(both: tuple[tuple[Path, list[Done]], ...]) -> None:
    for project, _ in both:
        log = (project.parent / "children.log").read_bytes()
        assert b"--no-path-resolution" in log, "docker compose was recorded"
        assert b'"image"' in log, "what kompose reads was recorded"
        assert leaks(log) == set()


def test_two_sets_of_values_give_the_same_bytes_and_words(both: tuple[tuple[Path, list[Done]], ...]) -> None:
    (one, said), (other, said_too) = both
    names = ("text.txt", "report.md", "report.json")
    assert stored(one / "output") == stored(other / "output")
    assert [(one / name).read_bytes() for name in names] == [(other / name).read_bytes() for name in names]
    assert [each.out for each in said] == [each.out for each in said_too]


def test_secrets_prints_them_on_stdout_alone(both: tuple[tuple[Path, list[Done]], ...]) -> None:
    project, _ = both[0]
    done = process(project, "secrets")

    assert done.status == 0, done.err
    assert leaks(done.err.encode()) == set()
    (secret,) = (document for document in read(done.out) if document["kind"] == "Secret")
    values = [base64.b64decode(text).decode() for text in secret["data"].values()]
    for place in NEEDED:
        assert any(f"canary-{place}-f00ba4" in value for value in values), place
    assert not any(name in value for name in ("BUILD_TOKEN", "LABEL_TOKEN") for value in values)
