"""The two kinds of "disabled": a stage's SE blocks switched off in a trained network, and networks trained without.

Table 13 of the paper trains a network anew for each set of stages; switching off leaves all other layers as they were,
trained beside blocks that are gone. Both are measured on the same test pictures, with the same seeds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from se_explorer.analysis import measure_gates
from se_explorer.blocks import find_blocks
from se_explorer.blocks.places import find_places
from se_explorer.engine import DataRows, EditPlan, Engine
from se_explorer.errors import RecipeError
from se_explorer.language import Text, later, list_of
from se_explorer.models import Network
from se_explorer.models.design import build_design
from se_explorer.training.data import LabelledPictures
from se_explorer.training.data_sets import Splits
from se_explorer.training.loop import Trainer
from se_explorer.training.networks import preprocessing_of
from se_explorer.training.recipe import Recipe
from se_explorer.training.record import RunRecord
from se_explorer.training.retrained_record import RetrainedAblation, StageAblation, Switched
from se_explorer.training.surroundings import code_commit, software

__all__ = ["MODES", "Relatives", "find_relatives", "retrained_ablation", "stage_paths"]

MODES = ("off", "mean")
BATCH = 128
Report = Callable[[str, int, int], None]
Found = tuple[Path, RunRecord]


@dataclass(frozen=True)
class Relatives:
    """The trainings that belong to one full recipe.

    Attributes:
        full: its own trainings and where they lie, by seed.
        without: of the recipes that leave SE out of one stage, by stage, by seed.
        plain: of the recipe without SE, by seed.
    """

    full: dict[int, Found]
    without: dict[int, dict[int, RunRecord]]
    plain: dict[int, RunRecord]


def _but_for_network(recipe: Recipe, network: object) -> Recipe:
    return recipe.model_copy(update={"name": "", "title": "", "experiment": None, "network": network})


def _left_out(full: Recipe, other: Recipe, stages: frozenset[int]) -> int | None:
    """The one stage in which another recipe has no SE, all else the same; None where it is no such recipe."""
    if other.network.stages is None or not other.network.se:
        return None
    with_all = other.network.model_copy(update={"stages": full.network.stages})
    missing = stages - set(other.network.stages)
    same = _but_for_network(other, with_all) == _but_for_network(full, full.network)
    return next(iter(missing)) if same and len(missing) == 1 and set(other.network.stages) <= stages else None


def _is_plain(full: Recipe, other: Recipe) -> bool:
    one, two = full.network, other.network
    same_body = (one.architecture, one.width) == (two.architecture, two.width)
    return not two.se and same_body and _but_for_network(other, None) == _but_for_network(full, None)


def stage_paths(recipe: Recipe) -> dict[int, frozenset[str]]:
    """Paths of the SE blocks of a recipe's network by the stage that ``insert_se`` counts them to.

    Those stages are what recipes name; a block's own name goes by the size of its maps, which may be another number.
    """
    design = recipe.network.design
    places = find_places(build_design(replace(design, se=False), 2), design.position)
    stages = sorted({place.stage for place in places} if design.stages is None else set(design.stages))
    alone = {stage: build_design(replace(design, stages=(stage,)), 2) for stage in stages}
    return {stage: frozenset(block.path for block in find_blocks(net).blocks) for stage, net in alone.items()}


def find_relatives(found: Sequence[Found], full: str) -> Relatives:
    """The trainings among ``found`` that belong to the recipe of that name.

    Raises:
        RecipeError: there is no training of it, or it has no SE blocks.
    """
    own = [(path, record) for path, record in found if record.run == full]
    if not own or not own[0][1].parsed.network.se:
        raise RecipeError(
            later("finished trainings of the recipe {name}, which has SE blocks", name=full),
            str(len(own)),
            later("Train it first, and give the folder that its run.json lies in or below."),
        )
    recipe = own[0][1].parsed
    stages = frozenset(stage_paths(recipe))
    without: dict[int, dict[int, RunRecord]] = {stage: {} for stage in sorted(stages)}
    plain = {}
    for _path, record in found:
        stage = _left_out(recipe, record.parsed, stages)
        if stage is not None:
            without[stage][record.seed] = record
        elif _is_plain(recipe, record.parsed):
            plain[record.seed] = record
    kept = {record.seed: (path, record) for path, record in own if record.parsed == recipe}
    return Relatives(dict(sorted(kept.items())), without, dict(sorted(plain.items())))


def _trained(path: Path, record: RunRecord, splits: Splits) -> Network:
    """The network of a training's checkpoint.

    Raises:
        RecipeError: there is none beside the record, or it is another's.
    """
    trainer = Trainer(record.parsed, record.seed, splits.train, splits.test, path.parent)
    trainer.resume()
    if len(trainer.curve) < record.parsed.epochs:  # it was begun anew after run.json was written
        raise RecipeError(
            later("the checkpoint of a finished training"),
            later(
                "{path}, after epoch {done} of {all}",
                path=path.parent / "checkpoint.pt",
                done=len(trainer.curve),
                all=record.parsed.epochs,
            ),
            later("Go on with that training first: train --resume."),
        )
    classes = splits.train.classes
    module = trainer.result.eval().requires_grad_(False)
    return Network(record.run, record.title, module, preprocessing_of(record.parsed), classes, classes, "given")


def _answers(engine: Engine, plans: Sequence[EditPlan], pictures: LabelledPictures, tell: Report) -> np.ndarray:
    """Whether each answer is right, (plans, pictures)."""
    rows, found = DataRows(engine, plans), []
    steps = engine.network.preprocessing
    for begin in range(0, len(pictures), BATCH):
        part = slice(begin, begin + BATCH)
        logits, _cost = rows(steps(pictures.pixels[part]))
        found.append(logits.argmax(axis=2) == pictures.targets[part].numpy())
        tell("test split", min(begin + BATCH, len(pictures)), len(pictures))
    return np.concatenate(found, axis=1)


@dataclass(frozen=True)
class _Switching:
    """One full network: its right answers, those with each stage switched off in each mode, the stages' block names."""

    right: int
    switched: dict[tuple[int, str], Switched]
    names: dict[int, tuple[str, ...]]


def _switch(found: Found, splits: Splits, tell: Report) -> _Switching:
    path, record = found
    network = _trained(path, record, splits)
    gates = measure_gates(Engine(network, "cpu"), splits.train_set, report=lambda *done: tell("gates", *done))
    engine = Engine(replace(network, gate_means=gates.means), "cpu")
    names = {
        stage: tuple(block.name for block in engine.blocks if block.path in paths)
        for stage, paths in stage_paths(record.parsed).items()
    }
    keys = [(stage, mode) for stage in names for mode in MODES]
    plans = [EditPlan(), *(engine.fit(";".join(f"{name}={mode}" for name in names[stage])) for stage, mode in keys)]
    right = _answers(engine, plans, splits.test, tell)
    whole = right[0]
    switched = {
        key: Switched(right=int(row.sum()), lost=int((whole & ~row).sum()), gained=int((row & ~whole).sum()))
        for key, row in zip(keys, right[1:], strict=True)
    }
    return _Switching(int(whole.sum()), switched, names)


def _stages(relatives: Relatives, done: dict[int, _Switching]) -> tuple[StageAblation, ...]:
    names = next(iter(done.values())).names
    return tuple(
        StageAblation(
            stage=stage,
            blocks=names[stage],
            run=next((each.run for each in by_seed.values()), None),
            retrained={seed: each.right for seed, each in sorted(by_seed.items())},
            switched={mode: {seed: each.switched[stage, mode] for seed, each in done.items()} for mode in MODES},
        )
        for stage, by_seed in relatives.without.items()
    )


def _check_same_test(trained: Sequence[RunRecord], splits: Splits) -> None:
    counts = {each.count for each in trained}
    if counts != {len(splits.test)}:
        raise RecipeError(
            later("the test pictures of all the trainings"),
            later(
                "{given} of them, where they had {counts}",
                given=len(splits.test),
                counts=Text.of(list_of, tuple(sorted(counts))),
            ),
            later("Give the data that they were tested on."),
        )


def retrained_ablation(relatives: Relatives, splits: Splits, report: Report) -> RetrainedAblation:
    """Switch every stage off in every full network, and put the retrained ones beside it.

    Args:
        splits: what the networks were trained and tested on.
        report: told of ("seed N: gates" or "seed N: test split", done, total) now and then.

    Raises:
        RecipeError: a checkpoint is missing or another's.
        DataError: a picture cannot be read.
    """
    _path, record = next(iter(relatives.full.values()))
    trained = [*(each for _path, each in relatives.full.values()), *relatives.plain.values()]
    trained += [each for by_seed in relatives.without.values() for each in by_seed.values()]
    _check_same_test(trained, splits)
    done = {
        seed: _switch(found, splits, functools.partial(_tell_seed, report, seed))
        for seed, found in relatives.full.items()
    }
    return RetrainedAblation(
        run=record.run,
        title=record.title,
        full={seed: each.right for seed, each in done.items()},
        plain_run=next((each.run for each in relatives.plain.values()), None),
        plain={seed: each.right for seed, each in relatives.plain.items()},
        stages=_stages(relatives, done),
        modes=MODES,
        data=record.data,
        count=record.count,
        split=record.split,
        gate_pictures=len(splits.train),
        commits=tuple(sorted({each.commit for each in trained})),
        code=code_commit(),
        software=software(),
    )


def _tell_seed(report: Report, seed: int, what: str, done: int, total: int) -> None:
    report(f"seed {seed}: {what}", done, total)
