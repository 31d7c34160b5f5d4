"""Every mode that a file can have -> the RGB that a screen shows."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from se_explorer.images import Picture, decode_picture
from se_explorer.images.colour import ON_WHITE, STRETCHED
from se_explorer.language import Text

SIDE = 32


def decoded(image: Image.Image, kind: str, **options: Any) -> Picture:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return decode_picture(out.getvalue())


def png(depth: int, colour_type: int, row: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of SIDE equal rows, for kinds that Pillow does not write."""
    head = struct.pack(">IIBBBBB", SIDE, SIDE, depth, colour_type, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress((b"\0" + row) * SIDE)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "shown"),
    [
        ("1", 1, "PNG", (255, 255, 255)),
        ("1", 0, "TIFF", (0, 0, 0)),
        ("L", 77, "PNG", (77, 77, 77)),
        ("RGB", (1, 2, 3), "BMP", (1, 2, 3)),
        ("CMYK", (0, 255, 255, 0), "TIFF", (255, 0, 0)),
        ("CMYK", (255, 255, 255, 255), "TIFF", (0, 0, 0)),
        ("RGBA", (9, 8, 7, 255), "PNG", (9, 8, 7)),
        ("LA", (50, 255), "PNG", (50, 50, 50)),
    ],
)
def test_plain_modes(mode: str, colour: Any, kind: str, shown: tuple[int, int, int]) -> None:
    picture = decoded(Image.new(mode, (SIDE, SIDE), colour), kind)
    assert (picture.pixels == shown).all()
    assert picture.notes == ()


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "options", "shown"),
    [
        ("RGBA", (0, 0, 0, 0), "PNG", {}, (255, 255, 255)),
        ("RGBA", (255, 0, 0, 51), "PNG", {}, (255, 204, 204)),
        ("RGBA", (255, 0, 0, 51), "TIFF", {}, (255, 204, 204)),
        ("RGBA", (255, 0, 0, 51), "WEBP", {"lossless": True}, (255, 204, 204)),
        ("LA", (0, 51), "PNG", {}, (204, 204, 204)),
        ("L", 90, "PNG", {"transparency": 90}, (255, 255, 255)),
        ("RGB", (1, 2, 3), "PNG", {"transparency": (1, 2, 3)}, (255, 255, 255)),
        ("I;16", 40_000, "PNG", {"transparency": 40_000}, (255, 255, 255)),
    ],
)
def test_transparency_on_white(mode: str, colour: Any, kind: str, options: dict[str, Any], shown: Any) -> None:
    picture = decoded(Image.new(mode, (SIDE, SIDE), colour), kind, **options)
    assert (picture.pixels == shown).all()
    assert picture.notes == (ON_WHITE,)


@pytest.mark.parametrize(
    ("kind", "transparency", "shown"),
    [
        ("PNG", 1, [(255, 0, 0), (255, 255, 255)]),
        ("GIF", 1, [(255, 0, 0), (255, 255, 255)]),
        ("PNG", b"\xff\x33", [(255, 0, 0), (204, 204, 255)]),
    ],
)
def test_palette_with_transparency(kind: str, transparency: Any, shown: Any) -> None:
    image = Image.new("P", (SIDE, SIDE), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (SIDE // 2, 0, SIDE, SIDE))
    picture = decoded(image, kind, transparency=transparency)
    assert (picture.pixels[:, [0, -1]] == shown).all()
    assert picture.notes == (ON_WHITE,)


def test_unused_transparency_has_no_note() -> None:
    picture = decoded(Image.new("L", (SIDE, SIDE), 5), "PNG", transparency=6)
    assert (picture.pixels == 5).all()
    assert picture.notes == ()


@pytest.mark.parametrize("key", [(300, 400, 500), (1, 400, 500)])
def test_transparent_colour_of_16_bits_makes_nothing_else_transparent(key: tuple[int, int, int]) -> None:
    # Pillow reads the pixels as 8 bits but leaves the key at 16.
    row = struct.pack(">HHH", 0x2C00, 0x9000, 0xF400) * SIDE
    picture = decode_picture(png(16, 2, row, (b"tRNS", struct.pack(">HHH", *key))))
    assert (picture.pixels == (0x2C, 0x90, 0xF4)).all()
    assert picture.notes == ()


@pytest.mark.parametrize(("colour_type", "row"), [(0, ">H"), (2, ">HHH"), (4, ">HH"), (6, ">HHHH")])
def test_16_bit_png_of_every_colour_type(colour_type: int, row: str) -> None:
    channels = len(row) - 1
    picture = decode_picture(png(16, colour_type, struct.pack(row, *[0x8080] * (channels - 1), 0xFFFF) * SIDE))
    expected = {0: (255,) * 3, 2: (128, 128, 255), 4: (128,) * 3, 6: (128,) * 3}[colour_type]
    assert (picture.pixels == expected).all()


def grey(values: Any, kind: str = "TIFF") -> Picture:
    """A picture whose first rows hold these values, the last of them to the end."""
    flat = np.full(SIDE * SIDE, values[-1], values.dtype)
    flat[: len(values)] = values
    return decoded(Image.fromarray(flat.reshape(SIDE, SIDE)), kind)


def shown(picture: Picture, count: int) -> list[int]:
    assert (picture.pixels == picture.pixels[..., :1]).all()
    return [int(value) for value in picture.pixels[..., 0].ravel()[:count]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_16_bit_grey_uses_its_whole_range(kind: str, order: str) -> None:
    values = np.arange(0, 65536, 64).astype(order)
    mode = {"<u2": "I;16", ">u2": "I;16B"}[order]
    picture = decoded(Image.frombytes(mode, (SIDE, SIDE), values.tobytes()), kind)
    expected = np.rint(values.astype(float) / 257).astype(int)
    assert shown(picture, values.size) == expected.tolist()
    assert picture.notes == ()


@pytest.mark.parametrize(
    ("values", "levels", "notes"),
    [
        (np.array([0, 257, 65535], np.int32), [0, 1, 255], ()),
        (np.array([-100, 0, 100], np.int32), [0, 128, 255], (STRETCHED,)),
        (np.array([0, 65536, 131072], np.int32), [0, 128, 255], (STRETCHED,)),
        (np.array([-(2**31), 2**31 - 1], np.int32), [0, 255], (STRETCHED,)),
        (np.array([0.0, 0.25, 1.0], np.float32), [0, 64, 255], (STRETCHED,)),
        (np.array([-3e38, 0, 3e38], np.float32), [0, 128, 255], (STRETCHED,)),
        (np.array([0, 1e-45], np.float32), [0, 255], (STRETCHED,)),
        (np.array([5.0, 5.0], np.float32), [0, 0], (STRETCHED,)),
        (np.array([np.nan, -np.inf, 1, 2, np.inf, 2], np.float32), [0, 0, 0, 255, 255, 255], (STRETCHED,)),
        (np.array([np.nan, np.inf], np.float32), [0, 0], (STRETCHED,)),
    ],
)
def test_deep_grey(values: Any, levels: list[int], notes: tuple[Text, ...]) -> None:
    picture = grey(values)
    assert shown(picture, len(values)) == levels
    assert picture.notes == notes


def test_lab() -> None:
    colours = np.full((SIDE, SIDE, 3), (200, 40, 120), np.uint8)
    picture = decoded(Image.fromarray(colours).convert("LAB"), "TIFF")
    assert np.abs(picture.pixels.astype(int) - colours).max() <= 3


def test_cmyk_jpeg_is_not_inverted() -> None:
    picture = decoded(Image.new("CMYK", (SIDE, SIDE), (0, 255, 255, 0)), "JPEG", quality=95)
    assert np.abs(picture.pixels.astype(int) - (255, 0, 0)).max() <= 3


def test_ycbcr_tiff() -> None:
    colours = np.full((SIDE, SIDE, 3), (200, 40, 120), np.uint8)
    picture = decoded(Image.fromarray(colours).convert("YCbCr"), "TIFF")
    assert np.abs(picture.pixels.astype(int) - colours).max() <= 3


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged, under another name."""
    profile = srgb_profile().replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def linear_grey_profile() -> bytes:
    """The smallest grey profile: its numbers are light itself, not the usual curve."""
    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    table = struct.pack(">I", 2) + struct.pack(">4sII4sII", b"wtpt", 156, 20, b"kTRC", 176, 12)
    body = table + white + curve
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"lcms", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + body


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_profile_is_followed(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    image = Image.new("RGB", (SIDE, SIDE), (255, 0, 0))
    picture = decoded(image, kind, icc_profile=swapped_profile(), **options)
    assert np.abs(picture.pixels.astype(int) - (0, 255, 0)).max() <= 2
    assert picture.notes == ()


def test_profile_of_a_jpeg_is_followed() -> None:
    picture = decoded(Image.new("RGB", (SIDE, SIDE), (255, 0, 0)), "JPEG", quality=95, icc_profile=swapped_profile())
    assert np.abs(picture.pixels.astype(int) - (0, 255, 0)).max() <= 12


def test_profile_goes_before_the_white_page() -> None:
    picture = decoded(Image.new("RGBA", (SIDE, SIDE), (255, 0, 0, 51)), "PNG", icc_profile=swapped_profile())
    assert np.abs(picture.pixels.astype(int) - (204, 255, 204)).max() <= 2


@pytest.mark.parametrize(("mode", "colour"), [("L", 128), ("LA", (128, 255))])
def test_grey_profile_is_followed(mode: str, colour: Any) -> None:
    # Half the light is 188 on the curve of sRGB.
    picture = decoded(Image.new(mode, (SIDE, SIDE), colour), "PNG", icc_profile=linear_grey_profile())
    assert np.abs(picture.pixels.astype(int) - 188).max() <= 1


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        pytest.param("RGB", srgb_profile(), id="sRGB"),
        pytest.param("RGB", linear_grey_profile(), id="grey for colour"),
        pytest.param("L", swapped_profile(), id="colour for grey"),
        pytest.param("RGB", b"nonsense", id="nonsense"),
        pytest.param("RGB", swapped_profile()[:200], id="cut off"),
        pytest.param("RGB", swapped_profile().replace(b"curv", b"vruc").replace(b"para", b"arap"), id="no curves"),
        pytest.param("RGB", swapped_profile().replace(b"XYZ ", b"\xff\xff\xff\xff"), id="no primaries"),
    ],
)
def test_profile_that_changes_nothing(mode: str, profile: bytes) -> None:
    image = Image.linear_gradient("L").convert(mode)
    picture = decoded(image, "PNG", icc_profile=profile)
    assert np.array_equal(picture.pixels, np.asarray(image.convert("RGB")))
