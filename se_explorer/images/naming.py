"""A file's name, made fit to show, and what to tell the person about the file."""

from __future__ import annotations

from pathlib import PurePath

from se_explorer.images.headers import MAX_COUNTED
from se_explorer.language import Text, later

__all__ = ["clean_name", "frame_notes", "name_notes"]

# Formats that are not read are here too: a JPEG may well be called .heic.
_ENDINGS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".mpo": "JPEG",
    ".png": "PNG",
    ".apng": "PNG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".dib": "BMP",
    ".gif": "GIF",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".heic": "HEIC",
    ".heif": "HEIC",
    ".avif": "AVIF",
    ".svg": "SVG",
    ".pdf": "PDF",
}


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, and of a length that fits on a page."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable())
    return (shown if len(shown) <= 100 else f"{shown[:60]}…{shown[-39:]}") or "picture"


def name_notes(name: str, kind: str) -> tuple[Text, ...]:
    """Say so if the name's ending is that of another format than ``kind``, one of FORMATS."""
    ending = PurePath(name).suffix.lower()
    if _ENDINGS.get(ending, kind) == kind:
        return ()
    return (later("Named {ending}, but it is a {kind} picture.", ending=ending, kind=kind),)


def frame_notes(kind: str, frames: int) -> tuple[Text, ...]:
    """Say that only the first of several frames or pages is used."""
    if frames <= 1:
        return ()
    count = frames if frames <= MAX_COUNTED else later("more than {count}", count=MAX_COUNTED)
    if kind == "TIFF":
        return (later("Several pages: only the first of {count} is used.", count=count),)
    return (later("Animated: only the first of {count} frames is used.", count=count),)
