"""What the rule `secrets` says of its own settings."""

from __future__ import annotations

from converter.compose.secrets import Secret, marker
from converter.compose.secrets import Secrets as Known
from converter.manifests import Manifests
from converter.rules.rule import Target
from converter.rules.secrets import Secrets
from tests.rules.projects import project_of


def test_a_variable_that_nobody_has_is_said_with_the_nearest_right_one() -> None:
    project = project_of({"web": {"environment": {"SENTRY_DSN": "x"}}})

    findings = list(Secrets(variables=("SENTRY_DNS", "SENTRY_*", "SENTRY_DSN")).apply(Manifests(), project, Target()))

    assert [(one.message, one.hint) for one in findings] == [
        ("'secrets.variables' names the variable 'SENTRY_DNS', which the project does not have", "did you mean 'SENTRY_DSN'?")
    ]


def test_a_variable_that_is_secret_only_by_its_value_is_told_until_the_overlay_names_it() -> None:
    hook = Secret("HOOK", marker("HOOK"), (("services", "web", "environment", "AT"),), variable="HOOK")
    project = project_of({"web": {"environment": {"AT": hook.marker}}}, secrets=Known({hook.marker: hook}))

    (found,) = Secrets().apply(Manifests(), project, Target())

    assert (found.severity.name, found.message) == ("INFO", "'HOOK' is a secret by its value, which a run without that value cannot know")
    assert not list(Secrets(variables=("HOOK",)).apply(Manifests(), project, Target()))
