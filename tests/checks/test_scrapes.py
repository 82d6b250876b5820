"""A target that ends Prometheus at its start is said."""

from __future__ import annotations

import pytest

from converter.checks import scrapes

JOB = "scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: "


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f'{JOB}["a:1", "http://b:2/metrics"]', "http://b:2/metrics"),
        (f"{JOB}[b/metrics]", "b/metrics"),
        (f'{JOB}["a:1", b]', ""),
        (f'{JOB}["http://b/"]\n    relabel_configs: [{{source_labels: [__address__]}}]', ""),
        (f"{JOB}http://b/", ""),
        (f'{JOB}["http://b/"\n', ""),
        ("static_configs: [{targets: [http://b/]}]", ""),
        ("scrape_configs: [1, {static_configs: 2}, {static_configs: [3]}]", ""),
    ],
)
def test_a_target_is_a_host_and_a_port(text: str, target: str) -> None:
    config = {"kind": "ConfigMap", "metadata": {"name": "files"}, "data": {"prometheus.yml": text}}

    found = [finding.message for finding in scrapes.check([config])]

    said = f"data['prometheus.yml'] names the target '{target}', which ends Prometheus at its start: a target is a host and a port"
    assert found == ([said] if target else [])
