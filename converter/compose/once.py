"""Answers about a whole Project that are worked out once, at the first question."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from converter.compose.project import Project

T = TypeVar("T")


def once(function: Callable[[Project], T]) -> Callable[[Project], T]:
    """Keep what a pure function of a Project returns on the Project itself, as `functools.cached_property` does.

    A Project is frozen and cannot be hashed (it holds the model); an answer kept by its id would outlive it.
    """
    name = f"{function.__module__}.{function.__qualname__}()"

    @wraps(function)
    def answer(project: Project) -> T:
        known = vars(project)
        if name not in known:
            known[name] = function(project)
        result: T = known[name]
        return result

    return answer
