"""overlays/<name>.yaml: the settings of one environment, read first, each mistake with its line, its column and the nearest right name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from converter.compose.project import Settings, Target
from converter.errors import ConverterError
from converter.findings import Accept, parse_route
from converter.overlay_rules import PLACE, rules_of
from converter.overlay_schema import document_schema, mistakes, place, read, underscored
from converter.rules.rule import Rule


@dataclass(frozen=True)
class Overlay:
    """One environment.

    Attributes:
        name: the file's name without its ending; "default" for the built-in defaults.
        target: what is converted for.
        settings: what kompose, the rules and the ledger must agree on.
        rules: the rules in order, with their settings; one that is `off` is not among them.
        accept: deviations that the team has decided to live with.
        secret_names: variables that are secret whatever they are called.
        files: the file and those that it extends, strongest first.
    """

    name: str = "default"
    target: Target = field(default_factory=Target)
    settings: Settings = field(default_factory=Settings)
    rules: tuple[Rule, ...] = ()
    accept: tuple[Accept, ...] = ()
    secret_names: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def find(directory: Path, chosen: tuple[str, ...] = ()) -> tuple[Overlay, ...]:
    """The overlays of `directory`: those chosen by name, else all but `base`, else the built-in defaults.

    Raises ConverterError if a chosen one is not there or if one has a mistake.
    """
    there = _there(directory)
    names = chosen or tuple(name for name in there if name != "base")
    if not names:
        return (build("default", {}, ()),)
    for name in names:
        if name not in there:
            raise ConverterError(f"no overlay '{name}' in '{directory.name}/'", hint=_nearest(name, there))
    return tuple(load(directory / f"{name}.yaml") for name in names)


def _there(directory: Path) -> list[str]:
    """The names of the overlays in a folder, sorted. Raises ConverterError for what looks like one and is none."""
    if directory.exists() and not directory.is_dir():
        raise ConverterError(f"'{directory.name}' is a file, and overlays are files in a folder of that name")
    for path in sorted(directory.glob("*.yml")):
        raise ConverterError(f"'{directory.name}/{path.name}' is no overlay: its name must end in '.yaml'", hint="rename it")
    return sorted(path.stem for path in directory.glob("*.yaml"))


def _nearest(name: str, there: Sequence[str]) -> str:
    near = get_close_matches(name, there, 1)
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(there) or 'none'}"


def load(path: Path) -> Overlay:
    """Read an overlay and those that it extends. Raises ConverterError for a mistake, with all others in its hint."""
    data, files = _merged(path, ())
    return build(path.stem, data, files)


def build(name: str, data: Mapping[str, Any], files: tuple[Path, ...]) -> Overlay:
    """An overlay from its merged settings, which are valid."""
    rules = tuple(rules_of(data, files))
    sections = {rule.name: rule for rule in rules}
    images: Any = sections.get("images")
    secrets: Any = sections.get("secrets")
    lifecycle = data.get("lifecycle") or {}
    return Overlay(
        name=name,
        target=Target(**underscored(data.get("target", {}), document_schema()["properties"]["target"])),
        settings=Settings(
            names=data.get("names", {}),
            registry=getattr(images, "registry", ""),
            images=getattr(images, "services", {}),
            secret_name=getattr(secrets, "secret", ""),
            secret_keys=getattr(secrets, "keys", {}),
            users=getattr(sections.get("security-context"), "users", {}),
            outside=getattr(sections.get("config-files"), "outside", ()),
            unordered=getattr(sections.get("startup-order"), "off", ("*",)),
            jobs=lifecycle.get("services", {}) if isinstance(lifecycle, Mapping) else {},
        ),
        rules=rules,
        accept=tuple(Accept.parse(item, item.get(PLACE)) for item in data.get("accept", ())),
        secret_names=tuple(getattr(secrets, "variables", ())),
        files=files,
    )


def _merged(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], tuple[Path, ...]]:
    """An overlay's settings over those of the overlays that it extends, and all their files."""
    data = _checked(path)
    base, where = data.pop("extends", None), data.pop(PLACE)
    if base is None:
        return data, (path,)
    below = path.with_name(f"{base}.yaml")
    if below in (*seen, path):
        hint = "take 'extends' out of one of the overlays in the circle"
        raise ConverterError(f"overlay '{path.stem}' extends itself", location=where, hint=hint)
    if not below.is_file():
        hint = _nearest(base, [name for name in _there(path.parent) if name != path.stem])
        raise ConverterError(f"overlay '{path.stem}' extends '{base}', and '{below.name}' is not there", location=where, hint=hint)
    weaker, files = _merged(below, (*seen, path))
    return merge(weaker, data), (path, *files)


def merge(weaker: Mapping[str, Any], stronger: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of two overlays: mappings are merged, `patches` and `accept` are joined, anything else is replaced."""
    result = dict(weaker)
    for key, value in stronger.items():
        before = result.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            result[key] = merge(before, value)
        elif key in {"patches", "accept"} and isinstance(value, list) and isinstance(before, list):
            result[key] = [*before, *value]
        else:
            result[key] = value
    return result


def _checked(path: Path) -> dict[str, Any]:
    tree, data = read(path)
    found = mistakes(data, tree, path)
    if found:
        first, *others = found
        rest = "".join(f"\n{other.location}: {other.message}" + (f" ({other.hint})" if other.hint else "") for other in others)
        raise ConverterError(first.message, location=first.location, hint=first.hint + rest)
    data[PLACE] = place(tree, ("extends",), path)
    for number, item in enumerate(data.get("patches") or ()):
        item[PLACE] = place(tree, ("patches", number), path)
    for number, item in enumerate(data.get("accept", ())):
        item[PLACE] = place(tree, ("accept", number, "at"), path)
        try:
            parse_route(item["at"])
        except ValueError as error:
            hint = "a route is services.web.logging; quote a step with a dot"
            raise ConverterError(str(error), location=item[PLACE], hint=hint) from None
    return data
