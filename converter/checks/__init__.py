"""Everything that can be said of manifests without running them. Each module has one `check`; they run in the order that stands here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from converter.checks import habits
from converter.checks.objects import name_of
from converter.compose import names
from converter.compose.likely_secrets import Likely, likely
from converter.compose.outside import outside
from converter.compose.project import Project
from converter.compose.secret_copies import Copy, copies
from converter.compose.unused import settings_in_compose, unused
from converter.findings import Finding, Route, Severity
from converter.manifests import Object
from converter.rules.rule import Target
from converter.rules.security_context import SecurityContext


def check(manifests: Iterable[Object], project: Project, target: Target, told: Iterable[Finding] = ()) -> list[Finding]:
    """Check what a conversion made of `project`, without what the findings `told` of its rules have said.

    Raises ConverterError if there are no schemas for the target's Kubernetes.
    """
    found = check_documents(
        manifests,
        kubernetes=target.kubernetes,
        pod_security=target.pod_security,
        outside=outside(project),
        hosts=names.hosts(project),
        told={one.resource for one in told if one.rule == SecurityContext.name},
    )
    found += map(_copy, copies(project))
    of_compose = (*map(_likely, likely(project)), *map(_unused, unused(project)), *map(_not_read, settings_in_compose(project)))
    return [*found, *habits.check(project), *of_compose]


def _likely(one: Likely) -> Finding:
    return Finding("plain-secrets", Severity.WARNING, one.what, one.route, hint=one.hint)


def _copy(one: Copy) -> Finding:
    hint = "refer to the variable there, or make a file that has to hold it an entry of Compose's 'secrets'"
    return Finding("secret-copies", Severity.ERROR, one.what, one.route, hint=hint)


def _unused(route: Route) -> Finding:
    said = f"{str(route[0]).removesuffix('s')} '{route[1]}' is used by no active service: nothing is made of it"
    return Finding("unused", Severity.INFO, said, route)


def check_documents(
    documents: Iterable[Object],
    *,
    kubernetes: str,
    pod_security: str = "",
    outside: Collection[tuple[str, str]] = (),
    hosts: Mapping[str, str] | None = None,
    told: Collection[str] = (),
) -> list[Finding]:
    """Check any Kubernetes objects.

    `kubernetes` is the minor version, as "1.34"; `pod_security` a level, "" for none; `outside` kind and name of what is made apart;
    `hosts` the names that Compose resolves, each with its service; `told` the objects, as "Job/migrate", of which somebody has said that
    their pods run as root, or may do so. Raises ConverterError if there are no schemas for that version.
    """
    from converter.checks import api, first_start, leaks, references, schema, scrapes
    from converter.checks import pod_security as standards

    objects = [document for document in documents if not _is_kustomization(document)]
    findings = [
        *schema.check(objects, kubernetes),
        *api.check(objects),
        *references.check(objects, outside=outside, hosts=hosts),
        *first_start.check(objects),
        *scrapes.check(objects),
        *leaks.check(objects),
    ]
    if pod_security:
        findings += standards.check([document for document in objects if name_of(document)], pod_security, kubernetes, told)
    return findings


def _not_read(route: Route) -> Finding:
    said = "'x-cdb' is not read: settings stand in 'overlays/<name>.yaml'"
    return Finding("unused", Severity.WARNING, said, route, hint="'cdb-convert rules' lists them; most take the name of a service")


def _is_kustomization(document: Object) -> bool:
    """Whether a document is for kustomize, which no server ever sees."""
    return str(document.get("apiVersion")).startswith("kustomize.config.k8s.io/")
