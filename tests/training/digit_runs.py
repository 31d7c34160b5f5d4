"""Real trainings on the digits that take a second each: two epochs on 200 pictures of 16 pixels."""

from __future__ import annotations

from pathlib import Path

import torch

from se_explorer.training import Trainer
from se_explorer.training.data_sets import Splits, load_splits
from se_explorer.training.finishing import make_record
from se_explorer.training.recipe import parse_recipe
from se_explorer.training.record import RunRecord, write_record
from tests.training.tiny import ignore

TEXT = """
name = "{name}"
title = "{title}"
experiment = "trial"

[network]
architecture = "notes-cnn"
width = "1/8"
reduction = 2
bias = true
{network}

[data]
dataset = "digits"
stored_size = 16
limit = 200

[augmentation]
crop = "none"
flip = false

[resolution]
first = 16
last = 16
evaluate = 16
crop = 1.0

[optimiser]
kind = "adam"
peak_learning_rate = 5e-3
label_smoothing = 0.0

[schedule]
rate = "constant"
epochs = 2
batch_size = 50
evaluate_every = 1
"""
#: Name, title and what its [network] says besides.
RECIPES = {
    "trial-plain": ("Trial, plain", "se = false"),
    "trial-se": ("Trial, with SE", "se = true"),
    "trial-without-1": ("Trial, no SE in stage 1", "se = true\nstages = [2]"),
    "trial-without-2": ("Trial, no SE in stage 2", "se = true\nstages = [1]"),
}


def recipe_text(name: str) -> str:
    """The recipe of a trial."""
    title, network = RECIPES[name]
    return TEXT.format(name=name, title=title, network=network)


def digit_splits() -> Splits:
    """The digits as these recipes take them."""
    return load_splits(parse_recipe(recipe_text("trial-se"), "trial").data, None)


def train(name: str, seed: int, splits: Splits, root: Path) -> RunRecord:
    """Train, and leave checkpoint, log and run.json in a folder of ``root``."""
    torch.set_num_threads(1)
    folder = root / f"{name}-seed{seed}"
    folder.mkdir(parents=True)
    text = recipe_text(name)
    trainer = Trainer(parse_recipe(text, name), seed, splits.train, splits.test, folder)
    trainer.run(ignore)
    record = make_record(trainer, splits, text, Path(f"{name}.toml"))
    write_record(record, folder / "run.json")
    return record
