"""`$` comes out of Kubernetes as it went in."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.compose.secrets import Secret, Secrets, marker
from converter.rules.writing.dollar import arguments, literal, with_references
from tests.rules.projects import project_of

PASSWORD = Secret("PASSWORD", marker("PASSWORD"))
PROJECT = project_of({"app": {}, "db_main": {}}, secrets=Secrets({PASSWORD.marker: PASSWORD}))
TEXTS = st.text(alphabet="$()aA_ \n")


def expand(text: str, variables: Mapping[str, str]) -> str:
    """What a kubelet makes of a value: `$$` is `$`, `$(NAME)` a variable's value, any other `$` itself."""

    def value(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else variables.get(match[1], match[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", value, text)


@given(TEXTS)
def test_a_kubelet_reads_the_text_that_was_meant(text: str) -> None:
    assert expand(literal(text), {"A": "wrong", "a": "wrong", "": "wrong"}) == text


@given(st.lists(st.one_of(TEXTS, st.just(PASSWORD.marker)), max_size=5))
def test_secrets_are_expanded_and_nothing_else_is(pieces: list[str]) -> None:
    written = with_references(PROJECT, "app", "".join(pieces))

    assert PASSWORD.marker not in written
    assert expand(written, {"CDB_PASSWORD": "pa$$(A)word", "A": "wrong"}) == "".join(pieces).replace(PASSWORD.marker, "pa$$(A)word")


@pytest.mark.parametrize("text", ["", "plain", "$HOME", "${HOME}", "5$", "a$b"])
def test_a_dollar_that_kubernetes_leaves_alone_stays(text: str) -> None:
    assert literal(text) == text


def test_an_argument_list_has_its_hosts_and_its_secrets_rewritten() -> None:
    words = ["redis-cli", "-h", "db_main", "-a", PASSWORD.marker, "db_main", "echo $(date)"]

    assert arguments(PROJECT, "app", words) == ["redis-cli", "-h", "db-main", "-a", "$(CDB_PASSWORD)", "db_main", "echo $$(date)"]
