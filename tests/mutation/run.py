"""Change manifests one thing at a time, ask `cdb-convert diff --manifests`, and count what it says: `python -m tests.mutation`."""

from __future__ import annotations

import copy
import csv
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from converter import overlay, pipeline
from converter.cli.comparison import with_manifests
from converter.cli.differences import Difference, FieldDifference, ObjectDifference, ValueDifference, differences
from converter.compose.load import Inputs, load
from converter.errors import ConverterError
from converter.intent.cluster import Cluster
from converter.intent.defaults import says_nothing
from converter.intent.field import leaves
from converter.kompose.provide import kompose
from converter.pipeline import Result
from tests.mutation.changes import ANY, Change, changes

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
EACH, OFTEN = 1, 8
"""Places at which each kind of change is made in one set; in the reference stack under one overlay, which comes first."""
REFERENCES = 2
THROUGH_FILES = 40
"""Of so many mutants one is written to files and read by the command itself."""


@dataclass(frozen=True)
class Mutant:
    """A set of manifests with one change."""

    what: str
    keys: tuple[str, ...]
    place: str
    service: str
    resource: tuple[str, str]
    documents: list[dict[str, Any]]


@dataclass
class Score:
    """What was asked and what was said, by kind of change."""

    asked: Counter[str] = field(default_factory=Counter)
    noticed: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    as_value: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    weak: Counter[str] = field(default_factory=Counter)
    sets: int = 0


def results(say: Callable[[str], None]) -> Iterator[tuple[str, Result]]:
    """The reference stack under its overlays, and the real sets of the corpus, read where they are."""
    binary = kompose(progress=say)
    with chdir(ROOT):
        for chosen in overlay.find(Path("overlays")):
            yield f"reference stack, {chosen.name}", pipeline.run(load(Inputs(files=("docker-compose.yml",))), chosen, binary)
    for folder, names in _sets():
        with chdir(folder):
            try:
                defaults = overlay.build("default", {"network-policies": {"enabled": True}}, ())
                yield f"{folder.name}, {' '.join(names)}", pipeline.run(load(Inputs(files=names)), defaults, binary)
            except ConverterError as error:
                say(f"{folder.name}: {error}")


def _sets() -> Iterator[tuple[Path, tuple[str, ...]]]:
    if not CORPUS.is_dir():
        return
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["class"] == "project":
                names = row["compose_set"].split(",")
                folder, _, first = row["corpus_path"].partition("/")
                outside = names[0].removesuffix(first)
                yield CORPUS / folder, tuple(name.removeprefix(outside) for name in names)


def mutants(name: str, result: Result, each: int) -> Iterator[Mutant]:
    """Changes of a set: of each kind some, the same ones every time."""
    documents = list(result.manifests)
    found: dict[str, list[tuple[int, Change]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for change in changes(document):
            found[change.what].append((number, change))
    chance = random.Random(name)  # noqa: S311 - the same ones every time
    for what, places in sorted(found.items()):
        for number, change in chance.sample(places, min(each, len(places))):
            mutant = copy.deepcopy(documents[number])
            change.make(mutant)
            changed = [*documents[:number], mutant, *documents[number + 1 :]]
            yield Mutant(what, change.keys, change.place, _service(result, documents[number], change), _key(documents[number]), changed)
    yield from _whole(result, documents, chance, each)


def _whole(result: Result, documents: list[dict[str, Any]], chance: random.Random, each: int) -> Iterator[Mutant]:
    """Objects deleted, duplicated, and two things swapped."""
    for document in chance.sample(documents, min(4 * each, len(documents))):
        rest = [one for one in documents if one is not document]
        service = result.manifests.service_of(document)
        yield Mutant("object deleted", ANY, "", service, _key(document), rest)
        yield Mutant("object duplicated", ANY, "", service, _key(document), [*documents, copy.deepcopy(document)])
    for kind, path in (
        ("Deployment", ("spec", "template", "spec", "containers")),
        ("Service", ("spec", "selector")),
        ("ConfigMap", ("data",)),
    ):
        objects = [one for one in documents if one["kind"] == kind]
        for one, other in islice(pairwise(objects), each):
            first, second = copy.deepcopy(one), copy.deepcopy(other)
            places = [_inside(two, path[:-1]) for two in (first, second)]
            if all(path[-1] in place for place in places) and places[0][path[-1]] != places[1][path[-1]]:
                places[0][path[-1]], places[1][path[-1]] = places[1][path[-1]], places[0][path[-1]]
                changed = [first if each_one is one else second if each_one is other else each_one for each_one in documents]
                yield Mutant(f"{path[-1]} of two {kind}s swapped", ANY, "", result.manifests.service_of(one), _key(one), changed)


def _inside(document: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def _key(document: Mapping[str, Any]) -> tuple[str, str]:
    return str(document["kind"]), str(document["metadata"]["name"])


def _service(result: Result, document: dict[str, Any], change: Change) -> str:
    names = {name: key for key, name in result.project.names.items()}
    return names.get(change.container, result.manifests.service_of(document))


def judged(mutant: Mutant, found: list[Difference]) -> tuple[bool, bool]:
    """Whether the right service and key are told, and whether that is told of a Compose value."""
    value = any(_tells(mutant, one.route) for one in found if isinstance(one, ValueDifference))
    field_ = any(_tells(mutant, one.route) or one.field[:2] == mutant.resource for one in found if isinstance(one, FieldDifference))
    whole = any((one.kind, one.name) == mutant.resource for one in found if isinstance(one, ObjectDifference))
    return value or field_ or whole, value


def _tells(mutant: Mutant, route: tuple[Any, ...]) -> bool:
    """Whether a route is of the service that was changed, and of a key that the change is about."""
    if route[:1] != ("services",):
        return not mutant.service or route[:1] == ("networks",)
    right = not mutant.service or route[1:2] == (mutant.service,)
    return right and (mutant.keys == ANY or str((*route, "", "", "")[2]) in mutant.keys)


def measure(say: Callable[[str], None], limit: int | None = None) -> Score:
    """Ask about every mutant of every set; of the first `limit` sets alone if that is given."""
    score, number = Score(), 0
    for place, (name, result) in enumerate(results(say)):
        if limit is not None and place >= limit:
            break
        score.sets += 1
        before = sum(score.asked.values())
        for mutant in mutants(name, result, OFTEN if place < REFERENCES else EACH):
            found = differences(result, mutant.documents)
            number += 1
            if number % THROUGH_FILES == 0:
                _by_the_command(result, mutant, found)
            count(score, name, result, mutant, found)
        say(f"{name}: {sum(score.asked.values()) - before} mutants")
    return score


def count(score: Score, name: str, result: Result, mutant: Mutant, found: list[Difference]) -> None:
    """Add what was found of one mutant to the score."""
    right, value = judged(mutant, found)
    score.asked[mutant.what] += 1
    score.noticed[mutant.what] += bool(found)
    score.right[mutant.what] += right
    score.as_value[mutant.what] += value
    weak = [one for one in found if isinstance(one, FieldDifference) and len(one.route) > 2 and one.ours is not None]
    if weak and not value:
        score.weak[f"{mutant.what}: {'.'.join(map(str, weak[0].route[2:]))[:60]} | {'.'.join(map(str, weak[0].field[2:]))}"] += 1
    line = f"{name}: {mutant.what}, {'/'.join(mutant.resource)} {mutant.place}"
    if not found:
        score.survivors.append(f"{line}: {_why(result, mutant)}")
    elif not right:
        score.astray.append(f"{line}: {[getattr(one, 'route', ()) for one in found][:3]}")


def _why(result: Result, mutant: Mutant) -> str:
    """Why it does not matter that nothing is said; "not known" is a defect."""
    ours, theirs = (
        {path: value for key, one in Cluster(documents).objects.items() for path, value in leaves(one, key)}
        for documents in (result.manifests, mutant.documents)
    )
    differing = [path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)]
    if not differing:
        return "the objects are the same"
    if all(says_nothing(path, ours.get(path, theirs.get(path))) and (path in ours) != (path in theirs) for path in differing):
        return "a server fills in the same value"
    return "not known"


def _by_the_command(result: Result, mutant: Mutant, found: list[Difference]) -> None:
    """What the command says of files is what was found in objects."""
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(mutant.documents):
            (Path(folder) / f"{number:03}.json").write_text(json.dumps(document), encoding="utf-8")
        said = [with_manifests(result, Path(folder), verbose=verbose) for verbose in (True, False)]
    assert [bool(lines) for lines in said] == [bool(found)] * 2, mutant


def rendered(score: Score) -> str:
    """The score as a page."""
    asked, noticed, right = (sum(counter.values()) for counter in (score.asked, score.noticed, score.right))
    shares = f"{noticed} noticed ({noticed / asked:.2%}), {right} with the right service and key ({right / asked:.2%})."
    lines = [
        "# What `diff --manifests` notices",
        "",
        "Written by `python -m tests.mutation`. Manifests of a run are changed in one place and held against the Compose file again.",
        "",
        f"{score.sets} sets, {asked} mutants. {shares}",
        "`As a value`: told as the deviation of a Compose value; the others are fields or objects beside those, told by name.",
        "",
        "| change | mutants | noticed | right service and key | as a value |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {what} | {score.asked[what]} | {score.noticed[what]} | {score.right[what]} | {score.as_value[what]} |"
        for what in sorted(score.asked)
    ]
    for title, some in (("Survivors", score.survivors), ("Told of another service or key", score.astray)):
        kinds = Counter(line.partition(": ")[2] for line in some)
        lines += [
            "",
            f"## {title}: {len(some)}",
            "",
            *(f"- {line}" + (f" ({number} times)" if number > 1 else "") for line, number in sorted(kinds.items())),
        ]
    return "\n".join(lines) + "\n"
