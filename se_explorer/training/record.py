"""``run.json``: all that is known of one finished training, as it is committed under ``assets/experiments``.

A record from somewhere else is hostile until it is validated: its size is bounded, unknown entries are refused, and
its recipe is parsed again.
"""

from __future__ import annotations

import json
import math
from dataclasses import astuple
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from se_explorer.errors import RecipeError
from se_explorer.files import write_whole
from se_explorer.language import _, later
from se_explorer.models.card import EpochReport
from se_explorer.training.gate_log import EpochGates
from se_explorer.training.recipe import Recipe, parse_recipe

__all__ = ["DataCounts", "Machine", "RunRecord", "Software", "read_record", "record_name", "write_record"]

MAX_BYTES = 32 << 20
Text = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataCounts(_Part):
    """The data set in words, and how many pictures and classes it had."""

    dataset: Text
    note: Text
    train: Positive
    test: Positive
    classes: Positive


class Software(_Part):
    """Versions, and the threads that torch computed with."""

    python: Text
    torch: Text
    torchvision: Text
    numpy: Text
    threads: Positive


class Machine(_Part):
    """Processor and its cores."""

    processor: Text
    cores: Positive


class RunRecord(_Part):
    """One training of one recipe with one seed.

    Attributes:
        format: 1.
        experiment: the comparison that the recipe belongs to, or None.
        run, title: the recipe's name and title.
        recipe, recipe_file: the whole text of the recipe and its file's name.
        commit: of the code, with "-dirty" where files had been changed; "unknown" outside a repository.
        device: "cpu" or "cuda:0 (its name)".
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
    loss: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    seconds_per_step_median: Seconds | None
    seconds_total: Seconds
    gates: Annotated[tuple[EpochGates, ...], Field(max_length=10_000)]

    @model_validator(mode="after")
    def _consistent(self) -> RunRecord:
        if self.right > self.count:
            raise ValueError(_("right must not be above count"))
        if [report.epoch for report in self.curve] != list(range(1, self.epochs + 1)):
            raise ValueError(_("the curve must have one entry for each epoch"))
        numbers = [value for report in self.curve for value in astuple(report) if isinstance(value, float)]
        if not all(map(math.isfinite, numbers)):
            raise ValueError(_("the curve must have finite numbers"))
        if self.parsed.name != self.run:
            raise ValueError(_("the recipe must be of the run's name"))
        return self

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
    """Write a record so that a kill cannot halve it."""
    text = record.model_dump_json(indent=None) + "\n"
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def read_record(path: Path) -> RunRecord:
    """Read a record.

    Raises:
        RecipeError: the file is missing, too large, or is no record.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(_("a file of over {size} MiB").format(size=MAX_BYTES >> 20))
        return RunRecord.model_validate(json.loads(data.decode("utf-8")))
    except RecipeError:
        raise
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise _no_record(f"{path}: {faults[:600]}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _no_record(f"{path}: {str(error)[:200]}") from error


def _no_record(received: str) -> RecipeError:
    return RecipeError(
        later("the record of a finished training, a JSON file"),
        received,
        later("Give a run.json that the train command wrote."),
    )
