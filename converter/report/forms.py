"""The forms of `--report FORMAT=FILE`: each makes one text of the results of a run, one for every overlay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from converter.report.view import View

Render = Callable[[Sequence[View]], str]


def _text(views: Sequence[View]) -> str:
    from converter.report import text

    return "\n".join(text.render(seen, [], verbose=True) for seen in views)


def _markdown(views: Sequence[View]) -> str:
    from converter.report import markdown

    return "\n".join(markdown.render(seen, lines=True) for seen in views)


def _json(views: Sequence[View]) -> str:
    from converter.report import json

    return "[" + ",\n".join(json.render(seen, lines=True).rstrip("\n") for seen in views) + "]\n"


def _html(views: Sequence[View]) -> str:
    from converter.report import html

    return html.render(views)


def _sarif(views: Sequence[View]) -> str:
    from converter.report import sarif

    return sarif.render(views)


def _github(views: Sequence[View]) -> str:
    from converter.report import github

    return github.render(views)


FORMATS: Mapping[str, Render] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "html": _html,
    "sarif": _sarif,
    "github": _github,
}
"""Name -> what makes it; each is imported when it is asked for."""
