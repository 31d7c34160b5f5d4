"""The training loop: an epoch is a function of the state before it, the recipe, the seed and its number.

All randomness of an epoch comes from a generator seeded by (seed, epoch), so that a killed and resumed training sees
the same crops in the same order as one that was left alone. What layers draw themselves, such as dropout, comes from
torch's own generators, which are seeded likewise while an epoch lasts.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from se_explorer.engine.device import choose_device
from se_explorer.errors import RecipeError
from se_explorer.language import later
from se_explorer.models.card import EpochReport
from se_explorer.training.augment import augment_batch, mix_batch
from se_explorer.training.checkpoint import load_checkpoint, save_checkpoint, write_or_say
from se_explorer.training.data import LabelledPictures, check_splits, resident
from se_explorer.training.gate_log import EpochGates, measure_gate_log, sample_pictures
from se_explorer.training.log import log_text
from se_explorer.training.measuring import count_right
from se_explorer.training.memory import memory_told
from se_explorer.training.networks import build_network, preprocessing_of
from se_explorer.training.optimisers import make_optimiser
from se_explorer.training.ranks import ALONE, Ranks
from se_explorer.training.recipe import Recipe
from se_explorer.training.schedules import make_schedule
from se_explorer.training.shared_norm import SharedBatchNorm, share_training
from se_explorer.training.surroundings import commit_at_start

__all__ = ["Trainer"]

SMALL = 1_000_000  # parameters up to which the gates are logged after every epoch
StepReport = Callable[[int, int, int], None]


def _epoch_seed(seed: int, *numbers: int) -> int:
    return int(np.random.SeedSequence((seed, *numbers)).generate_state(1, np.uint64)[0] >> 1)


class Trainer:
    """One training of one recipe with one seed.

    Args:
        recipe: what to do.
        seed: of the initial weights and of every random choice after them.
        train, validation: the two splits; ``validation`` is measured, never learnt from.
        folder: where ``checkpoint.pt`` and ``log.jsonl`` go.
        device: where pictures are augmented and the network is trained; random numbers are the CPU's.
        ranks: this process's place among those that train together (``joined``). The first one alone logs gates,
            saves and writes; all read the folder when they resume.

    Attributes:
        curve: what each epoch gave.
        gates: how the gates lay after some epochs, from the initialisation on.
        step_seconds: the median time of a step, augmentation included, of each epoch.

    Raises:
        DataError: the splits have different classes, or there are not enough pictures for one batch.
        RecipeError: the processes cannot share a batch evenly.
        ModelError, BlockError: the recipe's network cannot be built.
        DeviceError: the device is not there.
    """

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        train: LabelledPictures,
        validation: LabelledPictures,
        folder: Path,
        device: str = "cpu",
        ranks: Ranks = ALONE,
    ) -> None:
        self.recipe, self.seed, self.folder, self.ranks = recipe, seed, folder, ranks
        self.device = choose_device(device)
        check_splits(train, validation, recipe.schedule.batch_size)
        ranks.check_batch(recipe.schedule.batch_size)
        self.train_set, self.validation_set = resident(train, self.device), validation
        torch.manual_seed(seed)
        network = build_network(recipe, len(train.classes))
        self.network = network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        average = get_ema_multi_avg_fn(recipe.optimiser.averaging)  # type: ignore[no-untyped-call]
        self.averaged = AveragedModel(self.network, multi_avg_fn=average, use_buffers=True)
        self._trained = share_training(self.network, ranks, self.device)
        self._norms = SharedBatchNorm if ranks.size > 1 and self.device.type == "cpu" else nullcontext
        self.optimiser = make_optimiser(self.network, recipe)
        self.steps = len(train) // recipe.schedule.batch_size
        self.schedule = make_schedule(self.optimiser, recipe, self.steps * recipe.schedule.epochs)
        self.curve: list[EpochReport] = []
        self.gates: list[EpochGates] = []
        self.step_seconds: list[float] = []
        self.commits = [commit_at_start()]
        self._sample = sample_pictures(validation)
        self._small = sum(parameter.numel() for parameter in self.network.parameters()) <= SMALL

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
        state = load_checkpoint(path, self.recipe, self.seed)
        try:
            self.network.load_state_dict(state["network"])
            if self.recipe.optimiser.averaging:
                self.averaged.load_state_dict(state["averaged"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            self.curve = [EpochReport(**report) for report in state["curve"]]
            # Checkpoints that were made before these were kept have neither.
            self.gates = [EpochGates.model_validate_json(text) for text in state.get("gates", [])]
            self.step_seconds = [float(seconds) for seconds in state.get("step_seconds", [])]
            self.commits = list(dict.fromkeys([*map(str, state.get("commits", [])), *self.commits]))
        except (LookupError, RuntimeError, TypeError, ValueError, ValidationError) as error:
            raise RecipeError(
                later("a checkpoint that fits the network"), f"{path}: {error}", later("Start anew without --resume.")
            ) from error
        if self.schedule.total_steps != total:
            raise RecipeError(
                later("a checkpoint of {total} steps, as this data set gives", total=total),
                later("{path}, of {total}", path=path, total=self.schedule.total_steps),
                later("Give the data set that it was trained on, or another --out folder."),
            )

    def run(self, report: Callable[[EpochReport], None], each_step: StepReport | None = None) -> None:
        """Train to the last epoch; a checkpoint and the log, one line an epoch, after each.

        Args:
            report: told of each epoch that is done and saved.
            each_step: called after each step with (epoch from 1, steps done of it, steps of an epoch).

        Raises:
            RecipeError: the loss is no longer a finite number, or the disk is full.
            DeviceError: the device has no memory left.
        """
        if not self.curve:
            self._log_gates(0)
        self._write_log()  # a process that ended after its checkpoint and before its log left that a line short
        for epoch in range(len(self.curve), self.recipe.epochs):
            with self._own_random_numbers(epoch), memory_told(self.device):
                done = self._epoch(epoch, each_step)
            self.curve.append(done)
            self._save()
            report(done)

    @contextmanager
    def _own_random_numbers(self, epoch: int) -> Iterator[None]:
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            # Dropout of each process's own rows: the first one's is that of a process that is alone.
            torch.manual_seed(_epoch_seed(self.seed, epoch, 1, *([self.ranks.rank] if self.ranks.rank else [])))
            yield

    def _epoch(self, epoch: int, each_step: StepReport | None) -> EpochReport:
        started = time.perf_counter()
        size, loss, accuracy = self.train_epoch(epoch, each_step)
        validation = self._measure(epoch)
        return EpochReport(epoch + 1, size, loss, accuracy, validation, time.perf_counter() - started)

    def train_epoch(self, epoch: int, each_step: StepReport | None = None) -> tuple[int, float, float]:
        """The steps of an epoch (from 0) alone, nothing measured or saved: side in pixels, mean loss, share right.

        Raises:
            RecipeError: the loss is no longer a finite number.
        """
        size = self.recipe.resolution.at(epoch / self.recipe.schedule.epochs)
        generator = torch.Generator().manual_seed(_epoch_seed(self.seed, epoch))
        order = torch.randperm(len(self.train_set), generator=generator)
        self._trained.train()
        seen = self.steps * self.recipe.schedule.batch_size
        totals: Tensor = torch.zeros(2, dtype=torch.float64, device=self.device)  # of the loss, and of right answers
        seconds = []
        for step, chosen in enumerate(order[:seen].view(self.steps, -1)):
            begun = time.perf_counter()
            self._set_finishing_rate(epoch, step)
            totals += self._step(chosen, size, generator, self._cutmix(epoch))
            seconds.append(time.perf_counter() - begun)
            if each_step:
                each_step(epoch + 1, step + 1, self.steps)
        loss, right = (float(total) for total in self.ranks.summed(totals))
        if not math.isfinite(loss):
            raise RecipeError(
                later("a finite loss"),
                later("{loss} in epoch {epoch}", loss=loss, epoch=epoch + 1),
                later("Lower the recipe's peak_learning_rate."),
            )
        self.step_seconds.append(statistics.median(seconds))
        return size, loss / self.ranks.size / self.steps, int(right) / seen

    def _measure(self, epoch: int) -> float | None:
        last = epoch + 1 in (self.recipe.schedule.epochs, self.recipe.epochs)
        due = last or (epoch + 1) % self.recipe.schedule.evaluate_every == 0
        if due or self._small:
            self._log_gates(epoch + 1)
        if not due:
            return None
        count = len(self.validation_set)
        part = self.validation_set.part(self.ranks.rows(count))
        hits = count_right(self.result, part, preprocessing_of(self.recipe)) if len(part) else 0
        return int(self.ranks.summed(torch.tensor(hits, device=self.device))) / count

    def _log_gates(self, epoch: int) -> None:
        if not self.ranks.leads:
            return
        found = measure_gate_log(self.result, self._sample, preprocessing_of(self.recipe), epoch)
        if found:
            self.gates.append(found)

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

    def _batch(
        self, chosen: Tensor, size: int, generator: torch.Generator, cutmix: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        """This process's rows of a batch: inputs, what is wanted of them, and their classes."""
        rows = self.ranks.rows(len(chosen))
        worked_out = slice(None) if cutmix else rows  # a picture is mixed with one that may be another process's
        taken = self.train_set.pixels[chosen].to(self.device)
        pixels = augment_batch(taken, size, self.recipe.augmentation, generator, worked_out)
        targets, classes = self.train_set.targets[chosen].to(self.device), len(self.train_set.classes)
        pixels, wanted = mix_batch(pixels, targets[worked_out], classes, cutmix, generator)
        if cutmix:
            pixels, wanted = pixels[rows], wanted[rows]
        return preprocessing_of(self.recipe).normalise(pixels), wanted, targets[rows]

    def _step(self, chosen: Tensor, size: int, generator: torch.Generator, cutmix: float) -> Tensor:
        """One step; the loss and the number of right answers stay on the device, so that nothing waits for it."""
        inputs, wanted, targets = self._batch(chosen, size, generator, cutmix)
        low = self.recipe.precision.autocast == "bfloat16"
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=low), self._norms():
            logits = self._trained(inputs)
        smoothing = self.recipe.optimiser.label_smoothing
        loss = functional.cross_entropy(logits.float(), wanted, label_smoothing=smoothing)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        if self.schedule.last_epoch < self.schedule.total_steps:  # the finish sets the rate itself
            self.schedule.step()
        if self.recipe.optimiser.averaging:
            self.averaged.update_parameters(self.network)
        return torch.stack((loss.detach().double(), (logits.argmax(1) == targets).sum().double()))

    def _state(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.model_dump_json(),
            "seed": self.seed,
            "network": self.network.state_dict(),
            # What was never averaged is the untrained network: nobody shall take it for the trained one.
            **({"averaged": self.averaged.state_dict()} if self.recipe.optimiser.averaging else {}),
            "optimiser": self.optimiser.state_dict(),
            "schedule": {key: value for key, value in self.schedule.state_dict().items() if not callable(value)},
            "curve": [asdict(report) for report in self.curve],
            "gates": [entry.model_dump_json() for entry in self.gates],
            "step_seconds": self.step_seconds,
            "commits": self.commits,
        }

    def _write_log(self) -> None:
        if not self.ranks.leads:
            return
        text = log_text(self.curve, self.gates)
        write_or_say(self.folder / "log.jsonl", lambda part: part.write_text(text, encoding="utf-8"))

    def _save(self) -> None:
        if self.ranks.leads:
            save_checkpoint(self.folder / "checkpoint.pt", self._state())
        self._write_log()
