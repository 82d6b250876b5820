"""What a rule says of a name that its settings have and the project has not."""

from __future__ import annotations

import pytest

from converter.rules.writing.asked import absent


@pytest.mark.parametrize(
    ("name", "hint"),
    [("postgre", "did you mean 'postgres'?"), ("nothere", "the project has 'postgres', 'web'"), ("weeb", "did you mean 'web'?")],
)
def test_only_a_near_name_is_offered(name: str, hint: str) -> None:
    assert [one.hint for one in absent("exposure", "ingress.hosts", [name], {"postgres", "web"}, "service")] == [hint]
