"""Pictures by names that a stranger's file gives, out of one folder and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from se_explorer.errors import DataError, ImageError
from se_explorer.files import system_says
from se_explorer.images.decode import load_picture
from se_explorer.images.picture import Picture
from se_explorer.language import Words, later
from se_explorer.limits import check_local_paths

__all__ = ["folder_of", "picture_inside"]


def folder_of(text: str) -> Path:
    """A folder that a person names, with everything in its path that is a link followed.

    Raises:
        DataError: it is not there, or no folder, or this is a server where strangers come.
    """
    check_local_paths()
    try:
        folder = Path(text.strip()).expanduser().resolve(strict=True)
        if folder.is_dir():
            return folder
        fault: Words = later("which is no folder")
    except OSError as error:
        fault = system_says(error)
    except (RuntimeError, ValueError):  # no home to expand, a loop of links, a null character
        fault = later("which is no path")
    raise DataError(
        later("a folder on this machine"),
        later("{path}: {fault}", path=text.strip()[:200], fault=fault),
        later("Check the path."),
    )


def _leaves(name: str) -> bool:
    """Whether a name could lead out of the folder, on any system."""
    windows = PureWindowsPath(name)
    rooted = PurePosixPath(name).is_absolute() or bool(windows.drive or windows.root)
    return rooted or ".." in windows.parts or "\0" in name  # Windows takes both kinds of slash


def picture_inside(folder: Path, name: str) -> Picture:
    """Decode a picture of a folder.

    Args:
        folder: as ``folder_of`` gives it.
        name: relative to it, with slashes. Neither ".." nor a link leads out of the folder.

    Raises:
        ImageError: the name leads out of the folder, or the picture is missing or cannot be used.
    """
    wanted = later("the name of a picture inside the folder")
    remedy = later("Give the folder that the profile was made of.")
    if _leaves(name):
        raise ImageError(wanted, repr(name[:200]), remedy)
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ImageError(wanted, repr(name[:200]), remedy) from error
    if not path.is_relative_to(folder):
        received = later("{name}, a link that leads out of it", name=name[:200])
        raise ImageError(later("a picture inside the folder"), received, remedy)
    try:
        return load_picture(path)
    except ImageError as error:
        there = os.path.exists(path)  # a name may be too long to ask for
        picture = later("the picture {name}", name=name[:200])
        raise ImageError(picture, error.parts.received if there else later("none"), remedy) from error
