"""How long a run takes and how much memory: beside the same work by hand, and as the project grows.

    .venv/bin/python benchmarks/run.py [--rounds 5] [--sizes 10,100,1000] [--kubeconform PATH]

Everything is measured side by side in one run, in turns, so that a busy machine is as busy for one as for the other; CPU seconds are
those of the command and of every program that it started, the memory is that of the largest of them. What is prepared (kompose,
kubeconform, its schemas) is not counted: nobody builds them for each run. Needs a POSIX system (wait4).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.compose.binary import find_compose
from converter.kompose.provide import cache, kompose
from converter.schemas import schemas

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("cdb-convert")
KUBERNETES = "1.34"
KUBECONFORM = "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0"
_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """What some commands took: seconds on the clock, seconds of CPU, MiB of the largest process."""

    wall: float
    cpu: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


def measured(command: Sequence[str | Path], folder: Path, allowed: Iterable[int] = (0,), path: Path | None = None) -> Cost:
    """Run a command to its end, with `path` in front of PATH. Raises SystemExit if it ends with another status than those allowed."""
    env = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"} if path else dict(os.environ)
    words = [shutil.which(str(command[0]), path=env["PATH"]) or str(command[0]), *map(str, command[1:])]
    started = time.monotonic()
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in set(allowed):
        sys.exit(f"{command} ended with {process.returncode}:\n{(folder / 'out.txt').read_text(errors='replace')[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / _MIB)


# --- By hand ------------------------------------------------------------------------------------------------------------------------------


def kubeconform(given: str) -> list[str | Path]:
    """The command that validates manifests: kubeconform as named or built once, else the command of kubernetes-validate."""
    folder = cache() / "benchmarks"
    binary = Path(shutil.which(given) or given) if given else folder / "kubeconform"
    if not binary.exists() and (go := shutil.which("go")):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([go, "install", KUBECONFORM], env={**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"}, check=False)
    if not binary.exists():
        sys.stdout.write("no kubeconform and no go: kubernetes-validate stands in for it\n")
        return [Path(sys.executable).with_name("kubernetes-validate"), "-k", f"{KUBERNETES}.0", "--strict"]
    place = f"{local_schemas(folder / f'schemas-{KUBERNETES}')}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    return [binary, "-strict", "-kubernetes-version", f"{KUBERNETES}.0", "-schema-location", place]


def local_schemas(folder: Path) -> Path:
    """Schemas that stand alone, as kubeconform would download them: of the package's own, each with the definitions that it needs."""
    source = schemas(KUBERNETES)
    definitions = json.loads((source / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("deployment-apps-v1", "daemonset-apps-v1", "service-v1", "configmap-v1", "persistentvolumeclaim-v1", "pod-v1"):
        schema = json.loads((source / f"{kind}.json").read_text(encoding="utf-8"))
        text = json.dumps({**schema, "$defs": dict(needed(schema, definitions))})
        (folder / f"{kind}.json").write_text(re.sub(r'"\$ref": "[^"#]*#/', '"$ref": "#/', text), encoding="utf-8")
    return folder


def needed(schema: Any, definitions: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every definition that a schema refers to, also through others."""
    todo, seen = [json.dumps(schema)], set[str]()
    while todo:
        for name in re.findall(r'"\$ref": "[^"#]*#/\$defs/([^"]+)"', todo.pop()):
            if name not in seen:
                seen.add(name)
                yield name, definitions[name]
                todo.append(json.dumps(definitions[name]))


def by_hand(folder: Path, binary: Path, validate: Sequence[str | Path]) -> Cost:
    """What one would do without the tool, as far as it goes: resolve, convert, validate. kompose is on PATH, as one has it.

    (It looks itself up there and starts `kompose version` three times a service; the tool gives it an empty PATH.)
    """
    made = folder / "by-hand"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    cost = measured([find_compose(), "-f", "docker-compose.yml", "config"], folder)
    cost += measured(["kompose", "convert", "-f", "docker-compose.yml", "-o", f"{made}/"], folder, path=binary.parent)
    return cost + measured([*validate, *sorted(made.glob("*.yaml"))], folder, allowed=(0, 1))


# --- Projects -----------------------------------------------------------------------------------------------------------------------------


def reference(folder: Path) -> Path:
    """A copy of the reference stack, with an .env: docker compose and kompose do not go without."""
    folder.mkdir()
    for name in ("docker-compose.yml", ".env.example"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(ROOT / ".env.example", folder / ".env")
    for name in ("overlays", "stack"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def generated(folder: Path, size: int) -> Path:
    """A project of that many ordinary services, each waiting for the one before it."""
    folder.mkdir()
    services = {
        f"svc-{number:04}": {
            "image": "nginx:1.27",
            "command": ["nginx", "-g", "daemon off;"],
            "environment": {
                "LEVEL": "info",
                "NAME": f"svc-{number:04}",
                "NEXT": f"http://svc-{number - 1:04}:80",
                "API_TOKEN": "${API_TOKEN}",
            },
            "ports": [f"{10000 + number}:80"],
            "volumes": [f"data-{number:04}:/data"],
            "healthcheck": {"test": ["CMD", "curl", "-f", "http://localhost:80/"], "interval": "30s", "timeout": "3s"},
            "depends_on": [f"svc-{number - 1:04}"] if number % 10 != 1 else [],
            "restart": "unless-stopped",
        }
        for number in range(1, size + 1)
    }
    volumes: dict[str, None] = {f"data-{number:04}": None for number in range(1, size + 1)}
    (folder / "compose.yml").write_text(json.dumps({"name": "many", "services": services, "volumes": volumes}, indent=1), encoding="utf-8")
    (folder / ".env").write_text("API_TOKEN=x\n", encoding="utf-8")
    return folder


# --- The figures --------------------------------------------------------------------------------------------------------------------------


def compare(folder: Path, rounds: int, validate: Sequence[str | Path]) -> None:
    """The reference stack, one overlay, in turns: a first conversion, the same again, and the work by hand."""
    project, binary = reference(folder / "claire"), kompose(progress=print)
    run: list[str | Path] = [COMMAND, "run", "-q", "--overlay", "docker-desktop", "--kompose", binary]
    costs: dict[str, list[Cost]] = {"run, from nothing": [], "run, again": [], "by hand": []}
    for _ in range(rounds):
        shutil.rmtree(project / "output", ignore_errors=True)
        costs["run, from nothing"].append(measured(run, project))
        costs["run, again"].append(measured(run, project))
        costs["by hand"].append(by_hand(project, binary, validate))
    hand = costs["by hand"]
    row("reference stack, one overlay", "wall s", "CPU s", "MiB", "wall : by hand", "CPU : by hand")
    for name, each in costs.items():
        middle = [statistics.median(getattr(cost, key) for cost in each) for key in ("wall", "cpu", "memory")]
        ratios = [statistics.median(getattr(a, key) / getattr(b, key) for a, b in zip(each, hand, strict=True)) for key in ("wall", "cpu")]
        row(name, *(f"{value:.2f}" for value in middle[:2]), f"{middle[2]:.0f}", *(f"{ratio:.2f}" for ratio in ratios))


def grow(folder: Path, sizes: Sequence[int]) -> bool:
    """Projects of growing size, each once; whether each step of ten costs at most twelve times as much."""
    row("generated services", "wall s", "CPU s", "MiB", "CPU : step before", "MiB : step before")
    binary, before, fine = kompose(progress=print), None, True
    for size in sizes:
        project = generated(folder / f"services-{size}", size)
        cost = measured([COMMAND, "run", "-q", "--kompose", binary], project, allowed=(0, 1))
        steps = (cost.cpu / before.cpu, cost.memory / before.memory) if before else (0.0, 0.0)
        fine = fine and max(steps) <= 12
        row(str(size), f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:.0f}", *(f"{step:.1f}" if before else "" for step in steps))
        before = cost
    return fine


def row(name: str, *values: str) -> None:
    """One line of a table."""
    sys.stdout.write(f"{name:30}" + "".join(f"{value:>18}" for value in values) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, print two tables, and exit with 1 if a step of ten costs more than twelve times as much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--kubeconform", default="", help="a kubeconform to use instead of building one")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cdb-benchmark-") as name:
        folder = Path(name)
        compare(folder, words.rounds, kubeconform(words.kubeconform))
        sys.stdout.write("\n")
        fine = grow(folder, [int(size) for size in words.sizes.split(",")])
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
