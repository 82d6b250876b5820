"""How a secret stands in an exec probe, tried in a real shell."""

from __future__ import annotations

import subprocess

import pytest

from converter.compose.secrets import Secret, Secrets, marker
from converter.rules.writing.shell_secrets import exec_command, in_script
from tests.rules.projects import project_of

M = marker("PW")
CANARY = 'it\'s $(a) "canary" \\ * `x`'
PROJECT = project_of({"app": {}}, secrets=Secrets({M: Secret("PW", M)}, {("app", "PW"): "PW"}))


def run(command: list[str]) -> list[str]:
    """What a program sees of the words after its name, as Kubernetes would start it."""
    seen = [word.replace("$$(", "$(") for word in command]
    done = subprocess.run(seen, env={"PW": CANARY, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_word_with_a_secret_reaches_the_program_as_it_is() -> None:
    command = exec_command(PROJECT, "app", ["printf", "%s\n", f"--password={M}", "two words", "$HOME", "", M])

    assert command[:2] == ["/bin/sh", "-c"]
    assert M not in command[2]
    assert run(command) == [f"--password={CANARY}", "two words", "$HOME", "", CANARY]


@pytest.mark.parametrize(
    "script", [f"printf '%s\\n' {M}", f'printf "%s\\n" "{M}"', f"printf '%s\\n' '{M}'", f"printf '%s\\n' a\\'\"\"{M} | sed 's/^..//'"]
)
def test_a_script_gets_the_value_whatever_stands_around_it(script: str) -> None:
    assert run(exec_command(PROJECT, "app", ["/bin/sh", "-c", script])) == [CANARY]


def test_a_secret_between_quoted_words_keeps_the_quotes() -> None:
    assert in_script(PROJECT, "app", f"check 'a {M} b' \"c {M} d\" {M}") == 'check \'a \'"${PW}"\' b\' "c ${PW} d" "${PW}"'


def test_without_a_secret_the_words_stay_and_dollars_mean_themselves() -> None:
    assert exec_command(PROJECT, "app", ["check", "$HOME", "$(date)", "$$"]) == ["check", "$HOME", "$$(date)", "$$$"]
