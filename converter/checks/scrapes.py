"""Whether Prometheus takes the targets that a file of it names: it ends at its start for one that is a URL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from converter import yaml
from converter.checks.objects import each, entries, fault
from converter.errors import ConverterError
from converter.findings import Finding, Severity
from converter.manifests import Object


def check(documents: Iterable[Object]) -> Iterator[Finding]:
    """A finding for each static target with a slash in it, as Prometheus itself looks (config.go, CheckTargetAddress).

    It does not look where the target is relabelled, as for a prober.
    """
    for document in documents:
        for key, text in entries(document, "data").items() if document.get("kind") == "ConfigMap" else ():
            for target in _urls(str(text)) if "static_configs" in str(text) else ():
                message = f"names the target '{target}', which ends Prometheus at its start: a target is a host and a port"
                hint = "write 'host:port'; the path is 'metrics_path', the scheme 'scheme'"
                yield fault("first-start", document, ("data", key), message, hint=hint, severity=Severity.WARNING)


def _urls(text: str) -> Iterator[str]:
    try:
        files = yaml.read(text)
    except ConverterError:
        return
    for file in files:
        for job, _ in each(file, "scrape_configs"):
            if not job.get("relabel_configs"):
                for group, _ in each(job, "static_configs"):
                    targets = group.get("targets")
                    yield from (str(target) for target in (targets if isinstance(targets, list) else ()) if "/" in str(target))
