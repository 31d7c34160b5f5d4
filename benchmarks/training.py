"""A training step: our loop beside a bare one of the same operations, and a network with SE beside its plain twin."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch.nn import functional

from benchmarks.effort import Effort
from benchmarks.results import Findings, ratio
from benchmarks.timing import interleave
from se_explorer.models import ASSETS
from se_explorer.training import Trainer, load_recipe
from se_explorer.training.augment import augment_batch
from se_explorer.training.data import LabelledPictures
from se_explorer.training.networks import preprocessing_of

__all__ = ["measure_training"]

STEPS, SIDE, CLASSES = 4, 32, 10
#: Recipes of a network with SE and of its plain twin.
PAIRS = (("seresnet20-cifar10", "resnet20-cifar10"), ("notes-se-r1", "notes-plain"))


def _noise(batch: int) -> LabelledPictures:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (STEPS * batch, SIDE, SIDE, 3), dtype=torch.uint8, generator=generator)
    targets = torch.randint(0, CLASSES, (STEPS * batch,), generator=generator)
    return LabelledPictures(pixels.permute(0, 3, 1, 2), targets, tuple("0123456789"))


def _trainer(name: str, folder: Path, device: str | None) -> Trainer:
    recipe = load_recipe(ASSETS / "recipes" / f"{name}.toml")
    pictures = _noise(recipe.schedule.batch_size)
    return Trainer(recipe, 0, pictures, pictures, folder, device or "cpu")


def _ours(trainer: Trainer) -> Callable[[], object]:
    """The steps of an epoch as the loop takes them, without what it measures and saves after them."""
    return lambda: trainer.train_epoch(0)


def _bare(trainer: Trainer) -> Callable[[], object]:
    """The same operations on the same kind of network, written down one after another."""
    network, optimiser, recipe = trainer.network, trainer.optimiser, trainer.recipe
    pictures, device, batch = trainer.train_set, trainer.device, recipe.schedule.batch_size
    normalise = preprocessing_of(recipe).normalise

    def run() -> float:
        generator = torch.Generator().manual_seed(0)
        order = torch.randperm(len(pictures), generator=generator)
        network.train()
        total = 0.0
        for chosen in order.view(STEPS, batch):
            pixels = augment_batch(pictures.pixels[chosen].to(device), SIDE, recipe.augmentation, generator)
            loss = functional.cross_entropy(network(normalise(pixels)), pictures.targets[chosen].to(device))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            total += loss.item()
        return total

    return run


def measure_training(effort: Effort, device: str | None) -> Findings:
    """Ratios of ``STEPS`` steps each, in batches of the recipes' size, pictures of noise."""
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for se, plain in PAIRS:
            makers = {
                "training loop": _ours(_trainer(se, Path(folder), device)),
                "bare loop": _bare(_trainer(se, Path(folder), device)),
                "plain twin": _ours(_trainer(plain, Path(folder), device)),
            }
            seconds = interleave(makers, effort.sweeps)
            ratios += [ratio(se, seconds, "training loop", rival) for rival in ("bare loop", "plain twin")]
    return Findings(ratios=tuple(ratios))
