"""How the cases of the rules are found, run and written anew.

A case is a folder `tests/rules/<module of the rule>/<situation>/` with a `compose.yml` (and what it names), an `overlay.yaml` if it needs
settings, `expected.yaml` (the fields whose origin is this rule) and `findings.txt` (what this rule said).
`pytest tests/rules --update-goldens` writes the last two anew; read what it wrote.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from converter import overlay, pipeline
from converter.compose.load import Inputs, load
from converter.compose.project import Project
from converter.kompose import provide
from converter.overlay import Overlay
from converter.rules import RULES
from converter.rules.rule import Rule

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-goldens`."""
    parser.addoption("--update-goldens", action="store_true", help="write the expected files of the rules' cases anew")


def module_of(rule: type[Rule]) -> str:
    """The last part of the name of a rule's module, which its folder of cases is called after."""
    return rule.__module__.rpartition(".")[2]


def cases() -> list[Path]:
    """Every case of every rule."""
    return sorted(path.parent for rule in RULES for path in (HERE / module_of(rule)).glob("*/compose.yml"))


def rule_of(case: Path) -> type[Rule]:
    """The rule that a case is about."""
    return next(rule for rule in RULES if module_of(rule) == case.parent.name)


@pytest.fixture(scope="session")
def kompose() -> Path:
    """The real kompose: found, or built once."""
    return provide.kompose(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - whoever waits wants to know for what


@pytest.fixture(scope="session")
def inputs() -> Callable[[Path], tuple[Project, Overlay]]:
    """The project and the overlay of a case, loaded once."""

    @cache
    def read(case: Path) -> tuple[Project, Overlay]:
        before = Path.cwd()
        os.chdir(case)
        try:
            settings = overlay.load(Path("overlay.yaml")) if (case / "overlay.yaml").exists() else overlay.build("default", {}, ())
            return load(Inputs(files=("compose.yml",)), secret_names=settings.secret_names).with_settings(settings.settings), settings
        finally:
            os.chdir(before)

    return read


@pytest.fixture(scope="session")
def result(inputs: Callable[[Path], tuple[Project, Overlay]], kompose: Path) -> Callable[[Path], pipeline.Result]:
    """What the whole pipeline makes of a case, made once."""

    @cache
    def run(case: Path) -> pipeline.Result:
        return pipeline.run(*inputs(case), kompose)

    return run


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether the expected files are to be written anew; never in CI."""
    wished = bool(request.config.getoption("--update-goldens", default=False))
    if wished and os.environ.get("CI"):
        pytest.fail("--update-goldens is for the one who reads what it writes, not for CI")
    return wished
