"""The limits on a picture that a person sends, and the refusals that explain them.

A file is a stranger's bytes until it is decoded: a few hundred of them can claim billions of pixels. Every limit is
therefore checked on the numbers in the file's header, before any memory is set aside for pixels.
"""

from __future__ import annotations

from se_explorer.errors import ImageError

__all__ = [
    "MAX_ASPECT",
    "MAX_BYTES",
    "MAX_JPEG_PARTS",
    "MAX_JPEG_SCANS",
    "MAX_PIXELS",
    "MAX_TIFF_STRIPS",
    "MIN_SIDE",
    "check_bytes",
    "check_size",
    "too_intricate",
]

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 25_000_000
MIN_SIDE = 16
MAX_ASPECT = 20

# Three ways for a file within the limits above to keep a decoder busy for hours. Real files stay far below: a camera's
# JPEG has some dozens of header parts (of 64 kB, so that 20 MB are 320 of them) and at most about fifteen scans, a TIFF
# at most one strip for each row.
MAX_JPEG_PARTS = 2_000
MAX_JPEG_SCANS = 1_000
MAX_TIFF_STRIPS = 200_000


def check_bytes(count: int) -> None:
    """Refuse a file of ``count`` bytes that is empty or longer than MAX_BYTES, with an ImageError."""
    if count == 0:
        raise ImageError("a picture file", "an empty file", "Send the file again, or another picture.")
    if count > MAX_BYTES:
        raise ImageError(
            f"a file of at most {MAX_BYTES / 2**20:.0f} MB",
            f"one of {count / 2**20:.1f} MB",
            "Save the picture smaller, or as a JPEG, and send that.",
        )


def check_size(width: int, height: int) -> None:
    """Refuse a picture whose sides, in pixels, are outside the limits, with an ImageError."""
    sides = f"one of {width} x {height} pixels"
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"a picture of at most {MAX_PIXELS // 10**6} million pixels",
            f"{sides}, which is {width * height:,}",
            "Make the picture smaller and send it again.",
        )
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"a picture of at least {MIN_SIDE} pixels on each side", sides, "Send a larger version of the picture."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(
            f"a picture at most {MAX_ASPECT} times as long as it is wide",
            f"{sides}, which is {max(width, height) / min(width, height):.1f} times as long",
            "Cut out the part that matters and send that.",
        )


def too_intricate(kind: str, limit: int, parts: str) -> ImageError:
    """The refusal of a ``kind`` of file that holds more than ``limit`` of the named parts."""
    return ImageError(
        f"a {kind} file with at most {limit:,} {parts}", "one with more", "Open the picture and save it anew."
    )
