"""``run.json``: all that is known of one finished training, as it is committed under ``assets/experiments``.

A record from somewhere else is hostile until it is validated: its size is bounded, unknown entries are refused, and
its recipe is parsed again.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from se_explorer.errors import RecipeError
from se_explorer.files import unreadable
from se_explorer.language import Words, _, later
from se_explorer.models.card import EpochReport
from se_explorer.training.checkpoint import write_or_say
from se_explorer.training.data_sets import TEST_SPLITS
from se_explorer.training.gate_log import EpochGates
from se_explorer.training.recipe import Recipe, parse_recipe

__all__ = [
    "DataCounts",
    "Machine",
    "RecordPart",
    "RunRecord",
    "Software",
    "parse_record",
    "read_record",
    "record_name",
    "write_record",
]

MAX_BYTES = 32 << 20
MOST = 2**53  # of what is counted: every whole number up to it is a float too
LARGEST = 1e9  # of losses, seconds and gates: sums and squares of such numbers are finite
Text = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0, le=MOST)]
Positive = Annotated[int, Field(ge=1, le=MOST)]
Seconds = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]


class RecordPart(BaseModel):
    """A part of a record: it cannot be changed, and an entry that is not of it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DataCounts(RecordPart):
    """The data set in words, and how many pictures and classes it had."""

    dataset: Text
    note: Text
    train: Positive
    test: Positive
    classes: Positive


class Software(RecordPart):
    """Versions, and the threads that torch computed with."""

    python: Text
    torch: Text
    torchvision: Text
    numpy: Text
    threads: Positive


class Machine(RecordPart):
    """Processor and its cores."""

    processor: Text
    cores: Positive


class RunRecord(RecordPart):
    """One training of one recipe with one seed.

    Attributes:
        format: 1.
        experiment: the comparison that the recipe belongs to, or None.
        run, title: the recipe's name and title.
        recipe, recipe_file: the whole text of the recipe and its file's name.
        commit: of the code when the training began, with "-dirty" where files had been changed; "unknown" outside a
            repository; several, with commas, where it went on under another one.
        device: "cpu" or "cuda:0 (its name)"; of several processes the first one's.
        processes: how many trained it together (``torchrun``), each with as many threads and rows of a batch.
        parameters, se_parameters: those that are trained, and those of them in SE blocks.
        steps, batch_size, epochs: steps in all.
        curve: one entry an epoch.
        right, count, split, loss: of the test split, by the network of the last epoch; loss without label smoothing.
        seconds_per_step_median: of the training steps alone; None where an older checkpoint did not keep them.
        seconds_total: of the epochs, measuring included.
        gates: from the initialisation (epoch 0) on; empty without SE blocks.
    """

    format: Literal[1] = 1
    experiment: Text | None
    run: Text
    title: Text
    seed: Count
    recipe: Annotated[str, Field(max_length=20_000)]
    recipe_file: Text
    commit: Text
    software: Software
    machine: Machine
    device: Text
    processes: Positive = 1
    data: DataCounts
    parameters: Positive
    se_parameters: Count
    steps: Positive
    batch_size: Positive
    epochs: Positive
    curve: Annotated[tuple[EpochReport, ...], Field(max_length=10_000)]
    right: Count
    count: Positive
    split: Text
    loss: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
    seconds_per_step_median: Seconds | None
    seconds_total: Seconds
    gates: Annotated[tuple[EpochGates, ...], Field(max_length=10_000)]

    @model_validator(mode="after")
    def _consistent(self) -> RunRecord:
        if self.right > self.count or self.count != self.data.test:
            raise ValueError(_("right must not be above count, and count that of the test pictures"))
        # The lengths first: a file may claim a billion epochs.
        if len(self.curve) != self.epochs or [each.epoch for each in self.curve] != list(range(1, self.epochs + 1)):
            raise ValueError(_("the curve must have one entry for each epoch"))
        if not all(abs(value or 0) <= LARGEST for report in self.curve for value in astuple(report)):
            raise ValueError(_("the curve must have finite numbers"))
        if not all(0 <= share <= 1 for report in self.curve for share in (report.accuracy, report.validation or 0)):
            raise ValueError(_("the curve's accuracies must be from 0 to 1"))
        self._check_gates()
        self._check_recipe()
        return self

    def _check_gates(self) -> None:
        epochs = [entry.epoch for entry in self.gates]
        if epochs != sorted(set(epochs)) or any(epoch > self.epochs for epoch in epochs):
            raise ValueError(_("the gates' epochs must rise, and be epochs of the training"))
        if len({tuple(block.block for block in entry.blocks) for entry in self.gates}) > 1:
            raise ValueError(_("the gates must be of the same blocks in every epoch"))
        for block in (block for entry in self.gates for block in entry.blocks):
            numbers = (block.mean, block.std, block.min, block.max, block.between, block.within, *block.quantiles)
            if not all(abs(value) <= LARGEST for value in (*numbers, block.low, block.high, *block.histogram)):
                raise ValueError(_("the gates must have finite numbers"))
            if not block.low < block.high or list(block.quantiles) != sorted(block.quantiles):
                raise ValueError(_("the gates' limits and quantiles must rise"))

    def _check_recipe(self) -> None:
        recipe = self.parsed
        if recipe.name != self.run:
            raise ValueError(_("the recipe must be of the run's name"))
        told = (recipe.experiment, recipe.epochs, recipe.schedule.batch_size, recipe.data.dataset)
        if told != (self.experiment, self.epochs, self.batch_size, self.data.dataset):
            raise ValueError(_("experiment, epochs, batch size and data must be those of the recipe"))
        if self.split != TEST_SPLITS[self.data.dataset] or self.steps % self.epochs:
            raise ValueError(_("the split must be the data's, and each epoch have as many steps"))
        if self.se_parameters > self.parameters or (self.se_parameters and not recipe.network.se):
            raise ValueError(_("parameters in SE blocks must be among all, and none in a network without"))
        last = self.curve[-1].validation
        # Measured twice: a GPU may round otherwise in batches of another size, and no training shall be lost to that.
        if last is not None and abs(last - self.accuracy) > (1e-6 if self.device == "cpu" else 0.005):
            raise ValueError(_("right and count must be those of the curve's end"))

    @property
    def parsed(self) -> Recipe:
        """The recipe that made it."""
        return parse_recipe(self.recipe, self.recipe_file)

    @property
    def accuracy(self) -> float:
        """Share of the test split that was right."""
        return self.right / self.count


def record_name(record: RunRecord) -> str:
    """The name of the record's file among committed ones."""
    return f"{record.run}-seed{record.seed}.json"


def write_record(record: RunRecord, path: Path) -> None:
    """Write a record so that a kill cannot halve it.

    Raises:
        RecipeError: it cannot be written.
    """
    text = record.model_dump_json(indent=None) + "\n"
    write_or_say(path, lambda part: part.write_text(text, encoding="utf-8"))


def parse_record(data: bytes, source: str) -> RunRecord:
    """A record from the bytes of its file; ``source`` names it in errors.

    Raises:
        RecipeError: it is too large, or is no record.
    """
    if len(data) > MAX_BYTES:
        raise _no_record(later("{path}: over {size} MiB", path=source, size=MAX_BYTES >> 20))
    try:
        return RunRecord.model_validate(json.loads(data.decode("utf-8")))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise _no_record(f"{source}: {faults[:600]}") from error
    except (ValueError, RecursionError) as error:
        raise _no_record(f"{source}: {str(error)[:200]}") from error


def read_record(path: Path) -> RunRecord:
    """Read a record.

    Raises:
        RecipeError: the file is missing, too large, or is no record.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _no_record(unreadable(path, error)) from error
    return parse_record(data, str(path))


def _no_record(received: Words) -> RecipeError:
    return RecipeError(
        later("the record of a finished training, a JSON file"),
        received,
        later("Give a run.json that the train command wrote."),
    )
