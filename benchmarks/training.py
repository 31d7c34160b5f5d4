"""A training step: our loop beside a bare one of the same operations, and a network with SE beside its plain twin.

The rivals take turns step by step, so that a busy moment hits a pair of steps alike, and what is compared is the median
of the pairs' ratios. Beside the time on the clock stands the processor's own, in which other programs' work is not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch.nn import functional

from benchmarks.effort import Effort
from benchmarks.results import Findings, Ratio, ratio
from benchmarks.timing import collected_between_turns, settle
from se_explorer.models import ASSETS
from se_explorer.training import Trainer, load_recipe
from se_explorer.training.augment import augment_batch
from se_explorer.training.data import LabelledPictures
from se_explorer.training.networks import preprocessing_of

__all__ = ["measure_training"]

STEPS, SIDE, CLASSES = 4, 32, 10
OURS, BARE, PLAIN = "training loop", "bare loop", "plain twin"
#: Recipes of a network with SE and of its plain twin.
PAIRS = (("seresnet20-cifar10", "resnet20-cifar10"), ("notes-se-r1", "notes-plain"))


class _Time(NamedTuple):
    """Seconds on the clock, and those of them in which this process computed (of all its threads together)."""

    clock: float
    processor: float


def _now() -> _Time:
    settle()
    return _Time(time.perf_counter(), time.process_time())


def _since(begun: _Time) -> _Time:
    now = _now()
    return _Time(now.clock - begun.clock, now.processor - begun.processor)


def _noise(batch: int) -> LabelledPictures:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (STEPS * batch, SIDE, SIDE, 3), dtype=torch.uint8, generator=generator)
    targets = torch.randint(0, CLASSES, (STEPS * batch,), generator=generator)
    return LabelledPictures(pixels.permute(0, 3, 1, 2), targets, tuple("0123456789"))


def _trainer(name: str, folder: Path, device: str | None) -> Trainer:
    recipe = load_recipe(ASSETS / "recipes" / f"{name}.toml")
    pictures = _noise(recipe.schedule.batch_size)
    return Trainer(recipe, 0, pictures, pictures, folder, device or "cpu")


def _bare(trainer: Trainer) -> Callable[[], object]:
    """One step of the same operations on the same kind of network, written down one after another."""
    network, optimiser, recipe = trainer.network, trainer.optimiser, trainer.recipe
    pictures, device, batch = trainer.train_set, trainer.device, recipe.schedule.batch_size
    normalise, smoothing = preprocessing_of(recipe).normalise, recipe.optimiser.label_smoothing
    generator = torch.Generator().manual_seed(0)
    network.train()

    def step() -> object:
        chosen = torch.randint(len(pictures), (batch,), generator=generator)
        pixels = augment_batch(pictures.pixels[chosen].to(device), SIDE, recipe.augmentation, generator)
        logits = network(normalise(pixels))
        loss = functional.cross_entropy(logits, pictures.targets[chosen].to(device), label_smoothing=smoothing)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.detach()

    return step


def _in_turns(trainer: Trainer, rivals: Mapping[str, Callable[[], object]], epochs: int) -> dict[str, list[_Time]]:
    """Each step that our loop takes, all that it does from one step to the next, and then one of every rival."""
    taken: dict[str, list[_Time]] = {name: [] for name in (OURS, *rivals)}
    begun = _now()

    def after_a_step(_epoch: int, _step: int, _steps: int) -> None:
        nonlocal begun
        taken[OURS].append(_since(begun))
        for name, run in rivals.items():
            begun = _now()
            run()
            taken[name].append(_since(begun))
        begun = _now()

    with collected_between_turns():
        for epoch in range(epochs + 1):
            begun = _now()
            trainer.train_epoch(epoch, after_a_step)
            if epoch == 0:  # a warm-up
                for times in taken.values():
                    times.clear()
    return taken


def _ratios(network: str, taken: Mapping[str, list[_Time]], above: str, below: str) -> list[Ratio]:
    """By the clock and by the processor's time: the median of the pairs' ratios, which drifts of the machine spare."""
    found = []
    for field, told in (("clock", ""), ("processor", ", processor's time")):
        seconds = {name + told: [getattr(each, field) for each in taken[name]] for name in (above, below)}
        pairs = zip(*seconds.values(), strict=True)
        value = statistics.median(one / other for one, other in pairs)
        found.append(replace(ratio(network, seconds, above + told, below + told), value=value))
    return found


def measure_training(effort: Effort, device: str | None) -> Findings:
    """Ratios of single steps in batches of the recipes' size, pictures of noise; ``STEPS`` pairs of them a turn."""
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for se, plain in PAIRS:
            rivals = {
                BARE: _bare(_trainer(se, Path(folder), device)),
                PLAIN: _bare(_trainer(plain, Path(folder), device)),
            }
            taken = _in_turns(_trainer(se, Path(folder), device), rivals, effort.sweeps)
            ratios += [*_ratios(se, taken, OURS, BARE), *_ratios(se, taken, BARE, PLAIN)]
    return Findings(ratios=tuple(ratios))
