"""Calling docker compose for one project: with which files, which variables, and again where an answer asks for it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from converter.compose.absent import Override, override_for
from converter.compose.binary import Answer, call, find_compose
from converter.compose.complaints import complaint
from converter.compose.inputs import Found, Inputs, find
from converter.compose.sources import Sources

_ATTEMPTS = 20
"""How often docker compose is run again without one more marker that stands where a number or a switch must."""

_START = re.compile(r"\bcdbq[a-z2-7]+")

PROBE = "cdb-values"
"""Name of the service by which docker compose is asked for the value of a variable."""
UNSET = "cdb-value-is-not-set"


@dataclass
class Run:
    """One project being resolved: what docker compose is called with, and what is known of its files."""

    inputs: Inputs
    found: Found
    sources: Sources
    binary: Path
    environment: dict[str, str]
    override: Override = field(default_factory=Override)
    probe: str = ""

    def call(self, given: Mapping[str, str], *options: str) -> Answer:
        """Run `docker compose config` with these variables."""
        variables = {"PWD": self._here(), **self.environment, **given}
        return call(self.binary, self.arguments(*options), self.found.directory, variables, self.standard_input())

    def _here(self) -> str:
        """Return the folder of the caller as the Compose file means it by `${PWD}`, relative: a path of the host is in no output."""
        here, directory = Path.cwd(), self.found.directory
        depth = len(directory.relative_to(here).parts) if directory.is_relative_to(here) else 0
        return "/".join([".", *[".."] * depth])

    def standard_input(self) -> str:
        """Return the override that docker compose reads from its standard input; "" for none."""
        return "".join(f"services:\n{part}" for part in [self.override.text + self.probe] if part.strip())

    def arguments(self, *options: str) -> list[str]:
        """Return the argument list of docker compose, its files relative to the project directory where it runs."""
        files = [*map(self._relative, self.found.files), *(["-"] if self.standard_input() else [])]
        several = [
            ("-f", files),
            ("--env-file", list(map(self._relative, self.found.env_files))),
            ("--profile", list(self.inputs.profiles)),
        ]
        arguments = [word for option, values in several for value in values for word in (option, value)]
        arguments += ["--project-directory", str(self.found.directory)]
        arguments += ["-p", self.inputs.project_name] if self.inputs.project_name else []
        return [*arguments, "config", "--no-path-resolution", *(options or ("--format", "json"))]

    def _relative(self, path: Path) -> str:
        try:
            return os.path.relpath(path, self.found.directory)
        except ValueError:  # another drive
            return str(path)


def prepare(inputs: Inputs, environment: Mapping[str, str]) -> Run:
    """Find the files of a project and what runs docker compose on them. Raises ConverterError."""
    found = find(inputs)
    usual = found.directory / ".env"
    sources = Sources(found.files, found.directory, Path.cwd())
    if inputs.env_files and not usual.exists():
        sources.instead = {usual: found.env_files[-1]}
    return Run(inputs, found, sources, find_compose(inputs.compose), dict(environment))


def resolve(run: Run, known: dict[str, str]) -> tuple[Answer, dict[str, str]]:
    """Run docker compose with the markers; again without a marker that stands where a number or a switch must.

    Returns the answer and the markers that stayed. Raises ConverterError with the first message if it does not come to an end.
    """
    every = dict(known)
    first: Answer | None = None
    for _ in range(_ATTEMPTS):
        answer = attempt(run, known)
        if not answer.status:
            return answer, known
        first = first or answer
        unfit = _refused(answer.stderr, known)
        if not unfit:
            break
        known = {name: value for name, value in known.items() if name not in unfit}
    raise complaint(first.stderr if first else "", run.sources, lambda text: _shown(text, every))


def _refused(text: str, known: Mapping[str, str]) -> set[str]:
    """Return the variables whose markers an error names; of a size it names what stands before the unit, up to the last digit."""
    named = {name for name, value in known.items() if value in text}
    starts = () if named else tuple(set(_START.findall(text)))
    return named or {name for name, value in known.items() if any(value.startswith(start) for start in starts)}


def attempt(run: Run, known: Mapping[str, str]) -> Answer:
    """Run docker compose with a stand-in for each env file that is not there: once if none is missing, again if it says that one is."""
    if not run.override.made and any(named != file for key in run.sources.service_names() for named, file in run.sources.env_files(key)):
        run.override = override_for(run)
    answer = run.call(known)
    if answer.status and not run.override.made and "env file" in answer.stderr and "not found" in answer.stderr:
        run.override = override_for(run)
        return run.call(known)
    return answer


def _shown(text: str, known: Mapping[str, str]) -> str:
    """Return a text with `${NAME}` for each marker."""
    for name, value in known.items():
        text = text.replace(value, f"${{{name}}}")
    return text


def probe(variables: Iterable[str]) -> str:
    """Return a service whose environment shows what each variable is, UNSET for one that is not set."""
    lines = [f'      {name}: "${{{name}-{UNSET}}}"' for name in sorted(variables)]
    return "\n".join([f"  {PROBE}:", "    image: none", "    environment:", *lines, ""]) if lines else ""


def config_variables(model: Mapping[str, Any]) -> dict[str, str]:
    """Return config -> variable for each config with `environment: NAME`."""
    return {name: body["environment"] for name, body in sorted((model.get("configs") or {}).items()) if body.get("environment")}


def put_texts(model: dict[str, Any], probed: Mapping[str, str]) -> tuple[str, ...]:
    """Give each config with `environment: NAME` its text as `content`; return the names of those whose variable is set."""
    known = {name: probed[variable] for name, variable in config_variables(model).items() if probed.get(variable, UNSET) != UNSET}
    for name, text in known.items():
        model["configs"][name]["content"] = text
    return tuple(known)
