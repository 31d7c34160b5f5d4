"""What a profile says of itself: which network, which data, by which code. Strict, since files come from strangers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from se_explorer.images import Preprocessing
from se_explorer.language import later

__all__ = [
    "QUANTILES",
    "CodeVersion",
    "InformationRecord",
    "PreprocessingRecord",
    "ProfileBlock",
    "ProfileClass",
    "ProfileData",
    "ProfileHeader",
    "SampleRecord",
    "Unreadable",
]

#: The quantiles that a profile keeps, in the order of its arrays.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

Text = Annotated[str, Field(max_length=4096)]
Name = Annotated[str, Field(min_length=1, max_length=4096)]
Count = Annotated[int, Field(ge=0)]
Some = Annotated[int, Field(ge=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Colours = tuple[Finite, Finite, Finite]


class _Part(BaseModel):
    """A part of a header: it cannot be changed, nothing is converted, and an entry that is not of it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ProfileClass(_Part):
    """A class of the data: the data set's own name of it, a label for people, and how many pictures were read."""

    id: Name
    label: Name
    count: Some


class ProfileBlock(_Part):
    """An SE block: the paper's name of it, the path of its module, its channels and its gate function."""

    name: Name
    path: Text
    channels: Some
    gate: Name


class ProfileData(_Part):
    """What pictures they were.

    Attributes:
        name: of the folder or the data set; no path of somebody's machine.
        split: such as "val"; None where the folder is no split.
        listed: pictures in the listing, unreadable ones included.
        digest: SHA-256 of the listing: names and classes, in order.
    """

    name: Name
    split: Name | None
    listed: Some
    digest: Sha256


class Unreadable(_Part):
    """A picture that was left out, by its name in the data, and why."""

    name: Name
    reason: Text


class PreprocessingRecord(_Part):
    """What was done with every picture; see ``Preprocessing``."""

    size: Some
    crop: Finite
    mean: Colours
    std: Colours
    interpolation: Literal["bilinear", "bicubic"]

    @classmethod
    def of(cls, steps: Preprocessing) -> Self:
        """The record of a network's preprocessing."""
        return cls(size=steps.size, crop=steps.crop, mean=steps.mean, std=steps.std, interpolation=steps.interpolation)


class CodeVersion(_Part):
    """By what it was made: the package's version, its git commit where known ("-dirty" with changes), PyTorch's."""

    package: Name
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}(-dirty)?$")] | None
    torch: Name


class SampleRecord(_Part):
    """The pictures that quantiles and information come from.

    Attributes:
        limit: pictures of a class that the sample holds at most. Quantiles of a class that has no more are exact.
        seed: of the hash that chose them.
    """

    limit: Some
    seed: Count


class InformationRecord(_Part):
    """How mutual information was estimated.

    Attributes:
        unit: always nats.
        bins: of equal frequency, into which gates are sorted.
        permutations: of the classes, over which the chance level is the mean.
        seed: of the permutations.
    """

    unit: Literal["nats"]
    bins: Annotated[int, Field(ge=2)]
    permutations: Some
    seed: Count


class ProfileHeader(_Part):
    """All of a profile that is not an array.

    Attributes:
        model, weights: as ``Network`` has them; a checkpoint's file by its name alone.
        weights_sha256: as the network's card has it; None where there is none.
        device: on which it ran, such as "cpu".
        batch: pictures that ran together.
        classes: those of which at least one picture was read, in the data's order; they need not be the network's.
        empty_classes: ids of those of which none was.
        unreadable: what was left out.
        blocks: in running order.
        quantiles: always ``QUANTILES``.
        pictures: names, relative to the data's folder, of those that open or shut some gate most.
        made: date and time in UTC, ISO 8601.
    """

    format: Literal["se-explorer-profile-1"]
    model: Name
    weights: Name
    weights_sha256: Sha256 | None
    device: Name
    batch: Some
    data: ProfileData
    classes: Annotated[tuple[ProfileClass, ...], Field(min_length=1)]
    empty_classes: tuple[Name, ...]
    unreadable: tuple[Unreadable, ...]
    preprocessing: PreprocessingRecord
    blocks: Annotated[tuple[ProfileBlock, ...], Field(min_length=1)]
    quantiles: Annotated[tuple[Finite, ...], Field(min_length=1)]
    sample: SampleRecord
    information: InformationRecord
    pictures: tuple[Name, ...]
    code: CodeVersion
    made: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)$")]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        names = [block.name for block in self.blocks]
        ids = [*(entry.id for entry in self.classes), *self.empty_classes]
        if len(set(names)) < len(names) or len(set(ids)) < len(ids):
            raise ValueError(later("a block or a class comes twice"))
        if self.quantiles != QUANTILES:
            raise ValueError(later("the quantiles are not {wanted}", wanted=QUANTILES))
        if self.count + len(self.unreadable) != self.data.listed:
            raise ValueError(later("pictures read and unreadable are not those listed"))
        return self

    @property
    def count(self) -> int:
        """Pictures that were read."""
        return sum(entry.count for entry in self.classes)

    @property
    def exact(self) -> bool:
        """Whether quantiles and information come from every picture, not from a sample."""
        return max(entry.count for entry in self.classes) <= self.sample.limit
