"""A folder that one process at a time works in; the system lets go of it when the process ends, however it ends."""

from __future__ import annotations

import sys
import time
from pathlib import Path

__all__ = ["FolderLock"]

POLL_SECONDS = 0.05


class FolderLock:
    """Holds a folder for this process.

    On Windows, which has no ``flock``, it always succeeds: there nothing keeps two servers out of one folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / ".lock").open("ab")

    def take(self, patience: float = 0.0) -> bool:
        """Whether the folder is this process's now; another's is waited for so many seconds."""
        if sys.platform == "win32":
            return True
        import fcntl

        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    return False
                time.sleep(POLL_SECONDS)
            else:
                return True

    def release(self) -> None:
        """Let another process have it."""
        self._file.close()
