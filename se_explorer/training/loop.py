"""The training loop: an epoch is a function of the state before it, the recipe, the seed and its number.

All randomness of an epoch comes from a generator seeded by (seed, epoch), so that a killed and resumed training sees
the same crops in the same order as one that was left alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from se_explorer.blocks import find_blocks
from se_explorer.errors import DataError, RecipeError
from se_explorer.files import write_whole
from se_explorer.images.preprocess import Preprocessing
from se_explorer.models.card import EpochReport
from se_explorer.models.seresnet import seresnet50
from se_explorer.training.augment import augment_batch, mix_batch
from se_explorer.training.checkpoint import load_checkpoint, save_checkpoint
from se_explorer.training.data import LabelledPictures
from se_explorer.training.recipe import Recipe

__all__ = ["Trainer", "build_network", "count_right", "preprocessing_of"]


def build_network(recipe: Recipe, num_classes: int) -> nn.Module:
    """The recipe's network, initialised from torch's present random state."""
    return seresnet50(recipe.network.width, num_classes, recipe.network.reduction if recipe.network.se else None)


def preprocessing_of(recipe: Recipe) -> Preprocessing:
    """What the recipe's test does to a picture."""
    return Preprocessing(recipe.resolution.evaluate, recipe.resolution.crop)


def count_right(network: nn.Module, pictures: LabelledPictures, preprocessing: Preprocessing, batch: int = 128) -> int:
    """How many pictures ``network`` gets right, in float32."""
    network.eval()
    right = 0
    with torch.inference_mode():
        for start in range(0, len(pictures), batch):
            logits = network(preprocessing(pictures.pixels[start : start + batch]))
            right += int((logits.argmax(1) == pictures.targets[start : start + batch]).sum())
    return right


def _parameter_groups(network: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """Weight decay on the weights of convolutions and layers only, not on biases and batch norms."""
    inside = {id(p) for block in find_blocks(network).blocks for p in block.module.parameters() if p.ndim > 1}
    weights = [p for p in network.parameters() if p.ndim > 1 and id(p) not in inside]
    gates = [p for p in network.parameters() if id(p) in inside]
    others = [p for p in network.parameters() if p.ndim <= 1]
    decays = (recipe.optimiser.weight_decay, recipe.optimiser.se_weight_decay, 0.0)
    groups = zip((weights, gates, others), decays, strict=True)
    return [{"params": chosen, "weight_decay": decay} for chosen, decay in groups if chosen]


def _check_data(recipe: Recipe, train: LabelledPictures, validation: LabelledPictures) -> None:
    if train.classes != validation.classes:
        raise DataError(
            f"a validation split with the training split's {len(train.classes)} classes",
            ", ".join(validation.classes[:12]),
            "Give both splits the same class folders.",
        )
    if len(train) < recipe.schedule.batch_size:
        raise DataError(
            f"at least one batch of {recipe.schedule.batch_size} training pictures",
            str(len(train)),
            "Add pictures, or lower the recipe's batch_size.",
        )


def _one_cycle(optimiser: torch.optim.Optimizer, recipe: Recipe, steps: int) -> torch.optim.lr_scheduler.OneCycleLR:
    warmup = recipe.optimiser.warmup
    if warmup * steps == 1:  # a rise that ends on the step where it starts: OneCycleLR would divide by 0
        warmup = 0.0
    return torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=recipe.optimiser.peak_learning_rate,
        total_steps=steps,
        pct_start=warmup,
        cycle_momentum=False,
    )


class Trainer:
    """One training of one recipe with one seed.

    Args:
        recipe: what to do.
        seed: of the initial weights and of every random choice after them.
        train, validation: the two splits; ``validation`` is measured, never learnt from.
        folder: where ``checkpoint.pt`` and ``log.jsonl`` go.

    Raises:
        DataError: the splits have different classes, or there are not enough pictures for one batch.
    """

    def __init__(
        self, recipe: Recipe, seed: int, train: LabelledPictures, validation: LabelledPictures, folder: Path
    ) -> None:
        self.recipe, self.seed, self.train_set, self.validation_set, self.folder = (
            recipe,
            seed,
            train,
            validation,
            folder,
        )
        _check_data(recipe, train, validation)
        torch.manual_seed(seed)
        self.network = build_network(recipe, len(train.classes)).to(memory_format=torch.channels_last)
        decay = recipe.optimiser.averaging
        average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(self.network, multi_avg_fn=average, use_buffers=True)
        self.optimiser = torch.optim.SGD(
            _parameter_groups(self.network, recipe),
            lr=recipe.optimiser.peak_learning_rate,
            momentum=recipe.optimiser.momentum,
            nesterov=True,
        )
        self.steps = len(train) // recipe.schedule.batch_size
        self.schedule = _one_cycle(self.optimiser, recipe, self.steps * recipe.schedule.epochs)
        self.curve: list[EpochReport] = []

    @property
    def result(self) -> nn.Module:
        """The network that counts: the averaged weights, or the raw ones if the recipe does not average."""
        averaged: nn.Module = self.averaged.module
        return averaged if self.recipe.optimiser.averaging else self.network

    def resume(self) -> None:
        """Go on from the folder's checkpoint.

        Raises:
            RecipeError: there is none, it is damaged, or it belongs to another recipe, seed or data set.
        """
        path, total = self.folder / "checkpoint.pt", self.schedule.total_steps
        state = load_checkpoint(path, self.recipe.model_dump(mode="json"), self.seed)
        try:
            self.network.load_state_dict(state["network"])
            self.averaged.load_state_dict(state["averaged"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            self.curve = [EpochReport(**report) for report in state["curve"]]
        except (LookupError, RuntimeError, TypeError, ValueError) as error:
            raise RecipeError(
                "a checkpoint that fits the network", f"{path}: {error}", "Start anew without --resume."
            ) from error
        if self.schedule.total_steps != total:
            raise RecipeError(
                f"a checkpoint of {total} steps, as this data set gives",
                f"{path}, of {self.schedule.total_steps}",
                "Give the data set that it was trained on, or another --out folder.",
            )

    def run(self, report: Callable[[EpochReport], None]) -> None:
        """Train to the last epoch; a checkpoint and the log, one line an epoch, after each."""
        for epoch in range(len(self.curve), self.recipe.epochs):
            done = self._epoch(epoch)
            self.curve.append(done)
            self._save()
            report(done)

    def _epoch(self, epoch: int) -> EpochReport:
        started = time.perf_counter()
        size = self.recipe.resolution.at(epoch / self.recipe.schedule.epochs)
        seed = int(np.random.SeedSequence((self.seed, epoch)).generate_state(1, np.uint64)[0] >> 1)
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self.train_set), generator=generator)
        self.network.train()
        loss, right, seen = 0.0, 0, self.steps * self.recipe.schedule.batch_size
        for step, chosen in enumerate(order[:seen].view(self.steps, -1)):
            self._set_finishing_rate(epoch, step)
            batch_loss, batch_right = self._step(chosen, size, generator, self._cutmix(epoch))
            loss += batch_loss
            right += batch_right
        last = epoch + 1 in (self.recipe.schedule.epochs, self.recipe.epochs)
        validation = None
        if last or (epoch + 1) % self.recipe.schedule.evaluate_every == 0:
            hits = count_right(self.result, self.validation_set, preprocessing_of(self.recipe))
            validation = hits / len(self.validation_set)
        seconds = time.perf_counter() - started
        return EpochReport(epoch + 1, size, loss / self.steps, right / seen, validation, seconds)

    def _cutmix(self, epoch: int) -> float:
        finish = self.recipe.finish if epoch >= self.recipe.schedule.epochs else None
        return finish.cutmix if finish is not None else self.recipe.augmentation.cutmix

    def _set_finishing_rate(self, epoch: int, step: int) -> None:
        """In the finish the rate depends on nothing but the step, so that a resumed run has the same."""
        first, finish = self.recipe.schedule.epochs, self.recipe.finish
        if finish is not None and epoch >= first:
            done = (epoch - first) * self.steps + step
            for group in self.optimiser.param_groups:
                group["lr"] = finish.rate_at(done / (finish.epochs * self.steps))

    def _step(self, chosen: Tensor, size: int, generator: torch.Generator, cutmix: float) -> tuple[float, int]:
        pixels = augment_batch(self.train_set.pixels[chosen], size, self.recipe.augmentation, generator)
        targets, classes = self.train_set.targets[chosen], len(self.train_set.classes)
        pixels, wanted = mix_batch(pixels, targets, classes, cutmix, generator)
        inputs = preprocessing_of(self.recipe).normalise(pixels)
        low = self.recipe.precision.autocast == "bfloat16"
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            logits = self.network(inputs)
        loss = functional.cross_entropy(logits.float(), wanted, label_smoothing=self.recipe.optimiser.label_smoothing)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        if self.schedule.last_epoch < self.schedule.total_steps:  # the finish sets the rate itself
            self.schedule.step()
        self.averaged.update_parameters(self.network)
        return loss.item(), int((logits.argmax(1) == targets).sum())

    def _save(self) -> None:
        save_checkpoint(
            self.folder / "checkpoint.pt",
            {
                "recipe": self.recipe.model_dump_json(),
                "seed": self.seed,
                "network": self.network.state_dict(),
                "averaged": self.averaged.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "schedule": {key: value for key, value in self.schedule.state_dict().items() if not callable(value)},
                "curve": [asdict(report) for report in self.curve],
            },
        )
        lines = "".join(json.dumps(asdict(report)) + "\n" for report in self.curve)
        write_whole(self.folder / "log.jsonl", lambda part: part.write_text(lines, encoding="utf-8"))
