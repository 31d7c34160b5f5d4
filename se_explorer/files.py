"""Files that a kill cannot halve, written beside their place and moved there; and why the system refuses one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from se_explorer.language import Words, later

__all__ = ["system_says", "unreadable", "write_whole"]

#: By number; what is not here is said in the system's own words.
_FAULTS = {
    errno.ENOENT: later("No such file or directory"),
    errno.EACCES: later("Permission denied"),
    errno.EPERM: later("Operation not permitted"),
    errno.EISDIR: later("Is a directory"),
    errno.ENOTDIR: later("Not a directory"),
    errno.EEXIST: later("File exists"),
    errno.ENAMETOOLONG: later("File name too long"),
    errno.ENOTSUP: later("Not a regular file"),
    errno.ELOOP: later("Too many levels of symbolic links"),
    errno.ENOSPC: later("No space left on device"),
    errno.EROFS: later("Read-only file system"),
    errno.EIO: later("Input/output error"),
}


def system_says(error: OSError) -> Words:
    """Why the system refuses a file, without its name: "No such file or directory"."""
    known = _FAULTS.get(error.errno) if error.errno is not None else None
    return known or error.strerror or str(error) or type(error).__name__


def unreadable(path: Path, error: Exception) -> Words:
    """A file and why it is not what it should be: the system's words, or those of whoever read it."""
    return later("{path}: {fault}", path=path, fault=system_says(error) if isinstance(error, OSError) else str(error))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``; move it to ``path`` only when it is whole and on the disk.

    A link stays, and what it points to is written.

    Raises:
        OSError: the system refuses; or a device or pipe is there, which moving a file would do away with.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.ENOTSUP, "Not a regular file", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o644)  # mkstemp's 0600 would keep other users of the machine out
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
