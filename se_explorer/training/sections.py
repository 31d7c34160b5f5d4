"""The sections of a recipe: data, augmentation, size, optimiser, schedule and precision.

A key that is added later has a default under which an older recipe means what it meant: checkpoints and cards keep
recipes for good.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from se_explorer.language import _

__all__ = ["Augmentation", "Data", "Finish", "Optimiser", "Precision", "Resolution", "Schedule", "Section", "Share"]

Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A part of a recipe: it cannot be changed; an entry that is not of it, or no finite number, is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)


class Data(Section):
    """Which pictures: "imagenette", "cifar10", scikit-learn's "digits", or any "folder" of class folders.

    ``stored_size``: the side, in pixels, to which each is cut once before training. ``test_share`` and ``split_seed``
    are those of the digits, which come without a split: stratified, the same for every seed of the training. ``limit``
    takes at most so many training pictures, as many of each class.
    """

    dataset: Literal["imagenette", "cifar10", "digits", "folder"]
    stored_size: Annotated[int, Field(ge=8, le=512)] = 160
    limit: Annotated[int, Field(ge=1)] | None = None
    test_share: Annotated[float, Field(gt=0, lt=1)] = 0.2
    split_seed: Annotated[int, Field(ge=0)] = 0


class Augmentation(Section):
    """How pictures are cut, mirror images, and colour changes in +- shares.

    ``crop`` is "resized" (random-resized crops by share of the ``area`` and ``aspect`` ratio), "shifted" (whole pixels,
    at most the share ``shift`` of the side, either way in both directions; what comes in is black or repeats the edge)
    or "none". A shift of an eighth is He et al.'s for CIFAR: 4 pixels of padding around 32 (arXiv 1512.03385).
    ``cutmix`` is the share of the batches in which a part of each picture is another's (arXiv 1905.04899).
    """

    crop: Literal["resized", "shifted", "none"] = "resized"
    area: tuple[Share, Share] = (0.25, 1.0)
    aspect: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (3 / 4, 4 / 3)
    shift: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    fill: Literal["black", "edge"] = "black"
    flip: bool = True
    brightness: Share = 0.0
    contrast: Share = 0.0
    saturation: Share = 0.0
    cutmix: Share = 0.0

    @model_validator(mode="after")
    def _one_way_to_cut(self) -> Augmentation:
        if (self.crop == "shifted") != (self.shift > 0):
            raise ValueError(_("shift must be above 0 where crop is 'shifted', and only there"))
        return self


class Resolution(Section):
    """Side of the input in pixels: grows from ``first`` to ``last`` over the first ``grow_until`` of the epochs.

    The test resizes the shorter side to ``evaluate / crop`` and takes the centre ``evaluate`` square.
    """

    first: Annotated[int, Field(ge=8)]
    last: Annotated[int, Field(ge=8)]
    grow_until: Share = 0.75
    step: Annotated[int, Field(ge=1)] = 16
    evaluate: Annotated[int, Field(ge=8)]
    crop: Annotated[float, Field(gt=0, le=1)] = 0.875

    @model_validator(mode="after")
    def _grows(self) -> Resolution:
        if self.last < self.first:
            raise ValueError(_("last must not be smaller than first"))
        if self.first % self.step or self.last % self.step:
            raise ValueError(_("first and last must be multiples of step"))
        return self

    def at(self, progress: float) -> int:
        """The side in pixels when ``progress`` (0 to 1) of the epochs is done, a multiple of ``step``."""
        share = min(1.0, progress / self.grow_until) if self.grow_until else 1.0
        size = self.first + share * (self.last - self.first)
        return max(self.first, round(size / self.step) * self.step)


class Optimiser(Section):
    """SGD with momentum (Nesterov's unless ``nesterov`` is false), Adam or AdamW.

    ``momentum`` is SGD's, and Adam's beta 1; ``beta2`` and ``epsilon`` are Adam's alone. ``weight_decay`` is added to
    the gradient by SGD and Adam, and taken off the weight by AdamW, each as its authors have it.

    ``warmup`` is the share of the steps on which the learning rate rises to ``peak_learning_rate``.

    ``se_weight_decay`` is that of the SE blocks' own layers. At the rest's 5e-4 their product decays faster than it
    learns: in a run of 39 epochs the gates of 15 of 16 blocks stayed within 0.03 of a half.

    ``averaging`` is the decay per step of the running mean of the weights, which is what is evaluated and kept;
    0 keeps the raw weights.
    """

    kind: Literal["sgd", "adam", "adamw"] = "sgd"
    peak_learning_rate: Annotated[float, Field(gt=0)]
    warmup: Share = 0.1
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    nesterov: bool = True
    beta2: Annotated[float, Field(ge=0, lt=1)] = 0.999
    epsilon: Annotated[float, Field(gt=0)] = 1e-8
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    se_weight_decay: Annotated[float, Field(ge=0)] = 0.0
    label_smoothing: Share = 0.1
    averaging: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> Optimiser:
        if self.kind == "sgd" and self.nesterov and not self.momentum:
            raise ValueError(_("nesterov needs a momentum above 0"))
        return self


class Schedule(Section):
    """How long, in which portions, how the learning rate goes, and how often the test split is measured.

    It is measured, and never chosen by: the last epoch is the result.

    ``rate`` is "one-cycle" (Smith, arXiv 1708.07120; up over the warm-up, down in half a cosine), "constant", "cosine"
    (to 0, arXiv 1608.03983) or "steps": times ``factor`` at each of the ``milestones``, shares of the epochs; He et al.
    (arXiv 1512.03385) divide by 10 after a half and three quarters. The last three rise in a line over the warm-up.
    """

    epochs: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=2)]
    evaluate_every: Annotated[int, Field(ge=1)] = 5
    rate: Literal["one-cycle", "constant", "cosine", "steps"] = "one-cycle"
    milestones: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.75)
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1


class Finish(Section):
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


class Precision(Section):
    """The type of the matrix products; weights and statistics are float32 in either case."""

    autocast: Literal["bfloat16", "float32"] = "float32"
