"""Finished trainings put side by side: by experiment, by recipe within it, by seed within that.

An experiment is what recipes name as such. Trainings of one name count as one recipe only if their recipes are the same
but for title and experiment; a recipe that was changed stands beside the other, under its name with a number.
"""

from __future__ import annotations

import statistics
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from se_explorer.analysis.experiment_seeds import Comparison, SeedMean, compare_seeds
from se_explorer.errors import RecipeError
from se_explorer.training.recipe import Recipe
from se_explorer.training.record import RunRecord, read_record

__all__ = [
    "ABLATION_SUFFIX",
    "COMMITTED",
    "Experiment",
    "Runs",
    "collect",
    "committed_records",
    "compared",
    "find_runs",
    "step_ratio",
    "unlike",
]

COMMITTED = Path(__file__).resolve().parents[2] / "assets" / "experiments"
ABLATION_SUFFIX = ".ablation.json"  # of what is no record of one training, see ``retrained``
MOST_FILES = 1000
DEPTH = 3


@dataclass(frozen=True, eq=False)
class Runs:
    """One recipe's trainings.

    Attributes:
        key: the recipe's name; with a number behind it where another recipe has the same.
        title: for people, from the recipe.
        recipe: what all of them did.
        records: by seed, in order.
        own: seeds of the trainings that a person brought.
    """

    key: str
    title: str
    recipe: Recipe
    records: dict[int, RunRecord]
    own: frozenset[int]

    @property
    def first(self) -> RunRecord:
        """Of the lowest seed."""
        return next(iter(self.records.values()))

    @property
    def accuracy(self) -> SeedMean:
        """Share of the test split that was right, by seed."""
        return SeedMean.of({seed: record.accuracy for seed, record in self.records.items()})

    @property
    def step_seconds(self) -> SeedMean | None:
        """Seconds a step, each seed's median; None where no training kept it."""
        found = {seed: record.seconds_per_step_median for seed, record in self.records.items()}
        kept = {seed: seconds for seed, seconds in found.items() if seconds}
        return SeedMean.of(kept) if kept else None


@dataclass(frozen=True, eq=False)
class Experiment:
    """Recipes that are compared; ``name`` is None for trainings whose recipe names no experiment."""

    name: str | None
    runs: tuple[Runs, ...]

    def get(self, key: str) -> Runs | None:
        """The recipe of that key."""
        return next((runs for runs in self.runs if runs.key == key), None)

    @property
    def base(self) -> Runs:
        """What the others are compared with unless somebody chooses: the plain network, and of several the smallest."""
        plain = [runs for runs in self.runs if not runs.first.se_parameters]
        return min(plain or self.runs, key=lambda runs: runs.first.parameters)


def _likeness(recipe: Recipe) -> Recipe:
    return recipe.model_copy(update={"title": "", "experiment": None})


def _grouped(records: Sequence[tuple[RunRecord, bool]]) -> list[Runs]:
    """By recipe and pictures; of two trainings with one recipe and one seed the first counts.

    A recipe that takes a folder does not say which: the numbers of pictures and classes do, as far as they can.
    """
    found: dict[tuple[str, Recipe, Hashable], list[tuple[RunRecord, bool]]] = {}
    for record, own in records:
        pictures = (record.data.train, record.data.test, record.data.classes)
        found.setdefault((record.run, _likeness(record.parsed), pictures), []).append((record, own))
    names: dict[str, int] = {}
    groups = []
    for (name, recipe, _pictures), members in found.items():
        names[name] = names.get(name, 0) + 1
        first = members[0][0]
        kept = {record.seed: (record, own) for record, own in reversed(members)}
        groups.append(
            Runs(
                key=name if names[name] == 1 else f"{name}~{names[name]}",
                title=first.title if names[name] == 1 else f"{first.title} ({names[name]})",
                recipe=recipe,
                records={seed: kept[seed][0] for seed in sorted(kept)},
                own=frozenset(seed for seed, (_record, own) in kept.items() if own),
            )
        )
    return sorted(groups, key=lambda runs: (runs.first.se_parameters > 0, runs.first.parameters, runs.key))


def collect(committed: Iterable[RunRecord], own: Iterable[RunRecord] = ()) -> tuple[Experiment, ...]:
    """Experiments by name, with their recipes from the plain ones to those with the most parameters.

    Where both have a training of the same recipe and seed, the committed one counts.
    """
    by_name: dict[str | None, list[tuple[RunRecord, bool]]] = {}
    for record, is_own in [*((record, False) for record in committed), *((record, True) for record in own)]:
        by_name.setdefault(record.experiment, []).append((record, is_own))
    names = sorted(by_name, key=lambda name: (name is None, name or ""))
    return tuple(Experiment(name, tuple(_grouped(by_name[name]))) for name in names)


def committed_records(folder: Path = COMMITTED) -> tuple[RunRecord, ...]:
    """All trainings that are part of the project.

    Raises:
        RecipeError: one of them is damaged.
    """
    files = sorted(folder.glob("*/*.json"))
    return tuple(read_record(path) for path in files if not path.name.endswith(ABLATION_SUFFIX))


def find_runs(folder: Path) -> tuple[list[tuple[Path, RunRecord]], list[RecipeError]]:
    """Every ``run.json`` in a folder and the three levels of folders below it, and what is wrong with the others.

    At most ``MOST_FILES`` are read, in the order of their paths.
    """
    patterns = ["/".join([*["*"] * depth, "run.json"]) for depth in range(DEPTH + 1)]
    try:
        files = sorted(path for pattern in patterns for path in folder.glob(pattern))
    except OSError:  # a folder that may not be looked into
        files = []
    found, errors = [], []
    for path in files[:MOST_FILES]:
        try:
            found.append((path, read_record(path)))
        except RecipeError as error:
            errors.append(error)
    return found, errors


def _same_test(one: RunRecord, other: RunRecord) -> bool:
    """Whether two trainings were tested on the same pictures, as far as records tell."""
    first, second = one.parsed.data, other.parsed.data
    split = (first.dataset, first.test_share, first.split_seed, one.count, one.split, one.data.classes)
    return split == (second.dataset, second.test_share, second.split_seed, other.count, other.split, other.data.classes)


def compared(experiment: Experiment, base: Runs) -> dict[str, Comparison]:
    """Accuracy of each other recipe that was tested on the base's pictures less the base's, by key."""
    others = [runs for runs in experiment.runs if runs is not base and _same_test(runs.first, base.first)]
    found = compare_seeds(base.accuracy.values, [runs.accuracy.values for runs in others])
    return {runs.key: comparison for runs, comparison in zip(others, found, strict=True)}


def _computed_on(record: RunRecord) -> tuple[Hashable, ...]:
    return record.machine, record.device, record.software.threads, record.processes


def unlike(experiment: Experiment) -> tuple[str, ...]:
    """In what the experiment's trainings differ besides recipe and seed: of test, steps, machine, threads, software."""
    records = [record for runs in experiment.runs for record in runs.records.values()]
    traits: dict[str, list[Hashable]] = {
        "test": [(record.split, record.count, record.data.dataset) for record in records],
        "steps": [(record.steps, record.batch_size) for record in records],
        "machine": [_computed_on(record) for record in records],
        "software": [(record.software.torch, record.software.torchvision) for record in records],
        "commit": [record.commit for record in records],
    }
    return tuple(name for name, values in traits.items() if len(set(values)) > 1)


def step_ratio(runs: Runs, base: Runs) -> tuple[float, float, float] | None:
    """How many times as long a step takes as the base's: median, least and greatest over the common seeds.

    Only seeds that ran on one kind of machine, with as many threads and processes, are taken; None without any.
    """
    ratios = []
    for seed in sorted(runs.records.keys() & base.records.keys()):
        one, other = runs.records[seed], base.records[seed]
        if _computed_on(one) == _computed_on(other) and one.seconds_per_step_median and other.seconds_per_step_median:
            ratios.append(one.seconds_per_step_median / other.seconds_per_step_median)
    return (statistics.median(ratios), min(ratios), max(ratios)) if ratios else None
