"""``DIR`` of the command line: a folder of class folders, one that holds splits, or a data set of torchvision's."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from torchvision import datasets

from se_explorer.errors import DataError, ImageError
from se_explorer.images.folder import find_split, open_folder
from se_explorer.images.limits import check_size
from se_explorer.images.picture import Picture, digest_of
from se_explorer.images.picture_set import Batch, PictureSet, decoded_batches
from se_explorer.language import Text, either_of, later, list_of

__all__ = ["DATA_SETS", "LibrarySet", "open_pictures"]

VALIDATION = ("val", "validation", "test")
#: What torchvision raises where files are missing, cut off or not its own. It unpickles no file whose MD5 it does not
#: know.
_UNREADABLE = (RuntimeError, OSError, ValueError, LookupError, TypeError, EOFError, pickle.UnpicklingError)


@dataclass(frozen=True)
class LibrarySet:
    """A data set of torchvision's that holds its pixels in memory.

    Attributes:
        name, split, classes, targets: see ``PictureSet``.
        pixels: uint8; what one index gives is (H, W, 3), or (3, H, W) where ``channels_first``.
    """

    name: str
    split: str
    classes: tuple[str, ...]
    targets: tuple[int, ...]
    pixels: np.ndarray = field(repr=False, compare=False)
    channels_first: bool = False

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def names(self) -> tuple[str, ...]:
        """Split and running number: the data set has no files."""
        digits = len(str(max(0, len(self) - 1)))
        return tuple(f"{self.split}/{index:0{digits}}" for index in range(len(self)))

    def batches(self, size: int, start: int = 0) -> Iterator[Batch]:
        """See ``PictureSet``."""
        return decoded_batches(self._picture, len(self), size, start)

    def part(self, start: int, stop: int) -> LibrarySet:
        """See ``PictureSet``; its pictures are numbered anew."""
        return replace(self, targets=self.targets[start:stop], pixels=self.pixels[start:stop])

    def _picture(self, index: int) -> Picture:
        found = np.asarray(self.pixels[index])
        values = np.ascontiguousarray(found.transpose(1, 2, 0) if self.channels_first else found)
        if values.dtype != np.uint8 or values.ndim != 3 or values.shape[2] != 3:
            raise ImageError(
                later("a colour picture of 8 bits"),
                f"{values.dtype} {values.shape}",
                later("Use another copy of the data set."),
            )
        check_size(values.shape[1], values.shape[0])
        values.setflags(write=False)
        return Picture(values, f"{self.name} {self.split} {index}", "array", digest_of(values))


@dataclass(frozen=True)
class _Known:
    """A data set that can be named: its splits, the default first, and how one is opened."""

    title: str
    splits: tuple[str, ...]
    open: Callable[[Path, str], PictureSet]


def _cifar(kind: Callable[..., Any], name: str) -> Callable[[Path, str], PictureSet]:
    def opened(root: Path, split: str) -> PictureSet:
        found = kind(root, train=split == "train", download=False)
        return LibrarySet(name, split, tuple(found.classes), tuple(map(int, found.targets)), found.data)

    return opened


def _stl10(root: Path, split: str) -> PictureSet:
    found = datasets.STL10(root, split=split, download=False)
    classes = tuple(getattr(found, "classes", ())) or tuple(str(number) for number in range(10))
    return LibrarySet("stl10", split, classes, tuple(map(int, found.labels)), found.data, channels_first=True)


def _svhn(root: Path, split: str) -> PictureSet:
    found = datasets.SVHN(root, split=split, download=False)
    classes = tuple(str(digit) for digit in range(10))
    return LibrarySet("svhn", split, classes, tuple(map(int, found.labels)), found.data, channels_first=True)


def _imagenette(root: Path, split: str) -> PictureSet:
    """In the largest size that is there. Its files are read as every picture is, so that a broken one is told."""
    for size in ("full", "320px", "160px"):
        try:
            found = datasets.Imagenette(root, split=split, size=size, download=False)
        except RuntimeError:
            continue
        return open_folder(Path(found._image_root))
    raise RuntimeError("no folder imagenette2, imagenette2-320 or imagenette2-160")


#: The data sets of torchvision's that can be named before a folder.
DATA_SETS: Mapping[str, _Known] = {
    "cifar10": _Known("CIFAR-10", ("test", "train"), _cifar(datasets.CIFAR10, "cifar10")),
    "cifar100": _Known("CIFAR-100", ("test", "train"), _cifar(datasets.CIFAR100, "cifar100")),
    "imagenette": _Known("Imagenette", ("val", "train"), _imagenette),
    "stl10": _Known("STL-10", ("test", "train"), _stl10),
    "svhn": _Known("SVHN", ("test", "train"), _svhn),
}


def _of_library(known: _Known, rest: str) -> PictureSet:
    """``DIR`` or ``DIR:SPLIT``; a colon in the folder's own name is no split."""
    folder, colon, last = rest.rpartition(":")
    split = known.splits[0]
    if colon and not Path(rest).is_dir():
        if last not in known.splits:
            raise DataError(
                later("a split of {data}: {splits}", data=known.title, splits=Text.of(either_of, known.splits)),
                repr(last),
                later("Name one of these."),
            )
        rest, split = folder, last
    try:
        return known.open(Path(rest), split)
    except _UNREADABLE as error:
        told = str(error).partition(" You can use download=True")[0]
        raise DataError(
            later("{data} in the folder {path}, as torchvision lays it out", data=known.title, path=rest),
            told[:200] or type(error).__name__,
            later(
                "Give the folder that torchvision was given as root when it downloaded the data set; nothing is "
                "downloaded here."
            ),
        ) from error


def open_pictures(text: str | Path) -> PictureSet:
    """List labelled pictures.

    Args:
        text: a folder with one subfolder of pictures a class; a folder that holds such folders as val, validation or
            test (the first that is there is taken); or ``NAME:DIR`` or ``NAME:DIR:SPLIT`` with a name of
            ``DATA_SETS``, such as ``cifar10:data:train``.

    Raises:
        DataError: it is none of these.
    """
    name, colon, rest = str(text).partition(":")
    if colon and name in DATA_SETS and not Path(text).is_dir():
        return _of_library(DATA_SETS[name], rest)
    if colon and len(name) > 1 and name.isalnum() and not Path(text).exists():  # one letter is a drive of Windows
        raise DataError(
            later("a data set out of {names}", names=Text.of(list_of, tuple(DATA_SETS))),
            repr(name),
            later("Name one of these, or a folder."),
        )
    root = Path(text)
    try:
        return open_folder(find_split(root, *VALIDATION))
    except DataError:
        return open_folder(root)
