"""Model cards: what is known of a network before it is opened. Bundled ones lie in JSON files beside their weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from se_explorer.errors import ModelError
from se_explorer.files import unreadable
from se_explorer.images import Preprocessing
from se_explorer.language import _, later, percent
from se_explorer.models.design import Design

__all__ = [
    "Accuracy",
    "BaseCard",
    "Card",
    "CardPart",
    "ClassEntry",
    "EpochReport",
    "Preset",
    "TrainingRecord",
    "load_card",
]


class CardPart(BaseModel):
    """A part of a card: it cannot be changed, and an entry that is not of it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ClassEntry(CardPart):
    """A class: the data set's own name of it, and a label for people."""

    id: str
    label: str


class Accuracy(CardPart):
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


class TrainingRecord(CardPart):
    """How the weights came about; the recipe is the whole text of the file that made them."""

    recipe: str
    recipe_file: str
    seed: int
    epochs: int
    curve: tuple[EpochReport, ...]
    finished: bool
    data: str
    software: dict[str, str]


class Preset(CardPart):
    """The network's preprocessing."""

    size: int
    crop: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: Literal["bilinear", "bicubic"]

    @property
    def steps(self) -> Preprocessing:
        """What is done with a picture."""
        return Preprocessing(self.size, self.crop, self.mean, self.std, self.interpolation)


class Architecture(CardPart):
    """What to build; the entries are those of ``Design``, and those that older cards lack have their defaults."""

    name: Annotated[str, Field(pattern=r"^(seresnet50|seresnet20|notes-cnn|(timm|torchvision):[A-Za-z0-9_.@]{1,100})$")]
    width: str
    reduction: int
    se: bool = True
    squeeze: Literal["average", "max", "both"] = "average"
    excitation: Literal["sigmoid", "tanh", "relu"] = "sigmoid"
    position: Literal["standard", "pre", "post", "identity", "3x3"] = "standard"
    bias: bool = False
    stages: tuple[int, ...] | None = None

    @classmethod
    def of(cls, design: Design) -> Architecture:
        """A design as a card has it."""
        kept = {name: getattr(design, name) for name in cls.model_fields if name not in ("name", "width")}
        return cls(name=design.architecture, width=str(design.width), **kept)

    @property
    def design(self) -> Design:
        """What is built."""
        kept = {name: getattr(self, name) for name in type(self).model_fields if name not in ("name", "width")}
        return Design(self.name, Fraction(self.width), **kept)


class BaseCard(CardPart):
    """What every card says, wherever the weights come from.

    Attributes:
        id: the network's name in the catalog.
        title, family: for people.
        source: "bundled", "timm" or "torchvision".
        preprocessing: how the network wants its pictures.
        parameters, se_blocks: of the network as it is opened.
        licence: of the weights.
    """

    id: str
    title: str
    source: str
    family: str
    preprocessing: Preset
    parameters: Annotated[int, Field(ge=1)]
    se_blocks: Annotated[int, Field(ge=0)]
    licence: str


class Card(BaseCard):
    """All that is known of a bundled network. A plain one has no SE block, and no file of gate statistics."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    source: Literal["bundled"]
    architecture: Architecture
    classes: tuple[ClassEntry, ...]
    weights_file: str
    sha256: str
    storage: str
    gates_file: str | None
    note: str
    accuracy: Accuracy
    training: TrainingRecord

    @model_validator(mode="after")
    def _gates_where_there_are_blocks(self) -> Card:
        if (self.se_blocks > 0) != (self.gates_file is not None):
            raise ValueError("gates_file is there for networks with SE blocks, and for no others")
        return self

    @property
    def class_count(self) -> int:
        """How many classes it tells apart."""
        return len(self.classes)

    @property
    def top1(self) -> float:
        """Top-1 accuracy as a share, measured by us on the card's own split."""
        return self.accuracy.top1

    @property
    def claim(self) -> str:
        """The accuracy in words of the language in force, with its 95 % interval and where it was measured."""
        found = self.accuracy
        return _("{share} ({low} to {high}) on the {split}").format(
            share=percent(found.top1, 2), low=percent(found.low, 2), high=percent(found.high, 2), split=_(found.split)
        )


def load_card(path: Path) -> Card:
    """Read a card.

    Raises:
        ModelError: the file is missing or is no card.
    """
    try:
        return Card.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelError(
            later("a model card, a JSON file"), unreadable(path, error), later("Restore the file from the project.")
        ) from error
