"""Which names say that a value is secret: names of variables and of entries of `environment`. Values have no part in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_SECRET = re.compile(
    r"""PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|KEY_BASE
    |(?:ENCRYPTION|MACHINE|MASTER|SIGNING)_?KEY
    |(?:^|_)(?:PASS|PGPASS|PWD|PW|KEY|SALT)$|^(?:REDISCLI|NEO4J)_AUTH$|BASIC_?AUTH$|HTTP_BASIC$|HTPASSWD
    |(?:DB|SQL|MYSQL|PG|ROOT|USER|ADMIN|SMTP|MAIL|LDAP)PASS$|(?:ERLANG|RELEASE)_COOKIE$""",
    re.VERBOSE,
)
_PLAIN = re.compile(
    r"""_(?:FILE|FILEPATH|PATH|DIR|DIRECTORY|FOLDER|NAME|ID|IDS|UR[LI]|USER|USERNAME|HOST|PORT|TTL|TYPE|LENGTH|SIZE|LIMIT|COUNT|MAX|MIN|MODE|METHOD
      |ENABLED?|DISABLED?|REQUIRED|HEADER|ALGORITHM|ALGO|ISSUER|AUDIENCE|SCOPES?|VERSION|POLICY|INTERVAL|TIMEOUT|LIFETIME|EXPIRY
      |DAYS|HOURS|MINUTES|SECONDS|MS|PREFIX|PROVIDER|STORE|BACKEND|ENDPOINT)$
    |_EXPIR(?:E|ATION|Y)|PUBLIC_?KEY|(?<!ENCRYPTION_)(?:PRIMARY|FOREIGN|PARTITION|SORT|CACHE|ROUTING|HOST)_KEY$|^ALLOW_EMPTY_|_RANDOM_
    |^(?:MAX|MIN|NUM|ENABLE|DISABLE|USE|REQUIRE)_|^(?:OLD)?PWD$|^KEY$|^MAX_?TOKENS?|_TOKENS$""",
    re.VERBOSE,
)
_WEBHOOK = re.compile(r"(?:DISCORD|GOOGLE_CHAT|MATTERMOST|ROCKETCHAT|SLACK|TEAMS)_WEBHOOK(?:_UR[LI])?$")
"""The address of a chat's webhook: whoever knows it may write there."""
_SWITCHES = frozenset({"", "true", "false", "yes", "no", "on", "off"})


def is_secret_name(name: str, extra: Iterable[str] = ()) -> bool:
    """Whether a variable or an environment entry of that name holds a secret; `extra` are names (or patterns) that the overlay adds."""
    plain = re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()).strip("_")
    if any(fnmatchcase(name, pattern) for pattern in extra):
        return True
    return (_SECRET.search(plain) is not None and _PLAIN.search(plain) is None) or _WEBHOOK.search(plain) is not None


def is_switch(text: str) -> bool:
    """Whether a value is empty or a boolean: such a one is never secret, whatever its name."""
    return text.strip().lower() in _SWITCHES
