"""Places as a code host wants them: relative to the root of the repository, wherever the command was run."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from converter.compose.project import Project
from converter.errors import Location


def in_repository(project: Project, location: Location) -> Location:
    """A place with its file relative to the root of the repository; as it is if there is none, or if the file lies elsewhere.

    The root is the nearest folder above the current one that has a `.git`, which is a file in a worktree.
    """
    here = project.sources.here
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    inside = here.relative_to(root)
    steps: list[str] = []
    for step in (*inside.parts, *PurePosixPath(location.file).parts):
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        else:
            steps.append(step)
    return Location("/".join(steps), location.line, location.column) if not Path(location.file).is_absolute() else location
