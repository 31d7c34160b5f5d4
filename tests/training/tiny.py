"""A training that takes a second: a network of 4 planes, pictures of 32 pixels, red ones and blue ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from se_explorer.training import EpochReport, Recipe, Trainer
from se_explorer.training.data import LabelledPictures

CLASSES = ("blue", "red")
SIDE = 32
TEXT = """
name = "tiny"
title = "Tiny"

[network]
architecture = "seresnet50"
width = "1/16"
reduction = 4

[data]
dataset = "imagenette"
stored_size = 32

[augmentation]
area = [0.5, 1.0]
brightness = 0.1

[resolution]
first = 16
last = 32
evaluate = 32
crop = 1.0

[optimiser]
peak_learning_rate = 0.02
warmup = 0.25
weight_decay = 5e-4
se_weight_decay = 1e-5
averaging = 0.5

[schedule]
epochs = 3
batch_size = 8
evaluate_every = 2
"""


def recipe(**sections: Mapping[str, Any]) -> Recipe:
    """The recipe above with some entries changed, by section."""
    table = tomllib.loads(TEXT)
    for name, entries in sections.items():
        table[name] = {**table.get(name, {}), **entries}
    return Recipe.model_validate(table)


def coloured(count: int, seed: int) -> tuple[np.ndarray, list[int]]:
    """uint8 (count, 32, 32, 3) of dark noise with much blue or much red, and their classes in turn."""
    pixels = np.random.default_rng(seed).integers(0, 60, (count, SIDE, SIDE, 3), dtype=np.uint8)
    targets = [number % 2 for number in range(count)]
    for picture, target in zip(pixels, targets, strict=True):
        picture[..., 0 if target else 2] += 180
    return pixels, targets


def in_memory(count: int, seed: int) -> LabelledPictures:
    """Such pictures as ``load_pictures`` gives them."""
    pixels, targets = coloured(count, seed)
    return LabelledPictures(torch.from_numpy(pixels).permute(0, 3, 1, 2), torch.tensor(targets), CLASSES)


def on_disk(root: Path, train: int, validation: int) -> Path:
    """Such pictures in a data set's folders."""
    for split, count, seed in (("train", train, 1), ("val", validation, 2)):
        for number, (picture, target) in enumerate(zip(*coloured(count, seed), strict=True)):
            path = root / split / CLASSES[target] / f"{number:02}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    return root


def trainer(folder: Path, seed: int = 0, count: int = 16, **sections: Mapping[str, Any]) -> Trainer:
    """A training of ``count`` pictures, ready to run."""
    return Trainer(recipe(**sections), seed, in_memory(count, 1), in_memory(10, 2), folder)


def ignore(report: EpochReport) -> None:
    """Takes no notice."""


def state(run: Trainer) -> dict[str, Tensor]:
    """All that a training has learnt: raw and averaged weights."""
    raw = {f"raw {name}": value for name, value in run.network.state_dict().items()}
    return raw | {f"averaged {name}": value for name, value in run.averaged.state_dict().items()}


def curve(run: Trainer) -> list[tuple[object, ...]]:
    """The curve without the seconds, which no seed decides."""
    return [(r.epoch, r.size, r.loss, r.accuracy, r.validation) for r in run.curve]


def same(first: Trainer, second: Trainer) -> bool:
    """Whether two trainings came to the same, to the bit."""
    one, other = state(first), state(second)
    equal = all(torch.equal(one[name], other[name]) for name in one)
    return one.keys() == other.keys() and equal and curve(first) == curve(second)
