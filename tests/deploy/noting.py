"""Put into a server's process to note every file that it opens for writing: Python's own audit of ``open``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["note_writes", "written"]

NAME = "written.txt"
HOOK = """
import os, sys

NOTES = os.open({notes!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def note(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        os.write(NOTES, f"{{arguments[0]!r}}\\n".encode())
    elif event.startswith(("tempfile.", "shutil.", "os.rename", "os.mkdir", "os.link", "os.symlink")):
        os.write(NOTES, f"{{event}} {{arguments!r}}\\n".encode())


sys.addaudithook(note)
"""


def note_writes(folder: Path) -> dict[str, str]:
    """Variables of the environment with which a Python process notes into the folder what it writes."""
    (folder / "sitecustomize.py").write_text(HOOK.format(notes=str(folder / NAME)), encoding="utf-8")
    return {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def written(folder: Path) -> list[str]:
    """What was written up to now, but for what is no file of a disk."""
    lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith(("'/dev/", "'/proc/"))]
