"""Settings of the property tests: `pytest tests/pipeline --hypothesis-profile=long` makes thousands of projects instead of forty."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from converter.kompose import provide

settings.register_profile("long", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="session")
def kompose() -> Path:
    """The real kompose: found, or built once."""
    return provide.kompose(progress=lambda line: print(line, file=sys.stderr))  # noqa: T201 - whoever waits wants to know for what
