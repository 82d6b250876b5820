"""Kubernetes YAML out: PyYAML's C emitter, quotes where any reader could be misled, keys in the order in which people write manifests."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

_TRAPS = re.compile(
    r"(?:~|[yYnN]|(?i:yes|no|on|off|true|false|null|nan|=|<<)|[-+.]?[0-9._].*|[-+]?\.(?i:inf|nan).*)?|(?s:.*[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff].*)"
)
_BLOCK = re.compile(r"[^\s\x00-\x1f][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*")
_ORDER: Mapping[str, int] = {
    key: rank
    for rank, key in enumerate(
        """
        apiVersion kind metadata name namespace labels annotations type
        immutable replicas revisionHistoryLimit completions parallelism backoffLimit activeDeadlineSeconds strategy updateStrategy
        clusterIP selector template spec data binaryData stringData
        value valueFrom key image imagePullPolicy command args workingDir protocol appProtocol
        port targetPort nodePort containerPort hostPort accessModes storageClassName volumeName capacity
        ports envFrom env resources requests limits mountPath subPath readOnly volumeMounts
        startupProbe livenessProbe readinessProbe exec httpGet tcpSocket grpc initialDelaySeconds periodSeconds timeoutSeconds
        failureThreshold successThreshold lifecycle terminationMessagePolicy stdin tty
        serviceAccountName automountServiceAccountToken enableServiceLinks hostname subdomain hostAliases dnsPolicy dnsConfig
        hostNetwork hostPID hostIPC nodeSelector affinity tolerations topologySpreadConstraints imagePullSecrets restartPolicy
        terminationGracePeriodSeconds securityContext initContainers containers volumes volumeClaimTemplates
        podSelector policyTypes ingress egress scaleTargetRef minReplicas maxReplicas
        roleRef rules subjects""".split()  # noqa: SIM905 (one hundred words in quotes are harder to read)
    )
}
_FREE = frozenset(
    {"annotations", "binaryData", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "selector", "stringData"}
)
"""Keys whose entries people name themselves: always in alphabetical order."""


def write(documents: Iterable[dict[str, Any]]) -> str:
    """Write documents, `---` between them, keys in the order in which people write manifests. Raises ValueError for NaN and infinity."""
    return "---\n".join(
        yaml.dump(_ordered(document, ""), Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=1 << 30, sort_keys=False)
        for document in documents
    )


class _Dumper(yaml.CSafeDumper):
    """PyYAML's C emitter with the quoting rule; every alias written out."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _represent(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style: str | None = None
    if "\n" in text and _BLOCK.fullmatch(text) and " \n" not in text and not text.endswith(" "):
        style = "|"
    elif _TRAPS.fullmatch(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent)


def _ordered(value: Any, parent: str) -> Any:
    """A copy with the keys in order, of plain types only."""
    if isinstance(value, Mapping):
        free = parent in _FREE and not any(isinstance(item, (dict, list)) for item in value.values())
        keys = sorted(value) if free else sorted(value, key=lambda key: (_ORDER.get(key, len(_ORDER)), key))
        return {key: _ordered(value[key], key) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_ordered(item, "") for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} cannot be written as JSON")
    return value
