"""Files that are refused by their header or their first bytes, before any memory is set aside for pixels."""

from __future__ import annotations

import io
import pickle
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from PIL import Image, ImageFile

from se_explorer.errors import ImageError
from se_explorer.images import decode, decode_picture
from se_explorer.images.decode import MAX_BYTES
from se_explorer.images.headers import MAX_COUNTED, read_header


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.copy().save(out, kind, **options)  # an image remembers the settings of its last encoder
    return out.getvalue()


def start_of(value: object) -> str | None:
    """A test's name for a file: megabytes of bytes are none."""
    return repr(value[:12]) if isinstance(value, bytes) else None


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def webp_claiming(width: int, height: int, form: bytes = b"VP8X") -> bytes:
    body = {
        b"VP8X": lambda: bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": lambda: b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14) + bytes(20),
        b"VP8 ": lambda: b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(20),
    }[form]()
    chunks = form + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def gif_claiming(width: int, height: int, frame: tuple[int, int, int, int] = (0, 0, 16, 16)) -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"," + struct.pack("<HHHHB", *frame, 0) + b"\2\0;"
    )


def tiff_claiming(width: int, height: int, **tags: int) -> bytes:
    entries = {256: width, 257: height, 258: 8, 259: 5, 262: 1, 277: 1} | {int(tag[1:]): v for tag, v in tags.items()}
    ifd = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + ifd + bytes(4)


def bmp_claiming(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, *[0] * 6)


def jpeg_claiming(width: int, height: int) -> bytes:
    return encode(Image.new("RGB", (48, 40)), "JPEG").replace(
        struct.pack(">HH", 40, 48), struct.pack(">HH", height, width)
    )


BOMBS = {
    "png": png_claiming(20_000, 10_000),
    "png of 2 gigapixels a side": png_claiming(2**31 - 1, 2**31 - 1),
    "png below Pillow's own limit": png_claiming(10_000, 10_000),
    "webp": webp_claiming(16_383, 12_000),
    "webp of 2^24 a side": webp_claiming(2**24, 2**24),
    "lossless webp": webp_claiming(16_384, 16_384, b"VP8L"),
    "lossy webp": webp_claiming(16_383, 16_383, b"VP8 "),
    "gif": gif_claiming(65_535, 65_535),
    "gif whose frame leaves the screen": gif_claiming(16, 16, (60_000, 60_000, 5_000, 5_000)),
    "gif whose frame is between Pillow's limits": gif_claiming(16, 16, (0, 0, 10_000, 10_000)),
    "tiff": tiff_claiming(20_000, 10_000),
    "tiff of 2^32 a side": tiff_claiming(2**32 - 1, 2**32 - 1),
    "tiff with a large tile": tiff_claiming(64, 64, t322=40_000, t323=40_000, t324=8, t325=8),
    "bmp": bmp_claiming(20_000, 10_000),
    "bmp upside down": bmp_claiming(20_000, -10_000),
    "jpeg": jpeg_claiming(60_000, 60_000),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bomb_is_refused_by_its_header(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: object) -> None:
        raise AssertionError("decoded before its size was checked")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    tracemalloc.start()
    try:
        with pytest.raises(ImageError, match=r"million pixels|pixels in one tile"):
            decode_picture(bomb)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["webp", "gif", "tiff"])
def test_formats_that_set_memory_aside_are_not_even_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_OPENERS", {})
    with pytest.raises(ImageError, match="million pixels"):
        decode_picture(BOMBS[name])


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (Image.new("L", (1, 1)), "at least 16 pixels on each side, but got one of 1 x 1 pixels"),
        (Image.new("L", (15, 400)), "at least 16 pixels .* one of 15 x 400"),
        (Image.new("L", (30_000, 2)), "at least 16 pixels .* one of 30000 x 2"),
        (Image.new("L", (16, 321)), r"20 times .* one of 16 x 321 pixels, which is 20\.1 times"),
        (
            Image.new("1", (5001, 5000)),
            "at most 25 million pixels, but got one of 5001 x 5000 pixels, which is 25,005,000",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "GIF", "TIFF", "BMP"])
def test_sides(image: Image.Image, message: str, kind: str) -> None:
    with pytest.raises(ImageError, match=message):
        decode_picture(encode(image, kind))


@pytest.mark.parametrize("size", [(16, 16), (16, 320), (320, 16)])
def test_sides_at_the_limit(size: tuple[int, int]) -> None:
    picture = decode_picture(encode(Image.new("L", size), "PNG"))
    assert (picture.width, picture.height) == size


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an empty file"),
        (bytes(MAX_BYTES + 1), r"at most 20 MB, but got one of 20\.0 MB"),
        (bytes(1000), "starts like none of these"),
        (b"hello, world", "starts like none of these"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (pickle.dumps({"weights": [1, 2, 3]}), "starts like none of these"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC or AVIF picture"),
        (b"8BPS\0\1" + bytes(100), "starts like none of these"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "starts like none of these"),
        (b"RIFF\0\0\0\0WAVE", "starts like none of these"),
        (b"P6\n99999 99999\n255\n", "starts like none of these"),
    ],
    ids=start_of,
)
def test_no_picture(data: bytes, message: str) -> None:
    with pytest.raises(ImageError, match=message) as caught:
        decode_picture(data, "holiday.jpg")
    assert caught.value.expected
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (encode(Image.new("RGB", (48, 40)), "JPEG", progressive=True) + b"\xff\xda" * 1001, "at most 1,000 scans"),
        (b"\xff\xd8" + b"\xff\xe1\0\x09Exif\0\0a" * 100_000, "at most 2,000 parts in its header"),
        (b"\xff\xd8\xff" + b"\xff" * 1_000_000, "at most 2,000 parts in its header"),
        (
            b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHLL", 273, 4, 4_000_000, 100) + bytes(100),
            "at most 200,000 strips or tiles",
        ),
    ],
    ids=start_of,
)
def test_files_that_would_keep_a_decoder_busy(data: bytes, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        decode_picture(data)


def test_counting_stops() -> None:
    one = encode(Image.new("L", (16, 16)), "GIF")
    frame = one[one.index(b",") : -1]
    gif = decode_picture(one[:-1] + frame * 1500 + b";")
    assert tuple(map(str, gif.notes)) == (f"Animated: only the first of more than {MAX_COUNTED} frames is used.",)
    tiff = b"II*\0\x08\0\0\0" + b"".join(b"\0\0" + struct.pack("<L", 14 + 6 * page) for page in range(5000))
    assert read_header(tiff).frames == MAX_COUNTED + 1


def test_pages_that_lead_in_a_circle() -> None:
    assert read_header(b"II*\0\x08\0\0\0" + b"\0\0" + struct.pack("<L", 8)).frames == 1
