"""Labelled pictures for training, decoded once into one uint8 tensor.

Imagenette's 13,394 pictures at 160 px are 1 GB so, and decoding is paid once instead of once an epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from se_explorer.errors import DataError
from se_explorer.images import Preprocessing, open_folder
from se_explorer.images.data_sources import LibrarySet
from se_explorer.images.folder import LabelledFolder, load_one_of_many
from se_explorer.language import later

__all__ = ["LabelledPictures", "check_splits", "decode_pictures", "load_pictures", "resident"]

REPORT_EVERY = 500
RESIDENT_BYTES = 4 << 30


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures of one size with their classes.

    Attributes:
        pixels: uint8 (N, 3, S, S), channels last in memory.
        targets: int64 (N,), indices into ``classes``.
        classes: the folders' names, sorted.
    """

    pixels: Tensor
    targets: Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.targets)

    def part(self, rows: slice) -> LabelledPictures:
        """Some of them, of the same classes."""
        return LabelledPictures(self.pixels[rows], self.targets[rows], self.classes)


def _decode(path: Path, size: int) -> Tensor:
    return Preprocessing(size, crop=1.0).see(load_one_of_many(path).tensor).permute(1, 2, 0)


def _from_files(listing: LabelledFolder, size: int, report: Callable[[int, int], None] | None) -> Tensor:
    pixels = torch.empty(len(listing), size, size, 3, dtype=torch.uint8)
    with ThreadPoolExecutor() as pool:
        for index, picture in enumerate(pool.map(lambda path: _decode(path, size), listing.paths)):
            pixels[index] = picture
            if report and (index + 1) % REPORT_EVERY == 0:
                report(index + 1, len(listing))
    return pixels


def _from_memory(listing: LibrarySet, size: int) -> Tensor:
    cut, pixels = Preprocessing(size, crop=1.0), torch.from_numpy(np.array(listing.pixels))
    if pixels.shape[1:3] == (size, size):
        return pixels
    parts = [cut.see(part.permute(0, 3, 1, 2)).permute(0, 2, 3, 1) for part in torch.split(pixels, REPORT_EVERY)]  # type: ignore[no-untyped-call]
    return torch.cat(parts)


def _pixels(listing: LabelledFolder | LibrarySet, size: int, report: Callable[[int, int], None] | None) -> Tensor:
    if isinstance(listing, LibrarySet):
        return _from_memory(listing, size)
    return _from_files(listing, size, report)


def decode_pictures(
    listing: LabelledFolder | LibrarySet, size: int, report: Callable[[int, int], None] | None = None
) -> LabelledPictures:
    """Decode a set of pictures.

    Pictures of another shape than ``size`` x ``size`` are resized by their shorter side and cut to the centre square.

    Raises:
        ImageError: a picture cannot be read; a training leaves none out in silence.
    """
    pixels = _pixels(listing, size, report)
    return LabelledPictures(pixels.permute(0, 3, 1, 2), torch.tensor(listing.targets), listing.classes)


def load_pictures(folder: Path, size: int, report: Callable[[int, int], None] | None = None) -> LabelledPictures:
    """Decode a folder with one subfolder a class; see ``decode_pictures``.

    Raises:
        DataError: the folder holds no classes.
        ImageError: a picture cannot be read.
    """
    return decode_pictures(open_folder(folder), size, report)


def check_splits(train: LabelledPictures, test: LabelledPictures, batch_size: int) -> None:
    """Whether one can be trained on and the other measured.

    Raises:
        DataError: they have different classes, or there are not enough pictures for one batch.
    """
    if train.classes != test.classes:
        raise DataError(
            later("a validation split with the training split's {count} classes", count=len(train.classes)),
            ", ".join(test.classes[:12]),
            later("Give both splits the same class folders."),
        )
    if len(train) < batch_size:
        raise DataError(
            later("at least one batch of {size} training pictures", size=batch_size),
            str(len(train)),
            later("Add pictures, or lower the recipe's batch_size."),
        )


def resident(pictures: LabelledPictures, device: torch.device) -> LabelledPictures:
    """On a GPU where they fit, so that no batch has to travel there."""
    if device.type == "cpu" or pictures.pixels.nbytes > RESIDENT_BYTES:
        return pictures
    return LabelledPictures(pictures.pixels.to(device), pictures.targets.to(device), pictures.classes)
