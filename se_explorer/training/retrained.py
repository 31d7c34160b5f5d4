"""The two kinds of "disabled": a stage's SE blocks switched off in a trained network, and networks trained without.

Table 13 of the paper trains a network anew for each set of stages; switching off leaves all other layers as they were,
trained beside blocks that are gone. Both are measured on the same test pictures, with the same seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from se_explorer.analysis import measure_gates
from se_explorer.engine import DataRows, EditPlan, Engine
from se_explorer.errors import RecipeError
from se_explorer.language import later
from se_explorer.models import Network
from se_explorer.training.data import LabelledPictures
from se_explorer.training.data_sets import Splits
from se_explorer.training.loop import Trainer
from se_explorer.training.networks import preprocessing_of
from se_explorer.training.recipe import Recipe
from se_explorer.training.record import RunRecord
from se_explorer.training.retrained_record import RetrainedAblation, StageAblation, Switched
from se_explorer.training.surroundings import code_commit, software

__all__ = ["MODES", "Relatives", "find_relatives", "retrained_ablation"]

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


def _stages(record: RunRecord) -> frozenset[int]:
    """Stages that have SE blocks, from the names in the gates' log, SE_stage_index."""
    names = [block.block for entry in record.gates[:1] for block in entry.blocks]
    return frozenset(int(name.split("_")[1]) for name in names)


def find_relatives(found: Sequence[Found], full: str) -> Relatives:
    """The trainings among ``found`` that belong to the recipe of that name.

    Raises:
        RecipeError: there is no training of it, or it has no SE blocks.
    """
    own = [(path, record) for path, record in found if record.run == full]
    if not own or not _stages(own[0][1]):
        raise RecipeError(
            later("finished trainings of the recipe {name}, which has SE blocks", name=full),
            str(len(own)),
            later("Train it first, and give the folder that its run.json lies in or below."),
        )
    recipe, stages = own[0][1].parsed, _stages(own[0][1])
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


def _switch(
    found: Found, stages: Sequence[int], splits: Splits, tell: Report
) -> tuple[int, dict[tuple[int, str], Switched]]:
    """Right answers of one trained network, and with each stage switched off in each mode."""
    path, record = found
    network = _trained(path, record, splits)
    gates = measure_gates(Engine(network, "cpu"), splits.train_set, report=lambda *done: tell("gates", *done))
    engine = Engine(replace(network, gate_means=gates.means), "cpu")
    keys = [(stage, mode) for stage in stages for mode in MODES]
    plans = [EditPlan(), *(engine.fit(f"SE_{stage}_*={mode}") for stage, mode in keys)]
    right = _answers(engine, plans, splits.test, tell)
    whole = right[0]
    switched = {
        key: Switched(right=int(row.sum()), lost=int((whole & ~row).sum()), gained=int((row & ~whole).sum()))
        for key, row in zip(keys, right[1:], strict=True)
    }
    return int(whole.sum()), switched


def retrained_ablation(relatives: Relatives, splits: Splits, report: Report) -> RetrainedAblation:
    """Switch every stage off in every full network, and put the retrained ones beside it.

    Args:
        splits: what the networks were trained and tested on.
        report: told of ("seed N: gates" or "seed N: test split", done, total) now and then.

    Raises:
        RecipeError: a checkpoint is missing or another's.
        DataError: a picture cannot be read.
    """
    stages = list(relatives.without)
    full, switched = {}, {}
    for seed, found in relatives.full.items():
        full[seed], switched[seed] = _switch(
            found, stages, splits, lambda what, done, total, seed=seed: report(f"seed {seed}: {what}", done, total)
        )
    _path, record = next(iter(relatives.full.values()))
    names = [block.block for block in record.gates[0].blocks]
    trained = [*(each for _path, each in relatives.full.values()), *relatives.plain.values()]
    trained += [each for by_seed in relatives.without.values() for each in by_seed.values()]
    return RetrainedAblation(
        run=record.run,
        title=record.title,
        full=full,
        plain_run=next((each.run for each in relatives.plain.values()), None),
        plain={seed: each.right for seed, each in relatives.plain.items()},
        stages=tuple(
            StageAblation(
                stage=stage,
                blocks=tuple(name for name in names if name.split("_")[1] == str(stage)),
                run=next((each.run for each in relatives.without[stage].values()), None),
                retrained={seed: each.right for seed, each in sorted(relatives.without[stage].items())},
                switched={mode: {seed: switched[seed][stage, mode] for seed in full} for mode in MODES},
            )
            for stage in stages
        ),
        modes=MODES,
        data=record.data,
        count=record.count,
        split=record.split,
        gate_pictures=len(splits.train),
        commits=tuple(sorted({each.commit for each in trained})),
        code=code_commit(),
        software=software(),
    )
