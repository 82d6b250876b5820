"""Readers of Compose's `secrets` and `configs`: single files at a path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from converter.compose.names import kubernetes_name
from converter.compose.units import canonical
from converter.intent import files, renamings
from converter.intent.field import Field
from converter.intent.files import Files, Shown, view
from converter.intent.key import Asked, Read, Reader, Reason
from converter.intent.pods import Pod

FOLDER = "/run/secrets/"


def _targets(pod: Pod, key: str) -> dict[str, str]:
    """Path in the container -> identity of the secret or config that Compose puts there."""
    asked = canonical({key: pod.model.get(key) or []})[key]
    return {_path(key, element): str(name) for name, element in asked.items() if isinstance(element, Mapping)}


def _path(key: str, element: Mapping[str, Any]) -> str:
    target = str(element.get("target") or element.get("source"))
    return target if target.startswith("/") else f"{FOLDER if key == 'secrets' else '/'}{target}"


def _placed(pod: Pod, key: str) -> Iterator[tuple[str, str, Shown]]:
    """(identity, path, file) of each file of Compose's that the container finds."""
    found = view(pod)
    for path, name in _targets(pod, key).items():
        if path in found:
            pod.seen[:] = found[path].fields
            yield name, path, found[path]


def secret(pod: Pod) -> Iterator[Read]:
    """What a secret's file holds: the marker of its value."""
    for name, _, file in _placed(pod, "secrets"):
        yield Read((name,), file.data.decode(errors="replace"))


def config(pod: Pod) -> Iterator[Read]:
    """What a config's file holds."""
    for name, _, file in _placed(pod, "configs"):
        yield Read((name,), Files({"": file.data}))


def target(key: str) -> Reader:
    """The reader of the path of a secret's, or a config's, file."""

    def read(pod: Pod) -> Iterator[Read]:
        for name, path, file in _placed(pod, key):
            pod.seen[:] = [(*file.mount.path, "mountPath")]
            yield Read((name,), path)

    return read


def mode(key: str) -> Reader:
    """The reader of its mode."""

    def read(pod: Pod) -> Iterator[Read]:
        for name, _, file in _placed(pod, key):
            pod.seen.clear()
            yield Read((name,), f"{_mode_in(file.volume, str(file.mount.peek('subPath') or '')):04o}")

    return read


def _mode_in(volume: Field, path: str) -> int:
    """The mode of a file in a volume: the item's, else the volume's, else 0644."""
    for source in (volume, *volume.each("projected", "sources")):
        for kind in ("secret", "configMap"):
            for item in source.each(kind, "items"):
                if item.peek("path") == path and item.number("mode") is not None:
                    item.text("path")
                    return int(item.peek("mode"))
    modes = (volume.number(kind, "defaultMode") for kind in ("secret", "configMap", "projected"))
    return next((mode for mode in modes if mode is not None), 0o644)


def wanted_secret(asked: Asked) -> str:
    """The marker of the secret; for one that is outside of the project, the key of that name in a Secret of that name."""
    definition = (asked.project.model.get("secrets") or {}).get(str(asked.raw)) or {}
    if definition.get("external"):
        name = str(definition.get("name") or asked.raw)
        return f"<key '{name}' of Secret '{kubernetes_name(name)}'>"
    return asked.project.secrets.file_secret(str(asked.raw)).marker


def _absolute(key: str) -> Callable[[Asked], Any]:
    return lambda asked: _path(key, {"target": asked.raw})


wanted_secret_target = _absolute("secrets")
wanted_config_target = _absolute("configs")


def wanted_mode(asked: Asked) -> str:
    """Four digits, as the model has it."""
    return f"{int(str(asked.raw), 8):04o}" if str(asked.raw).isdigit() else str(asked.raw)


def near_mode(asked: Asked, got: Any) -> str | None:
    """A mode for a file that belongs to root, whoever reads it."""
    return f"the file belongs to root, so its mode is {got}: narrower than that the program could not read it" if asked.raw else None


def no_owner(asked: Asked) -> Reason | None:
    """The owner of a file."""
    return Reason("not needed", "the file belongs to root, and is readable for the program") if asked.raw is not None else None


def wanted_config(asked: Asked) -> Any:
    """The content of the config."""
    target = str(asked.element().get("target") or asked.raw)
    return files.config(asked.project, asked.service, str(asked.raw), target if target.startswith("/") else f"/{target}")


def said_config(asked: Asked) -> str:
    """The hosts that were renamed in the file."""
    found = renamings.config_source(asked.project, asked.service, str(asked.raw))
    target = str(asked.element().get("target") or asked.raw)
    return ", ".join(renamings.said(asked.project, asked.service, found[0], target, found[1])) if found else ""


def no_config(asked: Asked) -> Reason | None:
    """A config whose content is in a variable that is not set."""
    definition = (asked.project.model.get("configs") or {}).get(str(asked.raw)) or {}
    if "environment" in definition:
        what = f"config '{asked.raw}' cannot be read: the variable '{definition['environment']}' is not set"
        return Reason("refused", what, "give its content in the Compose file, or in a file of the project")
    return None
