"""What a file says about itself, read by us before Pillow sees it.

The format comes from the first bytes, never from the name. Beyond that, this module reads only what Pillow would act
on before we could stop it: GIF and WebP set aside memory for the claimed size as they open, TIFF lists every strip,
JPEG follows every part of its header. Nothing here sets aside memory that grows with a number in the file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from se_explorer.errors import ImageError
from se_explorer.images.limits import (
    MAX_JPEG_PARTS,
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    MAX_TIFF_STRIPS,
    check_size,
    too_intricate,
)
from se_explorer.language import Text, later, whole

__all__ = ["FORMATS", "MAX_COUNTED", "Header", "read_header"]

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")

# Counting frames stops here: a file of 20 MB can hold a million.
MAX_COUNTED = 1_000

_SIGNATURES = {
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "BMP": (b"BM",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}


# TIFF's types of whole numbers, signed ones too since libtiff takes them for a size.
_WHOLE_NUMBERS = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l", 16: "Q", 17: "q"}


@dataclass(frozen=True, slots=True)
class Header:
    """A file's format, one of FORMATS, and how many frames or pages it holds.

    ``frames`` is 1 where Pillow counts them itself without reading the whole file (PNG, WebP) and stops at
    MAX_COUNTED + 1.
    """

    format: str
    frames: int = 1


def read_header(data: bytes) -> Header:
    """Name the format of a file's bytes, and refuse with an ImageError what would be costly to open."""
    kind = _format_of(data)
    frames = 1
    # What is cut short, or points far beyond the end, is left to Pillow, whose own reading ends at the same place.
    try:
        if kind == "WEBP":
            _check_webp(data)
        elif kind == "GIF":
            frames = _walk_gif(data)
        elif kind == "TIFF":
            frames = _walk_tiff(data)
        elif kind == "JPEG":
            _check_jpeg(data)
    except (struct.error, IndexError, OverflowError):
        pass
    return Header(kind, frames)


def _format_of(data: bytes) -> str:
    for kind, signatures in _SIGNATURES.items():
        if data.startswith(signatures):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    start = data[:1024].lstrip().lower()
    if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}:
        received = later("a HEIC or AVIF picture")
    elif b"<svg" in start:
        received = later("an SVG drawing")
    elif start.startswith(b"%pdf"):
        received = later("a PDF document")
    else:
        received = later("a file that starts like none of these")
    raise ImageError(
        later("a JPEG, PNG, WebP, BMP, GIF or TIFF picture"),
        received,
        later("Save the picture as JPEG or PNG and send that."),
    )


def _check_webp(data: bytes) -> None:
    """The claimed size is in the first chunk, in one of three forms."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        low_w, high_w, low_h, high_h = struct.unpack_from("<HBHB", data, 24)
        check_size(low_w + (high_w << 16) + 1, low_h + (high_h << 16) + 1)
    elif chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        check_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        check_size(width & 0x3FFF, height & 0x3FFF)


def _walk_gif(data: bytes) -> int:
    """Count frames. A first frame that reaches beyond the screen makes the picture larger, so it is checked too."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    place = 13 + _colour_table(flags)
    frames = 0
    while place < len(data) and data[place] != 0x3B and frames <= MAX_COUNTED:
        if data[place] == 0x2C:
            frames += 1
            left, top, across, down, flags = struct.unpack_from("<HHHHB", data, place + 1)
            if frames == 1:
                check_size(max(width, left + across), max(height, top + down))
            place = _after_blocks(data, place + 11 + _colour_table(flags))
        elif data[place] == 0x21:
            place = _after_blocks(data, place + 2)
        else:
            place += 1
    return max(frames, 1)


def _colour_table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    """Each block starts with its length; a length of 0 ends the row of blocks."""
    while place < len(data) and data[place]:
        place += 1 + data[place]
    return place + 1


def _walk_tiff(data: bytes) -> int:
    """Check the first page's size and layout, and count the pages."""
    order = "<" if data[:2] == b"II" else ">"
    big = 43 in (data[2], data[3])
    count_form, entry_form, offset_form = (order + form for form in (("Q", "HHQ", "Q") if big else ("H", "HHL", "L")))
    entry_size, start = (20, 8) if big else (12, 4)
    (place,) = struct.unpack_from(offset_form, data, start)
    seen: set[int] = set()
    while place and place not in seen and len(seen) <= MAX_COUNTED and place < len(data):
        (count,) = struct.unpack_from(count_form, data, place)
        first = place + struct.calcsize(count_form)
        if not seen:
            # At most 65535 entries are looked at: the count of a BigTIFF has 64 bits.
            ends = range(first, min(first + count * entry_size, len(data) - entry_size + 1), entry_size)
            _check_page([_entry(data, at, order, entry_form) for at in ends[:65535]])
        seen.add(place)
        (place,) = struct.unpack_from(offset_form, data, first + count * entry_size)
    return max(len(seen), 1)


def _entry(data: bytes, place: int, order: str, form: str) -> tuple[int, int, int]:
    """A TIFF entry: its tag, how many values it has, and its value where that is one whole number (0 otherwise)."""
    tag, kind, count = struct.unpack_from(form, data, place)
    value_form = _WHOLE_NUMBERS.get(kind)
    if count != 1 or value_form is None:
        return tag, count, 0
    return tag, count, struct.unpack_from(order + value_form, data, place + struct.calcsize(form))[0]


def _check_page(entries: list[tuple[int, int, int]]) -> None:
    counts: dict[int, int] = {}
    values: dict[int, int] = {}
    for tag, count, value in entries:
        # The first entry of a tag counts, as it does for Pillow.
        counts.setdefault(tag, count)
        values.setdefault(tag, value)
    if values.get(256) and values.get(257):
        check_size(values[256], values[257])
    # Tiles are decoded whole, however little of them the picture needs.
    if values.get(322, 0) * values.get(323, 0) > MAX_PIXELS:
        raise too_intricate("TIFF", later("at most {limit} pixels in one tile", limit=Text.of(whole, MAX_PIXELS)))
    if max(counts.get(273, 0), counts.get(324, 0)) > MAX_TIFF_STRIPS:
        raise too_intricate("TIFF", later("at most {limit} strips or tiles", limit=Text.of(whole, MAX_TIFF_STRIPS)))


def _check_jpeg(data: bytes) -> None:
    """Bound the scans, each a pass over the whole picture, and the parts of the header, which Pillow gathers."""
    if data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise too_intricate("JPEG", later("at most {limit} scans", limit=Text.of(whole, MAX_JPEG_SCANS)))
    place = 2
    for _ in range(MAX_JPEG_PARTS):
        place = data.find(b"\xff", place)
        if place < 0 or data[place + 1] == 0xDA:
            return
        # A padding byte, a stuffed zero and markers without a length are one step; the rest jump over their content.
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker == 0 or 0xD0 <= marker <= 0xD9:
            place += 2
        else:
            place += 2 + struct.unpack_from(">H", data, place + 2)[0]
    raise too_intricate("JPEG", later("at most {limit} parts in its header", limit=Text.of(whole, MAX_JPEG_PARTS)))
