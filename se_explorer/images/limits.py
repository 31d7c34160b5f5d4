"""The limits on a picture that a person sends, and the refusals that explain them.

A file is a stranger's bytes until it is decoded: a few hundred of them can claim billions of pixels. Every limit is
therefore checked on the numbers in the file's header, before any memory is set aside for pixels.
"""

from __future__ import annotations

from se_explorer.errors import ImageError
from se_explorer.language import Text, Words, decimal, later, whole
from se_explorer.limits import limits

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

MAX_BYTES = 20 * 2**20  # a server may allow less, see se_explorer/limits.py
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
    """Refuse a file of ``count`` bytes that is empty or longer than is allowed here, with an ImageError."""
    if count == 0:
        raise ImageError(
            later("a picture file"), later("an empty file"), later("Send the file again, or another picture.")
        )
    most = min(MAX_BYTES >> 20, limits().picture_mib)
    if count > most << 20:
        raise ImageError(
            later("a file of at most {limit} MB", limit=most),
            later("one of {size} MB", size=Text.of(decimal, count / 2**20, 1)),
            later("Save the picture smaller, or as a JPEG, and send that."),
        )


def check_size(width: int, height: int) -> None:
    """Refuse a picture whose sides, in pixels, are outside the limits, with an ImageError."""
    sides = later("one of {width} x {height} pixels", width=width, height=height)
    most = min(MAX_PIXELS // 10**6, limits().picture_megapixels)
    if width * height > most * 10**6:
        raise ImageError(
            later("a picture of at most {millions} million pixels", millions=most),
            later("{sides}, which is {count}", sides=sides, count=Text.of(whole, width * height)),
            later("Make the picture smaller and send it again."),
        )
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            later("a picture of at least {limit} pixels on each side", limit=MIN_SIDE),
            sides,
            later("Send a larger version of the picture."),
        )
    shorter, longer = sorted((width, height))
    if longer > MAX_ASPECT * shorter:
        raise ImageError(
            later("a picture at most {limit} times as long as it is wide", limit=MAX_ASPECT),
            later("{sides}, which is {ratio} times as long", sides=sides, ratio=Text.of(decimal, longer / shorter, 1)),
            later("Cut out the part that matters and send that."),
        )


def too_intricate(kind: str, most: Words) -> ImageError:
    """The refusal of a ``kind`` of file that holds more than ``most``, such as "at most 3 scans"."""
    return ImageError(
        later("a {kind} file with {most}", kind=kind, most=most),
        later("one with more"),
        later("Open the picture and save it anew."),
    )
