"""The two splits that a recipe's ``[data]`` names: from folders, torchvision's data sets, or scikit-learn's digits."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from torchvision import datasets

from se_explorer.errors import DataError
from se_explorer.images import DATA_SETS, LabelledFolder, find_split, open_folder, open_pictures
from se_explorer.images.data_sources import LibrarySet
from se_explorer.language import later
from se_explorer.training.data import LabelledPictures, decode_pictures
from se_explorer.training.sections import Data

__all__ = ["DATA_NOTES", "IMAGENETTE_LABELS", "TEST_SPLITS", "Splits", "download_data_set", "load_splits"]

TEST_NAMES = ("val", "validation", "test")
#: What is known of the data sets that a recipe can name, in words for cards and records.
DATA_NOTES = {
    "imagenette": "Imagenette v2, official split",
    "cifar10": "CIFAR-10 (Krizhevsky 2009), official split: 50,000 and 10,000 pictures of 32 x 32 px",
    "digits": "scikit-learn's digits (UCI, Alpaydin and Kaynak 1998), 8 x 8 px, grey; a stratified split of our own",
    "folder": "a folder of labelled pictures",
}
IMAGENETTE_LABELS = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
IMAGENETTE = "imagenette2-160"  # torchvision's folder
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
#: Both have ten classes, and a folder that holds one of them alone could be taken for the one that is named.
OTHERS_CLASSES = {"cifar10": set(IMAGENETTE_LABELS), "imagenette": set(CIFAR_CLASSES)}
TEST_SPLITS = {
    "imagenette": "Imagenette validation split",
    "cifar10": "CIFAR-10 test split",
    "digits": "held-out digits",
    "folder": "folder's test split",
}
Report = Callable[[int, int], None]
Listing = LabelledFolder | LibrarySet


@dataclass(frozen=True)
class Splits:
    """Training and test pictures, decoded for training and as a set to go through.

    Attributes:
        train, test: decoded, at the recipe's stored size.
        train_set, test_set: files where there are some, and what was decoded where there are none.
        note: what is known of the pictures, for cards and records.
    """

    train: LabelledPictures
    test: LabelledPictures
    train_set: Listing
    test_set: Listing
    note: str


def _digits(data: Data) -> tuple[Listing, Listing]:
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise DataError(
            later("scikit-learn, which has the digits"), str(error), later("Install it: pip install scikit-learn")
        ) from error
    found = load_digits()
    grey = np.rint(found.images * (255 / 16)).astype(np.uint8)
    pixels, targets = np.repeat(grey[..., None], 3, axis=3), found.target.astype(int)
    generator, held_out = np.random.default_rng(data.split_seed), np.zeros(len(targets), bool)
    for digit in range(10):
        of_class = generator.permutation(np.flatnonzero(targets == digit))
        held_out[of_class[: round(data.test_share * len(of_class))]] = True
    classes = tuple(str(digit) for digit in range(10))
    train, test = (
        LibrarySet("digits", split, classes, tuple(targets[chosen].tolist()), pixels[chosen])
        for split, chosen in (("train", ~held_out), ("test", held_out))
    )
    return train, test


def _download_imagenette(folder: Path) -> None:
    """Unpacked beside its place and moved there when it is whole: torchvision asks only whether the folder is there."""
    if (folder / IMAGENETTE).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".imagenette-", dir=folder) as part:
        datasets.Imagenette(part, split="train", size="160px", download=True)
        (Path(part) / IMAGENETTE).replace(folder / IMAGENETTE)


def download_data_set(dataset: str, folder: Path) -> None:
    """Fetch torchvision's CIFAR-10 or Imagenette into the folder, which it checks by its MD5 sums.

    Raises:
        DataError: it cannot be fetched.
    """
    try:
        if dataset == "cifar10":
            datasets.CIFAR10(folder, train=True, download=True)
        else:
            _download_imagenette(folder)
    except (OSError, RuntimeError) as error:
        raise DataError(
            later("{name}, downloaded by torchvision", name=DATA_SETS[dataset].title),
            str(error)[:200],
            later("Check the connection and the disk, or give a folder that holds it already."),
        ) from error


def _of_library(dataset: str, folder: Path, split: str) -> Listing:
    found = open_pictures(f"{dataset}:{folder}:{split}")
    assert isinstance(found, (LabelledFolder, LibrarySet))
    return found


def _named(dataset: str, folder: Path, download: bool) -> tuple[Listing, Listing]:
    """A folder with train and test folders, or torchvision's own layout; never another data set's pictures."""
    try:
        found = open_folder(find_split(folder, "train")), open_folder(find_split(folder, *TEST_NAMES))
        if set(found[0].classes) != OTHERS_CLASSES.get(dataset):
            return found
    except DataError:
        if dataset not in DATA_SETS:
            raise
    if download:
        download_data_set(dataset, folder)
    test = DATA_SETS[dataset].splits[0]
    return _of_library(dataset, folder, "train"), _of_library(dataset, folder, test)


def _limited(listing: Listing, limit: int | None) -> Listing:
    """The first pictures of each class, as many of each as of the others, within the limit."""
    if limit is None or limit >= len(listing):
        return listing
    targets, share = np.array(listing.targets), max(1, limit // len(listing.classes))
    kept = [np.flatnonzero(targets == number)[:share] for number in range(len(listing.classes))]
    chosen = np.sort(np.concatenate(kept))
    left = tuple(targets[chosen].tolist())
    if isinstance(listing, LabelledFolder):
        return replace(listing, paths=tuple(listing.paths[index] for index in chosen), targets=left)
    return replace(listing, pixels=listing.pixels[chosen], targets=left)


def _as_decoded(listing: Listing, pictures: LabelledPictures) -> Listing:
    """A set of the decoded pictures: a digit of 8 x 8 pixels is too small to be looked at as a picture."""
    if isinstance(listing, LabelledFolder):
        return listing
    pixels = pictures.pixels.permute(0, 2, 3, 1).numpy()
    return LibrarySet(listing.name, listing.split, listing.classes, tuple(pictures.targets.tolist()), pixels)


def _note(dataset: str, train: Listing) -> str:
    """CIFAR-10's pictures are uncompressed in the official files; what a folder holds may not be."""
    note = DATA_NOTES[dataset]
    if dataset != "cifar10":
        return note
    if isinstance(train, LibrarySet):
        return f"{note}; from the official files"
    if {path.suffix.lower() for path in train.paths} <= {".png", ".bmp", ".tif", ".tiff"}:
        return f"{note}; as lossless picture files"
    return f"{note}; as JPEG, so not bit-equal to the official files"


def load_splits(data: Data, folder: Path | None, *, download: bool = False, report: Report | None = None) -> Splits:
    """Open and decode a recipe's pictures.

    Args:
        data: the recipe's section.
        folder: with train and val (validation, test) folders, or what torchvision was given as root; the digits need
            none.
        download: fetch CIFAR-10 or Imagenette into the folder if it is not there.
        report: called with (done, total) pictures now and then.

    Raises:
        DataError: the pictures are not there, or the two splits have different classes.
        ImageError: a picture cannot be read.
    """
    if data.dataset == "digits":
        train_set, test_set = _digits(data)
    elif folder is None:
        raise DataError(
            later("a folder with the pictures"),
            later("none"),
            later("Give it with --data; only the digits need no folder."),
        )
    else:
        train_set, test_set = _named(data.dataset, folder, download)
    train_set = _limited(train_set, data.limit)
    train = decode_pictures(train_set, data.stored_size, report)
    test = decode_pictures(test_set, data.stored_size, report)
    sets = _as_decoded(train_set, train), _as_decoded(test_set, test)
    return Splits(train, test, *sets, _note(data.dataset, train_set))
