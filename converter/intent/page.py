"""The page of the verdicts, made from KEYS: what becomes of each Compose key, why, and what to do instead.

`python -m converter.intent.page` prints it; README.md beside this file holds it. A reason that holds for every value of a key is quoted
from its row. One that depends on the value stands below the tables, quoted from the function that the rows name, `…` for what it puts in.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from converter.intent.key import Always, First, Key, Reason, nothing, raw
from converter.intent.keys import KEYS
from converter.intent.whole import PROJECT_KEYS

_HEAD = """\
# What becomes of each Compose key

Every value of the resolved Compose model ends in the report under one of these verdicts, read from the finished manifests:

| verdict | means | weighs |
|---|---|---|
| kept | the manifests say the same | |
| translated | they say it in Kubernetes' way | |
| approximated | they say something near, and the report says how it differs | note |
| not needed | nothing stands there, and nothing has to | |
| refused | nothing stands there, because a cluster cannot grant it; the report says what to do instead | error |
| lost | nothing stands there, and something should | error, or a warning where the key's row says what the loss costs |
| differs | something else stands there | likewise |
| accepted | one of the last four, or an approximation, that the overlay's `accept` names with a reason | |

The tables are made from the rows of `KEYS`: `python -m converter.intent.page > converter/intent/README.md`. `*` stands for any name,
`**` for everything below. Where nothing stands for a value and no reason of its row holds, it is lost: an error, unless the row says what
the loss costs. A key that stands nowhere here is one that cdb-convert has never heard of: it is lost, and an error.
"""


def page() -> str:
    """The page as Markdown."""
    whys = [one for table in (KEYS, PROJECT_KEYS) for key in table.values() for one in _whys(key.why)]
    shared = {_anchor(one): one for one in whys if _is_shared(one)}
    reasons = [line for _, why in sorted(shared.items()) for line in _section(why)]
    parts = [_HEAD, "## Keys of a service\n", *_table(KEYS), "\n## Keys of the top level\n", *_table(PROJECT_KEYS)]
    return "\n".join([*parts, "\n## Reasons that depend on the value\n", *reasons])


def _table(keys: Mapping[str, Key[Any]]) -> Iterator[str]:
    yield "| key | in the manifests | where nothing stands for it |"
    yield "|---|---|---|"
    for pattern, key in keys.items():
        yield f"| `{pattern}` | {_joined(_there(key))} | {_joined(_absent(key))} |"


def _section(why: Any) -> Iterator[str]:
    """The reasons of a function of several rows."""
    words = _words(why)
    yield f'<a id="{_anchor(why)}"></a>\n**{words[:1].upper()}{words[1:]}**\n'
    yield from (f"- {_told(reason)}" for reason in _reasons(why))
    yield ""


def _there(key: Key[Any]) -> Iterator[str]:
    """What the manifests may say of a key."""
    if key.read is nothing:
        return
    words = _words(key.want) if key.want is not raw else ""
    yield f"translated: {words}" if words else "kept"
    if key.near:
        yield f"approximated: {_words(key.near)}"
    if key.inert:
        yield f"approximated: {_words(key.inert)}"


def _absent(key: Key[Any]) -> Iterator[str]:
    """Why nothing may stand in the manifests, and what it costs."""
    whys = list(_whys(key.why))
    for why in whys:
        if _is_shared(why):
            yield f"[{_words(why)}](#{_anchor(why)})"
        else:
            yield from map(_told, _reasons(why))
    if not any(isinstance(why, Always) for why in whys):
        yield f"lost, a warning: {key.cost}{f' → {key.hint}' if key.hint else ''}" if key.cost else "" if whys else "lost, an error"


def _told(reason: Reason) -> str:
    return f"{reason.verdict}: {reason.text}" + (f" → {reason.hint}" if reason.hint else "")


def _whys(why: Any) -> Iterator[Any]:
    """Each reason of a row."""
    if isinstance(why, First):
        for one in why.reasons:
            yield from _whys(one)
    elif why is not None:
        yield why


def _is_shared(why: Any) -> bool:
    """Whether a reason is a function of a module, which several rows may name."""
    return not isinstance(why, Always) and "<locals>" not in why.__qualname__


def _anchor(why: Any) -> str:
    return f"{why.__module__.rpartition('.')[2]}-{why.__name__}".replace("_", "-")


def _words(function: Any) -> str:
    """The first sentence of a function's docstring, as a phrase."""
    first = inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0].replace("\n", " ").strip().rstrip(".")
    return first[:1].lower() + first[1:] if first[1:2].islower() or first[1:2] == " " else first


def _reasons(why: Any, depth: int = 2) -> list[Reason]:
    """The reasons that a row's function can give: its own, else those of the readers' functions that it asks."""
    if isinstance(why, Always):
        return [why.reason]
    tree = ast.parse(textwrap.dedent(inspect.getsource(why)))
    known = {**why.__globals__, **inspect.getclosurevars(why).nonlocals}
    known |= {
        node.targets[0].id: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    found = [Reason(*(_text(argument, known) for argument in call.args)) for call in calls if _name(call) == "Reason"]
    if not found and depth:
        asked = [known[_name(call)] for call in calls if inspect.isfunction(known.get(_name(call)))]
        found = [reason for one in asked if one.__module__.startswith("converter.intent") for reason in _reasons(one, depth - 1)]
    return [reason for reason in dict.fromkeys(found) if reason.text.strip("… ")]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _text(node: ast.expr, known: Mapping[str, Any]) -> str:
    """A text as it stands in the source, `…` for what is put in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        value = known.get(node.id)
        others = {name: one for name, one in known.items() if name != node.id}
        return value if isinstance(value, str) else _text(value, others) if isinstance(value, ast.expr) else "…"
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, known)
    if isinstance(node, ast.BinOp):
        return _text(node.left, known) + _text(node.right, known)
    return f"{_text(node.body, known)} or {_text(node.orelse, known)}" if isinstance(node, ast.IfExp) else "…"


def _joined(parts: Iterator[str]) -> str:
    return "<br>".join(part.replace("|", "\\|").replace("<", "&lt;") for part in dict.fromkeys(parts) if part)


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
