"""Training recipes: everything that decides a training, in one committed TOML file.

A recipe and a seed give one network, on one kind of machine to the bit. Unknown keys are refused: a misspelt option
that silently keeps its default is a training that nobody can repeat.
"""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from se_explorer.errors import RecipeError

__all__ = ["Recipe", "load_recipe"]

Share = Annotated[float, Field(ge=0, le=1)]


def _fraction(value: object) -> object:
    if isinstance(value, str):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"a fraction such as '3/8', got {value!r}") from None
    return value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Network(_Section):
    """What is trained; ``se = false`` makes the plain twin, the same network without its SE blocks."""

    architecture: Literal["seresnet50"]
    width: Annotated[Fraction, BeforeValidator(_fraction)] = Fraction(1)
    se: bool = True
    reduction: Annotated[int, Field(ge=1)] = 16

    @model_validator(mode="after")
    def _whole(self) -> Network:
        planes = 64 * self.width
        if planes.denominator != 1 or planes < 1:
            raise ValueError(f"width must make 64 * width a whole number of channels, got {self.width}")
        return self


class Data(_Section):
    """Which pictures. ``stored_size``: the side, in pixels, to which each is cut once before training."""

    dataset: Literal["imagenette"]
    stored_size: Annotated[int, Field(ge=32, le=512)] = 160


class Augmentation(_Section):
    """Random-resized crops (share of the area, aspect ratio), mirror images, and colour changes in +- shares.

    ``cutmix`` is the share of the batches in which a part of each picture is another's (arXiv 1905.04899).
    """

    area: tuple[Share, Share] = (0.25, 1.0)
    aspect: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (3 / 4, 4 / 3)
    flip: bool = True
    brightness: Share = 0.0
    contrast: Share = 0.0
    saturation: Share = 0.0
    cutmix: Share = 0.0


class Resolution(_Section):
    """Side of the input in pixels: grows from ``first`` to ``last`` over the first ``grow_until`` of the epochs.

    The test resizes the shorter side to ``evaluate / crop`` and takes the centre ``evaluate`` square.
    """

    first: Annotated[int, Field(ge=16)]
    last: Annotated[int, Field(ge=16)]
    grow_until: Share = 0.75
    step: Annotated[int, Field(ge=1)] = 16
    evaluate: Annotated[int, Field(ge=16)]
    crop: Annotated[float, Field(gt=0, le=1)] = 0.875

    @model_validator(mode="after")
    def _grows(self) -> Resolution:
        if self.last < self.first:
            raise ValueError("last must not be smaller than first")
        if self.first % self.step or self.last % self.step:
            raise ValueError("first and last must be multiples of step")
        return self

    def at(self, progress: float) -> int:
        """The side in pixels when ``progress`` (0 to 1) of the epochs is done, a multiple of ``step``."""
        share = min(1.0, progress / self.grow_until) if self.grow_until else 1.0
        size = self.first + share * (self.last - self.first)
        return max(self.first, round(size / self.step) * self.step)


class Optimiser(_Section):
    """SGD with Nesterov momentum; ``warmup`` is the share of the steps on which the learning rate rises.

    ``se_weight_decay`` is that of the SE blocks' own layers. At the rest's 5e-4 their product decays faster than it
    learns: in a run of 39 epochs all gates stayed within 0.01 of a half.

    ``averaging`` is the decay per step of the running mean of the weights, which is what is evaluated and kept;
    0 keeps the raw weights.
    """

    peak_learning_rate: Annotated[float, Field(gt=0)]
    warmup: Share = 0.1
    momentum: Annotated[float, Field(gt=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    se_weight_decay: Annotated[float, Field(ge=0)] = 0.0
    label_smoothing: Share = 0.1
    averaging: Share = 0.0


class Schedule(_Section):
    """How long, in which portions, and how often the validation split is measured (never chosen by)."""

    epochs: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=2)]
    evaluate_every: Annotated[int, Field(ge=1)] = 5


class Finish(_Section):
    """A second descent: epochs after the schedule's, the learning rate falling in a line to 0.

    ``cutmix`` is its own share of mixed batches: they keep a network from learning its training pictures by heart, but
    are not what it is asked about.
    """

    epochs: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    cutmix: Share = 0.0

    def rate_at(self, progress: float) -> float:
        """The learning rate when ``progress`` (0 to 1) of these epochs' steps is done."""
        return self.learning_rate * (1 - progress)


class Precision(_Section):
    """The type of the matrix products; weights and statistics are float32 in either case."""

    autocast: Literal["bfloat16", "float32"] = "float32"


class Recipe(_Section):
    """A whole recipe; see the sections for each part."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    title: str
    network: Network
    data: Data
    augmentation: Augmentation
    resolution: Resolution
    optimiser: Optimiser
    schedule: Schedule
    precision: Precision = Precision()
    finish: Finish | None = None

    @property
    def epochs(self) -> int:
        """All epochs, those of the finish included."""
        return self.schedule.epochs + (self.finish.epochs if self.finish else 0)

    @model_validator(mode="after")
    def _finite(self) -> Recipe:
        # At 16 pixels stage 5 starts from maps of 1 x 1, and there oneDNN's bfloat16 gradient of a strided 3x3
        # convolution holds what the memory held before (torch 2.14, seen as NaN).
        if self.precision.autocast == "bfloat16" and self.resolution.first <= 16:
            raise ValueError("bfloat16 needs inputs of more than 16 pixels: raise resolution.first")
        return self


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        RecipeError: the file is missing, is no TOML, or has a wrong, missing or unknown entry.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(
            "a training recipe, a TOML file", f"{path}: {error}", "Check the path and the file."
        ) from error
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise RecipeError(
            "a recipe whose entries are all known and valid", f"{path}: {faults}", "Mend these entries and start again."
        ) from error
