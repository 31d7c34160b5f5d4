"""Whether a weights file is whole: quickly by its form and size, surely by its sha256."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import struct
import zipfile
from pathlib import Path

from se_explorer.models.library_card import Origin

__all__ = ["is_whole", "known_digest", "looks_whole"]

#: A card's size is rounded, or that of the tensors alone, of which a file may lack the counters of batch norms. What a
#: file lacks within this, its form or its sha256 tells.
LEAST_SHARE = 0.98
ZIP = b"PK"
SHA256 = re.compile(r"[0-9a-f]{64}")


def _safetensors_is_whole(path: Path, size: int) -> bool:
    """The header says where the last tensor ends, and that must be the end of the file."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if 8 + length > size:
                return False
            header = json.loads(file.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        return bool(8 + length + max(ends, default=0) == size)
    except (OSError, struct.error, ValueError, TypeError, LookupError, AttributeError):
        return False


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def looks_whole(path: Path, origin: Origin) -> bool:
    """Whether a file has the form and the size of whole weights; reads at most its header, so a listing can call it.

    torch.hub and the hub's cache take any file that has the right name; one that was cut off must not pass for weights.
    """
    try:
        size = path.stat().st_size
        if path.suffix == ".safetensors":
            return _safetensors_is_whole(path, size)
        if _starts_as_zip(path) and not zipfile.is_zipfile(path):  # its end, the list of its parts, is missing
            return False
    except OSError:
        return False
    return size >= max(1.0, LEAST_SHARE * (origin.bytes or 0))


@functools.lru_cache(maxsize=64)
def _digest(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_digest(path: Path, origin: Origin) -> str | None:
    """The first digits that the file's sha256 must have: the URL's, or the hub's name of the blob; None if unknown."""
    if origin.sha256 is not None:
        return origin.sha256
    blob = path.resolve().name
    return blob if SHA256.fullmatch(blob) else None


def is_whole(path: Path, origin: Origin) -> bool:
    """Whether the file's sha256 is the known one, or, where none is known, whether it looks whole.

    Reads the file, once a process. The sha256 has the last word: a size that a library has wrong makes no file bad.

    Raises:
        OSError: the file cannot be read.
    """
    expected = known_digest(path, origin)
    if expected is None:
        return looks_whole(path, origin)
    facts = path.stat()
    return _digest(path, facts.st_size, facts.st_mtime_ns).startswith(expected)
