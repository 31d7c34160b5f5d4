"""Pictures by names that a stranger's file gives, out of one folder and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from se_explorer.errors import DataError, ImageError
from se_explorer.images.decode import load_picture
from se_explorer.images.picture import Picture

__all__ = ["folder_of", "picture_inside"]


def folder_of(text: str) -> Path:
    """A folder that a person names, with everything in its path that is a link followed.

    Raises:
        DataError: it is not there, or no folder.
    """
    try:
        folder = Path(text.strip()).expanduser().resolve(strict=True)
        if folder.is_dir():
            return folder
        fault = "which is no folder"
    except (OSError, RuntimeError, ValueError) as error:  # no home to expand, a loop of links, a null character
        fault = getattr(error, "strerror", None) or "which is no path"
    raise DataError("a folder on this machine", f"{text.strip()[:200]}: {fault}", "Check the path.")


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
    remedy = "Give the folder that the profile was made of."
    if _leaves(name):
        raise ImageError("the name of a picture inside the folder", repr(name[:200]), remedy)
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ImageError("the name of a picture inside the folder", repr(name[:200]), remedy) from error
    if not path.is_relative_to(folder):
        raise ImageError("a picture inside the folder", f"{name[:200]}, a link that leads out of it", remedy)
    try:
        return load_picture(path)
    except ImageError as error:
        received = error.received if os.path.exists(path) else "none"  # a name may be too long to ask for
        raise ImageError(f"the picture {name[:200]}", received, remedy) from error
