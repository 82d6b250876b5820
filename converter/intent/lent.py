"""What a service mounts of another by `volumes_from`: the same data, or files of the same content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from converter.compose import binds
from converter.compose.project import Project
from converter.intent.field import Field
from converter.intent.files import holds_files, volume_of, volumes_of
from converter.intent.key import Asked, Read, Reason, in_one_pod
from converter.intent.mounts import linked, templated
from converter.intent.pods import Pod
from converter.intent.storage import FILES, NOWHERE


def lent(project: Project, service: str, seen: frozenset[str] = frozenset()) -> dict[str, Mapping[str, Any]]:
    """What others get by `volumes_from` of a service: path -> mount, those that it has from others itself included."""
    model = project.services.get(service, {})
    others = (str(text).partition(":")[0] for text in model.get("volumes_from") or ())
    found = {path: mount for other in others if other not in seen for path, mount in lent(project, other, seen | {service}).items()}
    return found | {str(mount.get("target")).rstrip("/"): mount for mount in model.get("volumes") or ()}


def volumes_from(pod: Pod) -> Iterator[Read]:
    """Whether everything that another service mounts, in its own pod, is mounted here; without the volumes that are others here."""
    here = {str(mount.peek("mountPath")).rstrip("/"): mount for mount in pod.container.each("volumeMounts")}
    own = {str(mount.get("target")).rstrip("/") for mount in pod.model.get("volumes") or ()}
    for text in pod.model.get("volumes_from") or ():
        name = str(text).partition(":")[0]
        pod.seen.clear()
        there = pod.others[name].container.each("volumeMounts") if name in pod.others else ()
        wanted = {path: mount for mount in there if (path := str(mount.peek("mountPath")).rstrip("/")) in lent(pod.project, name)}
        if wanted and wanted.keys() <= here.keys():
            for path in wanted:
                here[path].text("mountPath")
            apart = [path for path in wanted if path not in own and not _same_data(pod, here[path], pod.others[name], wanted[path])]
            yield Read((str(text),), f"{text}, without {', '.join(apart)}" if apart else str(text))


def _same_data(pod: Pod, mount: Field, other: Pod, there: Field) -> bool:
    """Whether a mount shows the data that one of another container shows. Files and memory are what each pod is given."""
    mine, theirs = volume_of(pod, mount, volumes_of(pod)), volume_of(other, there, volumes_of(other))
    if mine is None or theirs is None:
        return False
    if any(holds_files(volume) or volume.peek("emptyDir", "medium") == "Memory" for volume in (mine, theirs)):
        return True
    linked(mount, mine)
    mine.text("persistentVolumeClaim", "claimName")
    return bool(_data(pod, mine) == _data(other, theirs))


def _data(pod: Pod, volume: Field) -> Any:
    """What makes the data of a volume that data: the pod, for an empty volume and for the claims of a StatefulSet."""
    if templated(volume) or volume.peek("emptyDir") is not None:
        return pod.number, volume.path
    claim = volume.peek("persistentVolumeClaim", "claimName")
    return claim or {key: value for key, value in volume.data.items() if key != "name"}


def near_lent(asked: Asked, got: Any) -> str | None:
    """A volume without a name, of a service that runs in another pod."""
    name = str(asked.raw).partition(":")[0]
    apart = [path for path in str(got).removeprefix(f"{asked.raw}, without ").split(", ") if path]
    nameless = {path for path, mount in lent(asked.project, name).items() if mount.get("type") == "volume" and not mount.get("source")}
    if not nameless.issuperset(apart) or asked.service in in_one_pod(replace(asked, service=name)):
        return None
    paths = ", ".join(f"'{path}'" for path in apart)
    return f"the volume at {paths} has no name: each pod has one of its own, and finds nothing there of what '{name}' writes"


def nothing_lent(asked: Asked) -> Reason | None:
    """Why nothing of another service is mounted: it mounts nothing, or nothing that the cluster has."""
    name = str(asked.raw).partition(":")[0]
    if name == "container":
        return Reason("refused", "a container that is not part of the project lends nothing to a pod", "make it a service, and name that")
    found = list(lent(asked.project, name).values())
    if any(mount.get("type") not in ("bind", *NOWHERE) for mount in found):
        return None
    decided = [binds.decide(asked.project, name, mount) for mount in found if mount.get("type") == "bind"]
    if any(bind.kind not in ("clock", "source", "refused") and (bind.files or bind.kind not in FILES) for bind in decided):
        return None
    return Reason("not needed", f"nothing that '{name}' mounts is in the cluster" if found else f"'{name}' mounts nothing")
