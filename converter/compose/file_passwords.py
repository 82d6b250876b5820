"""In which lines of a configuration file a password, key or token is written out, by the name of the setting. No value is ever told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from converter.compose.secret_names import is_secret_name, is_switch
from converter.compose.secrets import MARKER
from converter.compose.spans import url_passwords

_SETTINGS = frozenset({
    "cfg", "cnf", "conf", "config", "hcl", "ini", "json", "json5", "jsonc", "properties", "toml", "xml", "yaml", "yml",
})  # fmt: skip
_OPTIONS = frozenset({"acl", "cfg", "cnf", "conf", "config"})
"""Endings of files where a setting may stand before its value with nothing but a space between: `requirepass x`."""
_SCRIPTS = frozenset({"sh", "sql"})
"""Endings of files that may have SQL in them; nothing but SQL is looked for there."""
_TEMPLATES = re.compile(r"\.(?:template|tmpl|tpl|j2|dist|default|orig|bak)$")

_COMMENT = re.compile(r"\s*(?:#|//|;|--|\*|<!--)")
_REMARK = re.compile(r"(?:\s#|\s//\s|<!--).*")
_NAME = r"(?<!\$\{)(?<![\w$.%-])(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.-]*)(?P=quote)"
_VALUE = r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"',;][^\s,;]*)(?=\s*(?:$|[,;}\])>])|\s+[\w.-]+\s*=))"
_SETTING = re.compile(rf"{_NAME}(?:\s*=>\s*|\s*=(?!=)\s*|\s*:(?:\s+|(?=[\"'])))(?:[0-9]+\s*\|\s*)?{_VALUE}")
_ELEMENT = re.compile(r"<(?P<name>[\w.-]+)>(?P<bare>[^<\s]+)</(?P=name)>")
_OPTION = re.compile(r"^\s*(?P<name>[A-Za-z][\w.-]*)\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s;\"'=:{]+))\s*;?\s*$")
_ACL = re.compile(r"\s*user\s+\S+\s.*\s>(?P<bare>\S+)")
_SQL = re.compile(
    r"(?i)\b(?:PASSWORD|IDENTIFIED(?:\s+WITH\s+\S+)?\s+(?:BY|AS))\s*=?\s*(?:PASSWORD\s*)?\(?\s*N?(?:'(?P<single>[^']+)'|\"(?P<double>[^\"]+)\")"
)

_LAST = re.compile(
    r"(?:PASS|PASSWORD|PASSWD|PASSPHRASE|PW|PWD|SECRET|TOKEN|CREDENTIALS?|KEY|KEY_BASE|SALT|COOKIE|REQUIREPASS|MASTERAUTH)\d*$"
)
_OF_NAMES = re.compile(r"(?:FROM|EXISTING|IMAGE_PULL|ID)_|(?:PROXY|FASTCGI|UWSGI|SCGI|GRPC|MEMCACHED)_PASS$")
"""Settings that hold the name of a secret, a permission, or (of nginx) whom to pass a request on to."""
_PASSWORD = re.compile(r"PASS(?:WORD|WD|PHRASE)?\d*$|REQUIREPASS$|MASTERAUTH$")
_REFERENCE = re.compile(
    r"\$[\w{(]|\{|<.*>$|%\(|%[\w()]+%$|__\w+__$|[#@]+\w+[#@]+$|(?:os|process|var|local|data)\.\w|env[.(:\[]|ENV\[|\.{0,2}/|~/|file:|vault:"
)
_INSIDE = re.compile(r"\$\{|\$\(|\{\{|<%|#\{|%\(|://")
_NODE = re.compile(r"[!*&|>\[@%<]")
"""How a value that is in no quotes begins if it is no text: a tag, an alias, a block, a list."""
_NO_VALUE = frozenset({"null", "none", "nil", "~", "undefined", "string", "str", "text", "number", "integer", "boolean", "object"})
_LABEL = re.compile(r"[A-Z][^\W\d_]*[^\W\dA-Z_]|.*[^\x00-\x7f].*")
"""A word of a page in some language: "password" is what many translations have a key for."""
_MASKED = re.compile(r"(.)\1*")


def secret_lines(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of a file that has a secret written out, comments left out: its number, and "url" or "setting".

    `name` is the file's: settings are looked for in configuration and SQL alone, URLs with a password everywhere.
    """
    ending = _TEMPLATES.sub("", name.lower()).rpartition(".")[2]
    for number, line in enumerate(text.splitlines(), 1):
        if _COMMENT.match(line):
            continue
        if "://" in line and any(True for _ in url_passwords(line)):
            yield number, "url"
        elif _has_setting(ending, line):
            yield number, "setting"


def _has_setting(ending: str, line: str) -> bool:
    """Whether a line of a file that ends so gives a secret setting its value."""
    if ending in _SCRIPTS:
        return any(_is_value(_value(match), "PASSWORD") for match in _SQL.finditer(line))
    if ending not in _SETTINGS and ending not in _OPTIONS:
        return False
    line = _REMARK.sub("", line)
    patterns = (_SETTING, *((_ELEMENT,) if ending == "xml" else ()), *((_OPTION,) if ending in _OPTIONS else ()))
    if any(_is_secret(match["name"], _value(match), ending) for pattern in patterns for match in pattern.finditer(line)):
        return True
    user = _ACL.match(line) if ending in _OPTIONS else None
    return user is not None and _is_value(user["bare"], "PASSWORD")


def _value(match: re.Match[str]) -> str:
    """The value of a setting; "" for one that stands in no quotes and is no text."""
    groups = match.groupdict()
    quoted = groups.get("double") or groups.get("single")
    bare = groups.get("bare") or ""
    return quoted or ("" if _NODE.match(bare) else bare)


def _is_secret(name: str, value: str, ending: str) -> bool:
    """Whether a setting of that name holds a secret, and the value is one: the names are those of variables, and a few of Redis."""
    plain = re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()).strip("_")
    redis = plain in {"REQUIREPASS", "MASTERAUTH"}
    if not redis and (_OF_NAMES.match(plain) or not (_LAST.search(plain) and is_secret_name(name))):
        return False
    if ending in {"json", "properties"} and _LABEL.fullmatch(value):
        return False
    return _is_value(value, plain)


def _is_value(value: str, name: str) -> bool:
    """Whether a value is written out and can be a secret: no reference, path, switch or mask, and a number only as a password."""
    if is_switch(value) or value.lower() in _NO_VALUE or re.search(r"\s", value) or MARKER.search(value):
        return False
    if _REFERENCE.match(value) or _INSIDE.search(value) or _MASKED.fullmatch(value):
        return False
    if re.fullmatch(r"[~^]?[\d.]+\w?", value):
        return bool(_PASSWORD.search(name)) and len(value) > 3
    if _PASSWORD.search(name) or not re.search(r"(?<!API_)(?<!SECRET_)(?<!ACCESS_)(?:KEY|SALT|PW|COOKIE)$", name):
        return True
    return len(value) > 7 and bool(re.search(r"[A-Za-z]", value)) and len(re.findall(r"\d+", value)) > 1
