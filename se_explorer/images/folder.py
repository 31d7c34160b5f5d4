"""Labelled pictures in a folder: one subfolder a class, as torchvision's ``ImageFolder`` has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchvision.datasets import ImageFolder

from se_explorer.errors import DataError, ImageError
from se_explorer.files import system_says
from se_explorer.images.decode import load_picture
from se_explorer.images.picture import Picture
from se_explorer.images.picture_set import Batch, decoded_batches
from se_explorer.language import Text, either_of, later, list_of

__all__ = ["LabelledFolder", "find_split", "load_one_of_many", "open_folder"]

#: Names of folders that are a split of the data that the folder around them holds.
SPLITS = ("train", "val", "validation", "test")


@dataclass(frozen=True)
class LabelledFolder:
    """A listing: nothing is decoded yet.

    Attributes:
        root: the folder that holds the class folders.
        paths: of the pictures, class by class.
        targets: index into ``classes`` of each.
        classes: the class folders' names, sorted.
    """

    root: Path
    paths: tuple[Path, ...]
    targets: tuple[int, ...]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.paths)

    def targets_for(self, *namings: Sequence[str]) -> tuple[int, ...]:
        """Each picture's index in a network's list of classes, of which several namings are tried.

        Raises:
            DataError: no naming knows all the folders.
        """
        for naming in namings:
            index = {name: number for number, name in enumerate(naming)}
            if all(name in index for name in self.classes):
                return tuple(index[self.classes[target]] for target in self.targets)
        unknown = [name for name in self.classes if all(name not in naming for naming in namings)]
        raise DataError(
            later("class folders named as the network's classes are ({names}, ...)", names=_first(namings[0])),
            _first(unknown or self.classes),
            later("Rename the folders, or choose a network that knows these classes."),
        )

    @property
    def name(self) -> str:
        """Of the folder, or of the one that holds it where the folder is a split."""
        folder = self.root.resolve()
        return (folder.parent if self.split else folder).name or "data"

    @property
    def split(self) -> str | None:
        """The folder's name where it is that of a split."""
        name = self.root.resolve().name
        return name if name in SPLITS else None

    @property
    def names(self) -> tuple[str, ...]:
        """Paths under ``root``, with slashes on every system."""
        return tuple(path.relative_to(self.root).as_posix() for path in self.paths)

    def batches(self, size: int, start: int = 0) -> Iterator[Batch]:
        """Pictures with their indices in ``paths``, from the index ``start`` on; see ``decoded_batches``."""
        return decoded_batches(lambda index: load_one_of_many(self.paths[index]), len(self), size, start)

    def part(self, start: int, stop: int) -> LabelledFolder:
        """See ``PictureSet``."""
        return replace(self, paths=self.paths[start:stop], targets=self.targets[start:stop])


def _first(names: Sequence[str]) -> Text:
    return Text.of(list_of, tuple(names[:3]))


def load_one_of_many(path: Path) -> Picture:
    """``load_picture``, with an ImageError that names the file: among thousands one has to know which."""
    try:
        return load_picture(path)
    except ImageError as error:
        received = later("{path}: {fault}", path=path, fault=error.parts.received)
        raise ImageError(error.parts.expected, received, error.parts.remedy) from error


def find_split(root: Path, *names: str) -> Path:
    """The first folder of ``names`` under ``root``, or under its only subfolder.

    Raises:
        DataError: none of them is there.
    """
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "._")
    except OSError:  # missing, no folder, or not to be read: the message below says which folder is meant
        folders = []
    for place in [root, *(folders if len(folders) == 1 else [])]:
        for name in names:
            if (place / name).is_dir():
                return place / name
    raise DataError(
        later("a folder with a subfolder {names}", names=Text.of(either_of, names)),
        str(root),
        later("Unpack the data set and give the folder that holds its train and val folders."),
    )


def open_folder(root: Path) -> LabelledFolder:
    """List a folder's pictures.

    Raises:
        DataError: it is not there, or holds no class folders with pictures.
    """
    try:
        listing = ImageFolder(str(root))
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        fault = system_says(error) if error.strerror else later("no class folder, or one without pictures")
        raise DataError(
            later("a folder with one subfolder of pictures a class"),
            later("{path}: {fault}", path=root, fault=fault),
            later("Check the path."),
        ) from error
    paths = tuple(Path(path) for path, _ in listing.samples)
    return LabelledFolder(root, paths, tuple(listing.targets), tuple(listing.classes))
