"""Kinds of settings beyond text and numbers: each with its pattern, for the schema of overlays, and the words that say what is accepted."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

_NUMBER = r"[0-9]+(\.[0-9]+)?"
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"

Bytes = Annotated[
    str,
    Meta(pattern=rf"^({_NUMBER}([KMGTP]i|[kMGTP])?)?$", description="an amount of bytes as Kubernetes writes it: 512Mi, 1.5Gi or 10G"),
]
_CORES = "an amount of CPU as Kubernetes writes it: 500m or 1.5"
Cores = Annotated[str, Meta(pattern=rf"^({_NUMBER}m?)?$", description=_CORES)] | Annotated[float, Meta(ge=0, description=_CORES)]
Seconds = Annotated[str, Meta(pattern=rf"^({_NUMBER}(us|ms|s|m|h))*$", description="a time with its unit: 90s, 5m or 1h30m")]
Name = Annotated[
    str,
    Meta(
        pattern=rf"^({_SUBDOMAIN})?$",
        description="a name of Kubernetes: lower case letters, digits, '-' and '.', a letter or digit at both ends",
    ),
]
Address = Annotated[
    str,
    Meta(
        pattern=rf"^(\*\.)?{_SUBDOMAIN}(/\S*)?$",
        description="a host name, with a path or without: lower case letters, digits, '-' and '.', as shop.example.com/api",
    ),
]
Goal = Annotated[str, Meta(pattern=r"^[^\s:]+(:[0-9]+)?$", description="a service, with a port or without: web or web:8000")]
Registry = Annotated[
    str,
    Meta(
        pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*/?)?$",
        description="a registry without 'https://', with a path or without: registry.example.com/team",
    ),
]
AccessMode = Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"]
Image = Annotated[str, Meta(pattern=r"^([a-zA-Z0-9][^\s]*)?$", description="an image with its version: name:version")]
Ids = Annotated[str, Meta(pattern=r"^[0-9]+(:[0-9]+)?$", description='numbers in quotes, "1000" or "1000:1000" with a group')]
Mode = Annotated[str, Meta(pattern=r"^0?[0-7]{3}$", description='a mode in quotes, as "0400"')]
SecretKey = Annotated[str, Meta(pattern=r"^[-._a-zA-Z0-9]{1,253}$", description="a key of a Secret: letters, digits, '-', '_' and '.'")]
Share = Annotated[float, Meta(ge=0, le=1, description="a share between 0 and 1")]
Times = Annotated[int, Meta(ge=1, description="a whole number from 1")]
NodePort = Annotated[int, Meta(ge=30000, le=32767, description="a port between 30000 and 32767")]
