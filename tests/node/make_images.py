"""Makes the images that manifests name, without a registry: `make_images.py ROOTFS.tar OUT.images.tar COMPOSE.yml MANIFEST.yaml...`.

Each image is Debian's packages (the root file system of ../shared/cluster/images.sh) and a layer of its own, which gives it the users,
entrypoint, folders and tools of the official image: what the original has not (curl in prom/prometheus, redis-cli in python:slim) is
taken away, so that a probe that works here works there. ROOTFS.tar comes from images.sh; mkimages.py packs the archive.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "images"
MKIMAGES = ROOT.parent / "shared/cluster/mkimages.py"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_BUSYBOX = ("nc", "wget", "vi", "unzip")
_SERVERS = ("redis-server", "redis-cli", "redis-check-rdb", "redis-check-aof", "prometheus", "promtool", "psql", "pg_isready")


@dataclass(frozen=True)
class Recipe:
    """What an image has beyond Debian.

    Attributes:
        user: entries of passwd as (name, uid, gid).
        config: the image's configuration as OCI names it.
        files: path in the image -> file here, mode 0755.
        folders: path -> (uid, gid, mode).
        links: path -> target.
        without: programs of the base that the original has not.

    """

    user: tuple[str, int, int] | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    folders: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()


_ALPINE = {f"usr/bin/{name}": "busybox" for name in _BUSYBOX}
_NO_PYTHON = ("python3", "python3.11")

RECIPES: Mapping[str, Recipe] = {
    "redis": Recipe(
        user=("redis", 999, 1000),
        config={"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["redis-server"], "WorkingDir": "/data", "Volumes": {"/data": {}}},
        files={"usr/local/bin/docker-entrypoint.sh": HERE / "redis-entrypoint.sh"},
        folders={"data": (999, 1000, 0o755)},
        links=_ALPINE,
        without=("curl", "bash", "prometheus", "promtool", "psql", "pg_isready", *_NO_PYTHON),
    ),
    "postgres": Recipe(
        user=("postgres", 70, 70),
        config={
            "Entrypoint": ["docker-entrypoint.sh"],
            "Cmd": ["postgres"],
            "StopSignal": "SIGINT",
            "Volumes": {"/var/lib/postgresql/data": {}},
            "Env": [f"{_PATH}:/usr/lib/postgresql/15/bin", "LANG=C.UTF-8", "PGDATA=/var/lib/postgresql/data"],
        },
        files={"usr/local/bin/docker-entrypoint.sh": HERE / "postgres-entrypoint.sh"},
        folders={
            "var/lib/postgresql": (70, 70, 0o1777),
            "var/lib/postgresql/data": (70, 70, 0o1777),
            "run/postgresql": (70, 70, 0o3777),
            "docker-entrypoint-initdb.d": (0, 0, 0o755),
        },
        links=_ALPINE | {f"usr/local/bin/{name}": f"/usr/lib/postgresql/15/bin/{name}" for name in ("psql", "pg_isready")},
        without=("curl", "redis-server", "redis-cli", "prometheus", "promtool", *_NO_PYTHON),
    ),
    "prometheus": Recipe(
        config={
            "Entrypoint": ["/bin/prometheus"],
            "Cmd": ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
            "User": "nobody",
            "WorkingDir": "/prometheus",
            "Volumes": {"/prometheus": {}},
        },
        folders={"prometheus": (65534, 65534, 0o755)},
        links=_ALPINE,
        without=("curl", "bash", "redis-server", "redis-cli", "psql", "pg_isready", *_NO_PYTHON),
    ),
    "grafana": Recipe(
        user=("grafana", 472, 0),
        config={
            "Entrypoint": ["/usr/bin/python3", "-u", "/usr/share/grafana/not_grafana.py"],
            "User": "472",
            "WorkingDir": "/usr/share/grafana",
        },
        files={"usr/share/grafana/not_grafana.py": HERE / "not_grafana.py"},
        folders=dict.fromkeys(("var/lib/grafana", "var/log/grafana", "etc/grafana", "etc/grafana/provisioning"), (472, 0, 0o777)),
        links=_ALPINE,
        without=_SERVERS,
    ),
    "python": Recipe(
        config={"Cmd": ["python3"]},
        links={"usr/local/bin/python": "/usr/bin/python3"},
        without=("curl", "wget", "busybox", *_SERVERS),
    ),
    "kubectl": Recipe(
        config={"Entrypoint": ["/bin/kubectl"]},
        files={"usr/bin/kubectl": Path(shutil.which("kubectl") or "kubectl").resolve()},
        without=("sh", "dash", "curl", "bash", "wget", "busybox", *_SERVERS, *_NO_PYTHON),
    ),
    "busybox": Recipe(config={"Cmd": ["sh"]}, links=_ALPINE, without=("curl", "bash", *_SERVERS, *_NO_PYTHON)),
}


def app(folder: Path) -> Recipe:
    """The image of one of the stack's own services, as its Dockerfile makes it."""
    command = json.loads(re.findall(r"^CMD (.*)$", (folder / "Dockerfile").read_text(), re.MULTILINE)[-1])
    return Recipe(
        user=("app", 1000, 1000),
        config={"Cmd": command, "User": "1000:1000", "WorkingDir": "/app"},
        files={f"app/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*")) if _is_copied(path)},
        folders={"home/app": (1000, 1000, 0o755)} | {f"app/{path.name}": (1000, 1000, 0o755) for path in folder.iterdir() if path.is_dir()},
        links={"usr/local/bin/python": "/usr/bin/python3"},
        without=("wget", "busybox", *_SERVERS),
    )


def _is_copied(path: Path) -> bool:
    return path.is_file() and path.name not in {"Dockerfile", "requirements.txt"} and "__pycache__" not in path.parts


def layer(recipe: Recipe, base: Mapping[str, bytes]) -> bytes:
    """The layer of an image as a tar. `base` holds passwd and group of the root file system."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:

        def add(
            path: str, *, data: bytes = b"", kind: bytes = tarfile.REGTYPE, mode: int = 0o755, owner: tuple[int, int] = (0, 0), to: str = ""
        ) -> None:
            info = tarfile.TarInfo(path)
            info.size, info.type, info.mode, info.linkname, (info.uid, info.gid) = len(data), kind, mode, to, owner
            tar.addfile(info, io.BytesIO(data))

        for path, (uid, gid, mode) in sorted(recipe.folders.items()):
            add(path, kind=tarfile.DIRTYPE, mode=mode, owner=(uid, gid))
        for path, source in sorted(recipe.files.items()):
            add(path, data=source.read_bytes())
        for path, target in sorted(recipe.links.items()):
            add(path, kind=tarfile.SYMTYPE, to=target)
        for name in recipe.without:
            add(f"usr/bin/.wh.{name}", mode=0o644)
        if recipe.user:
            for path, data in accounts(recipe.user, base).items():
                add(path, data=data, mode=0o644)
    return out.getvalue()


def accounts(user: tuple[str, int, int], base: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files passwd and group with this user in the place of Debian's of the same name."""
    name, uid, gid = user
    kept = {path: [line for line in data.decode().splitlines() if not line.startswith(f"{name}:")] for path, data in base.items()}
    kept["etc/passwd"].append(f"{name}:x:{uid}:{gid}::/home/{name}:/bin/sh")
    if gid:
        kept["etc/group"].append(f"{name}:x:{gid}:")
    return {path: ("\n".join(lines) + "\n").encode() for path, lines in kept.items()}


def images_of(documents: Iterable[Any]) -> Iterable[str]:
    """Every image that the pods of some manifests name."""
    for document in documents:
        spec = ((document or {}).get("spec") or {}).get("template", {}).get("spec", {})
        for container in [*spec.get("initContainers", []), *spec.get("containers", [])]:
            yield container["image"]


def full_name(image: str) -> str:
    """The name under which containerd looks for an image: registry, library and tag are written out."""
    name, _, digest = image.partition("@")
    head, _, rest = name.partition("/")
    if not rest:
        name = f"docker.io/library/{name}"
    elif "." not in head and ":" not in head and head != "localhost":
        name = f"docker.io/{name}"
    return f"{name}@{digest}" if digest else name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def recipe_of(image: str, built: Mapping[str, Path]) -> Recipe:
    """How an image is made. Raises SystemExit for one that nobody knows."""
    if image in built:
        return app(built[image])
    short = image.rpartition("/")[2].partition(":")[0]
    if short not in RECIPES:
        raise SystemExit(f"no stand-in for the image '{image}': add a recipe to {Path(__file__).name}")
    return RECIPES[short]


def images_built(compose: Path) -> dict[str, Path]:
    """The images that a Compose file builds, each with its folder."""
    model = yaml.safe_load(compose.read_text())
    services = {name: service for name, service in model["services"].items() if "build" in service}
    return {service.get("image", f"{model['name']}-{name}"): compose.parent / service["build"] for name, service in services.items()}


def main(rootfs: Path, out: Path, manifests: list[Path], projects: list[Path]) -> None:
    """Write the archive with every image that `manifests` name; those that the Compose files `projects` build, as they build them."""
    built = {image: folder for compose in projects for image, folder in images_built(compose).items()}
    with tarfile.open(rootfs) as tar:
        base: dict[str, bytes] = {}
        for path in ("etc/passwd", "etc/group"):
            file = tar.extractfile(f"./{path}")
            assert file is not None
            base[path] = file.read()
    work = out.parent / "layers"
    work.mkdir(parents=True, exist_ok=True)
    spec = []
    for image in sorted({image for path in manifests for image in images_of(yaml.safe_load_all(path.read_text()))}):
        recipe = recipe_of(image, built)
        own = work / f"{re.sub(r'[^a-z0-9]+', '-', image)}.tar"
        own.write_bytes(layer(recipe, base))
        spec.append({"name": full_name(image), "layers": [str(rootfs), str(own)], "config": dict(recipe.config)})
    (work / "spec.json").write_text(json.dumps(spec))
    subprocess.run([sys.executable, str(MKIMAGES), str(out), str(work / "spec.json")], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[4:]], [Path(sys.argv[3])])
