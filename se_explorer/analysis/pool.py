"""A data set measured in portions elsewhere: what a pool of networks must do, and what it is given to do.

The analyses say what is worked out of a portion (``Work``) and how portions come together; a pool only carries. A part
depends on its portion alone, and a pool hands parts out in the order of the data, so that the figures are the same
however many workers there are, whichever of them was first, and however often one had to begin again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from se_explorer.engine import Engine
from se_explorer.errors import DataError, ImageError
from se_explorer.images import LabelledFolder, PictureSet, Preprocessing
from se_explorer.language import later

__all__ = ["Part", "Pool", "Portion", "Seen", "Work", "seen_batches", "targets_of"]

Part = TypeVar("Part")
Made = TypeVar("Made", covariant=True)


@dataclass(frozen=True, eq=False)
class Seen:
    """A batch of decoded pictures, cut to what the network sees.

    Attributes:
        pixels: uint8 (N, 3, size, size); None where no picture could be read.
        indices: of the pictures, counted from the portion's first.
        missing: index and error of each that could not be read.
    """

    pixels: Tensor | None
    indices: Sequence[int]
    missing: Sequence[tuple[int, ImageError]]


@dataclass(frozen=True, eq=False)
class Portion:
    """Neighbouring pictures of a data set.

    Attributes:
        start: index of the first in the whole set.
        data: the pictures, as a set of their own.
        batches: the same, decoded, in order; may be gone through once.
    """

    start: int
    data: PictureSet
    batches: Iterable[Seen]


class Work(Protocol[Made]):
    """What is worked out of each portion. It can be pickled, and so can what it makes."""

    def opened(self, engine: Engine) -> Callable[[Portion], Made]:
        """Made ready for one network, which then takes any number of portions."""
        ...


class Pool(Protocol):
    """Networks somewhere, all with the same weights.

    Attributes:
        kind: of the devices that it works on, "cuda" or "cpu".
        device: on which the last parts were made, such as "cpu"; several are told with commas.
    """

    kind: str

    @property
    def device(self) -> str: ...

    def parts(self, work: Work[Part], data: PictureSet, batch: int, start: int = 0) -> Iterator[tuple[int, Part]]:
        """Measure a set from the index ``start`` on.

        Args:
            batch: pictures that run together.

        Returns:
            Part by part, in the order of the data, with the index behind its last picture.

        Raises:
            ClusterError: the pool broke off.
            SEExplorerError: what the work raised.
        """
        ...


def targets_of(portion: Portion, *namings: Sequence[str]) -> tuple[int, ...]:
    """Each picture's index in a network's list of classes; see ``LabelledFolder.targets_for``.

    Raises:
        DataError: the data are no labelled folder, or no naming knows its classes.
    """
    if not isinstance(portion.data, LabelledFolder):
        raise DataError(later("a folder of class folders"), portion.data.name, later("Give a folder."))
    return portion.data.targets_for(*namings)


def seen_batches(data: PictureSet, preprocessing: Preprocessing, batch: int) -> Iterator[Seen]:
    """A set's pictures, decoded in the background and cut, batch by batch."""
    position = 0
    for pictures, indices, errors in data.batches(batch):
        here, read = range(position, position + len(pictures) + len(errors)), set(indices)
        missing = [index for index in here if index not in read]
        pixels = torch.stack([preprocessing.see(picture.tensor) for picture in pictures]) if pictures else None
        yield Seen(pixels, indices, list(zip(missing, errors, strict=True)))
        position = here.stop
