"""The overlays that the project ships."""

from __future__ import annotations

from converter.overlay import find
from tests.stack.programs import ROOT


def test_the_shipped_overlays_have_no_mistake_and_speak_of_one_namespace_and_secret() -> None:
    overlays = find(ROOT / "overlays")
    assert [overlay.name for overlay in overlays] == ["docker-desktop", "production"]
    assert {(overlay.target.namespace, overlay.target.pod_security) for overlay in overlays} == {("claire", "restricted")}
    assert {overlay.settings.secret_name for overlay in overlays} == {"claire-secrets"}


def test_production_runs_every_image_of_the_compose_file_by_digest(environment: dict[str, dict[str, str]]) -> None:
    (production,) = find(ROOT / "overlays", ("production",))
    assert set(production.settings.images) == set(environment) - {"signal_generator"}
    assert all("@sha256:" in image for image in production.settings.images.values())
