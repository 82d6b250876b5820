"""What docker compose refuses, as one sentence of our own with its place.

The texts are those of docker compose 2.40.3, met by running it. They quote values ('unterminated quoted value "hunter2'), so that no part
of a text is repeated but names that stand in the source files.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from converter.compose import complaint_files as files
from converter.compose import complaint_values as values
from converter.compose.mentions import words
from converter.compose.sources import Sources
from converter.errors import ConverterError


def complaint(stderr: str, sources: Sources, hide: Callable[[str], str] = str) -> ConverterError:
    """Return docker compose's error as one sentence; `hide` writes `${NAME}` for each marker in a text."""
    text = "\n".join(line for line in stderr.strip().splitlines() if not line.startswith("time="))
    for pattern, explain in _TABLE:
        match = re.search(pattern, text, re.DOTALL)
        if match:
            found = explain(match, sources)
            return ConverterError(hide(found.message), location=found.location, hint=found.hint)
    return ConverterError(f"docker compose refuses the project: {hide(_shortened(text, sources))}", location=files.first(sources))


def _shortened(text: str, sources: Sources) -> str:
    """Return the first line of a text, each quoted part that is no name of the source files as `…`."""
    names = words(sources)
    line = text.splitlines()[0].removesuffix(": invalid compose project") if text else "it says nothing"
    return re.sub(r"([\"'`])(.*?)\1", lambda match: match[0] if match[2] in names else "'…'", line)


_TABLE: tuple[tuple[str, Callable[[re.Match[str], Sources], ConverterError]], ...] = (
    (
        r"failed to parse (?P<file>\S.*?): line (?P<line>\d+): mapping key \"(?P<key>[^\"]+)\" already defined at line (?P<first>\d+)",
        files.twice,
    ),
    (r"unknown anchor '(?P<name>[^']+)' referenced", files.anchor),
    (r"yaml: unmarshal errors:", files.not_a_mapping),
    (r"(?:failed to parse (?P<file>\S.*?): )?yaml: line (?P<line>\d+): ", files.not_yaml),
    (r"yaml: (?:control characters|invalid|incomplete)", files.not_yaml),
    (r"top-level object must be a mapping", files.not_a_mapping),
    (r"invalid project name \"(?P<name>[^\"]*)\"", values.project_name),
    (r"empty compose file", files.empty),
    (r"service \"(?P<service>[^\"]+)\" refers to undefined (?P<kind>\w+) (?P<name>[^:\n]+)", values.undefined),
    (r"service \"(?P<service>[^\"]+)\" depends on undefined service \"?(?P<name>[^\":]+)", values.no_service),
    (r"env file (?P<file>.+?) not found: stat", files.env_file),
    (r"failed to read (?P<file>.+?): (?:line (?P<line>\d+): )?(?P<what>.*)", files.bad_env_file),
    (
        r"error while interpolating (?P<route>\S+): required variable (?P<name>\w+) is missing a value(?:: (?P<said>[^\n]*))?",
        values.no_value,
    ),
    (r"error while interpolating (?P<route>\S+): failed to cast to expected type: (?P<what>.*)", values.wrong_value),
    (r"invalid interpolation format for (?P<route>\S+)", values.no_format),
    (r"(?:open|stat|read) (?P<file>.+?): (?:no such file|The system cannot find|is a directory)", files.no_file),
    (r"cannot extend service \"(?P<service>[^\"]+)\" in .*?: service \"(?P<name>[^\"]+)\" not found", values.no_base),
    (r"validating .+?: +?(?P<route>\S*) ?additional properties '(?P<key>[^']+)'", values.unknown_key),
    (r"validating .+?: (?P<route>\S+) (?P<what>.*)", values.wrong_shape),
    (r"'(?P<route>\w+\[[^\]]+\][^']*)' (?P<what>[^\n]*)", values.wrong_value),
    (r"service \"(?P<service>[^\"]+)\" has neither an image nor a build context", values.nothing_to_run),
    (r"dependency cycle detected: (?P<names>.*)", values.cycle),
    (r"Circular reference|include cycle detected", files.circle_of_files),
    (
        r"(?P<route>[\w-]+\.[\w.-]+) conflicts with imported resource",
        values.at_route("'{route}' is defined both here and in an included file"),
    ),
    (
        r"(?P<route>(?:secrets|configs)\.[\w.-]+): (?P<what>\S+) attributes are mutually exclusive",
        values.at_route("'{route}' may have only one of {what}"),
    ),
    (r"(?P<route>(?:secrets|configs)\.[\w.-]+): one of (?P<what>\S+) must be set", values.at_route("'{route}' needs one of {what}")),
    (r"invalid (?P<what>containerPort|hostPort|proto|IP address|spec): (?P<value>[^\n]*?)(?:: empty section.*)?$", values.wrong_text),
    (
        r"service (?P<route>\S+) declares mutually exclusive `(?P<one>\w+)` and `(?P<two>\w+)`",
        values.at_route("service '{route}' has both '{one}' and '{two}', which exclude each other"),
    ),
    (r"(?P<route>services\.\S+): unexpected type", values.at_route("an item of '{route}' must be a text")),
    (r"(?P<route>healthcheck\.test) must start either by", values.test),
    (r"invalid ranges specified for container and host Ports: (?P<target>\S+) and (?P<published>\S+)", values.ranges),
    (
        r"(?P<route>services\.\S+): can't set distinct values on '(?P<one>[\w.]+)' and '(?P<two>[\w.]+)'",
        values.at_route("'{route}' has '{one}' and '{two}', which say different things"),
    ),
    (
        r"(?P<route>services\.deploy\.replicas): can't set container_name and (?P<name>\S+) as container name must be unique",
        values.one_name,
    ),
    (
        r"services\.\S+: container name \"(?P<name>[\w.-]+)\" is already in use by service",
        values.shared_name,
    ),
    (r"(?P<route>services) must be a mapping", values.at_route("'services' must be a mapping")),
    (r"non-string key in (?P<route>[\w.]+)", values.at_route("a key in '{route}' is not a text: quote it")),
)
