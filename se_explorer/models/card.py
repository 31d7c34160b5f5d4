"""Model cards: what is known of a bundled network, in a JSON file beside its weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from se_explorer.errors import ModelError

__all__ = ["Accuracy", "Card", "ClassEntry", "EpochReport", "TrainingRecord", "load_card"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassEntry(_Part):
    """A class: the data set's own name of it, and a label for people."""

    id: str
    label: str


class Accuracy(_Part):
    """Top-1 accuracy as measured: ``right`` of ``count`` pictures, with a 95 % Wilson interval."""

    right: Annotated[int, Field(ge=0)]
    count: Annotated[int, Field(ge=1)]
    low: float
    high: float
    split: str
    protocol: str

    @property
    def top1(self) -> float:
        """Share of right answers."""
        return self.right / self.count


@dataclass(frozen=True)
class EpochReport:
    """What one epoch gave. ``validation`` is None in the epochs in which it was not measured.

    Attributes:
        epoch: from 1.
        size: side of the input in pixels.
        loss: mean training loss, label smoothing included.
        accuracy: share of the augmented training pictures that were right.
        validation: share of the validation split that was right, by the averaged weights.
        seconds: of the epoch.
    """

    epoch: int
    size: int
    loss: float
    accuracy: float
    validation: float | None
    seconds: float


class TrainingRecord(_Part):
    """How the weights came about; the recipe is the whole text of the file that made them."""

    recipe: str
    recipe_file: str
    seed: int
    epochs: int
    curve: tuple[EpochReport, ...]
    finished: bool
    data: str
    software: dict[str, str]


class Preset(_Part):
    """The network's preprocessing."""

    size: int
    crop: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: Literal["bilinear", "bicubic"]


class Architecture(_Part):
    """What to build: one of our own networks."""

    name: Literal["seresnet50"]
    width: str
    reduction: int


class Card(_Part):
    """All that is known of a bundled network."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    title: str
    source: Literal["bundled"]
    family: str
    architecture: Architecture
    preprocessing: Preset
    classes: tuple[ClassEntry, ...]
    parameters: int
    se_blocks: int
    weights_file: str
    sha256: str
    storage: str
    gates_file: str
    licence: str
    note: str
    accuracy: Accuracy
    training: TrainingRecord


def load_card(path: Path) -> Card:
    """Read a card.

    Raises:
        ModelError: the file is missing or is no card.
    """
    try:
        return Card.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(
            "a model card, a JSON file", f"{path}: {error}", "Restore the file from the project."
        ) from error
