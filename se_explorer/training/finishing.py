"""From a finished training to its record."""

from __future__ import annotations

import statistics
from pathlib import Path

from torch import nn

from se_explorer.blocks import find_blocks
from se_explorer.training.data_sets import TEST_SPLITS, Splits
from se_explorer.training.loop import Trainer
from se_explorer.training.measuring import measure
from se_explorer.training.networks import preprocessing_of
from se_explorer.training.record import DataCounts, RunRecord
from se_explorer.training.surroundings import device_name, machine, software

__all__ = ["make_record"]

MOST_COMMITS = 4  # of a training that went on under others


def _parameters(network: nn.Module) -> tuple[int, int]:
    """Those that are trained, and those of them in SE blocks."""
    inside = [p for block in find_blocks(network).blocks for p in block.module.parameters()]
    return sum(p.numel() for p in network.parameters()), sum(p.numel() for p in inside)


def make_record(trainer: Trainer, splits: Splits, recipe_text: str, recipe_file: Path) -> RunRecord:
    """Measure the network of the last epoch on the whole test split, and put down how it came about."""
    recipe, network = trainer.recipe, trainer.result
    score = measure(network, splits.test, preprocessing_of(recipe))
    parameters, se_parameters = _parameters(network)
    seconds = trainer.step_seconds
    return RunRecord(
        experiment=recipe.experiment,
        run=recipe.name,
        title=recipe.title,
        seed=trainer.seed,
        recipe=recipe_text,
        recipe_file=recipe_file.name,
        commit=", ".join(trainer.commits[-MOST_COMMITS:]),
        software=software(),
        machine=machine(),
        device=device_name(trainer.device),
        processes=trainer.ranks.size,
        data=DataCounts(
            dataset=recipe.data.dataset,
            note=splits.note,
            train=len(splits.train),
            test=len(splits.test),
            classes=len(splits.train.classes),
        ),
        parameters=parameters,
        se_parameters=se_parameters,
        steps=trainer.steps * len(trainer.curve),
        batch_size=recipe.schedule.batch_size,
        epochs=len(trainer.curve),
        curve=tuple(trainer.curve),
        right=score.right,
        count=score.count,
        split=TEST_SPLITS[recipe.data.dataset],
        loss=score.loss,
        seconds_per_step_median=statistics.median(seconds) if seconds else None,
        seconds_total=sum(report.seconds for report in trainer.curve),
        gates=tuple(trainer.gates),
    )
