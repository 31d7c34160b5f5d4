"""Files that are pictures: every format, upright, first frame, named, and the same by any route."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

import se_explorer.images
from se_explorer.errors import ImageError
from se_explorer.images import Picture, decode_picture, load_picture
from se_explorer.images.decode import FORMATS, MAX_BYTES, MAX_SHORT_SIDE

Pixels = NDArray[np.uint8]


def noise(height: int = 40, width: int = 56) -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3)).astype(np.uint8)


def encode(image: Image.Image | Pixels, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(out, kind, **options)
    return out.getvalue()


def said(picture: Picture) -> tuple[str, ...]:
    return tuple(map(str, picture.notes))


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


EXACT: dict[str, dict[str, Any]] = {"PNG": {}, "WEBP": {"lossless": True}, "BMP": {}, "TIFF": {}}
SQUARES = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format(kind: str) -> None:
    flat = np.full((32, 48, 3), (200, 40, 120), np.uint8)
    picture = decode_picture(encode(flat, kind), f"flat.{kind.lower()}")
    assert (picture.format, picture.name, picture.notes) == (kind, f"flat.{kind.lower()}", ())
    assert (picture.width, picture.height, picture.pixels.shape) == (48, 32, (32, 48, 3))
    assert np.abs(picture.pixels.astype(int) - flat).max() <= 3


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd"])
def test_lossless_tiff(compression: str) -> None:
    assert np.array_equal(decode_picture(encode(noise(), "TIFF", compression=compression)).pixels, noise())


def test_same_picture_by_any_route_has_one_digest(tmp_path: Path) -> None:
    pictures = [decode_picture(encode(noise(), kind, **options), kind) for kind, options in EXACT.items()]
    file = tmp_path / "noise.png"
    file.write_bytes(encode(noise(), "PNG", compress_level=1))
    pictures.append(load_picture(file))
    pictures.append(load_picture(str(file)))
    assert all(np.array_equal(picture.pixels, noise()) for picture in pictures)
    assert len({picture.digest for picture in pictures}) == 1
    assert pictures[-1] == pictures[-2]
    assert len({*pictures}) == len(pictures) - 1


def test_digest_knows_shape_and_pixels() -> None:
    flat = np.zeros((32, 64, 3), np.uint8)
    spot = flat.copy()
    spot[5, 5, 1] = 1
    digests = {decode_picture(encode(array, "PNG")).digest for array in (flat, flat.reshape(64, 32, 3), spot)}
    assert len(digests) == 3


def test_picture_cannot_be_changed() -> None:
    picture = decode_picture(encode(noise(), "PNG"))
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        picture.name = "other"  # type: ignore[misc]


def test_tensor_is_a_copy() -> None:
    picture = decode_picture(encode(noise(), "PNG"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tensor = picture.tensor
    assert (tensor.shape, tensor.dtype, tensor.is_contiguous()) == ((3, 40, 56), torch.uint8, True)
    assert np.array_equal(tensor.permute(1, 2, 0).numpy(), noise())
    tensor.zero_()
    assert np.array_equal(picture.pixels, noise())


# What the EXIF standard says of each orientation, written without Pillow: stored -> shown.
UPRIGHT: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: stored.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda stored: np.rot90(stored, 1),
}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_orientation(orientation: int, kind: str) -> None:
    picture = decode_picture(encode(noise(), kind, exif=oriented(orientation), **EXACT[kind]))
    assert np.array_equal(picture.pixels, UPRIGHT[orientation](noise()))
    assert picture.notes == ()


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_orientation_of_a_compressed_tiff_and_a_jpeg(orientation: int) -> None:
    packed = decode_picture(encode(noise(), "TIFF", exif=oriented(orientation), compression="tiff_lzw"))
    assert np.array_equal(packed.pixels, UPRIGHT[orientation](noise()))
    plain = decode_picture(encode(noise(), "JPEG"))
    turned = decode_picture(encode(noise(), "JPEG", exif=oriented(orientation)))
    assert np.array_equal(turned.pixels, UPRIGHT[orientation](plain.pixels))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_unknown_orientation_is_none(orientation: int) -> None:
    assert np.array_equal(decode_picture(encode(noise(), "PNG", exif=oriented(orientation))).pixels, noise())


def test_sound_orientation_among_broken_tags() -> None:
    exif = oriented(6)
    exif[0x010F] = "maker"
    broken = exif.tobytes().replace(b"\x0f\x01\x02\x00", b"\x0f\x01\x0a\x00")
    picture = decode_picture(encode(noise(), "PNG", exif=broken))
    assert np.array_equal(picture.pixels, UPRIGHT[6](noise()))


def animation(kind: str) -> bytes:
    return encode(SQUARES[0], kind, save_all=True, append_images=SQUARES[1:], **EXACT.get(kind, {}))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations_give_their_first_frame(kind: str) -> None:
    picture = decode_picture(animation(kind))
    assert np.array_equal(picture.pixels, np.asarray(SQUARES[0]))
    assert said(picture) == ("Animated: only the first of 3 frames is used.",)


@pytest.mark.parametrize("big", [False, True])
def test_pages_of_a_tiff(big: bool) -> None:
    picture = decode_picture(encode(SQUARES[0], "TIFF", save_all=True, append_images=SQUARES[1:], big_tiff=big))
    assert np.array_equal(picture.pixels, np.asarray(SQUARES[0]))
    assert said(picture) == ("Several pages: only the first of 3 is used.",)


def test_mpo_is_a_jpeg() -> None:
    picture = decode_picture(encode(SQUARES[0], "MPO", save_all=True, append_images=SQUARES[1:]), "stereo.mpo")
    assert (picture.format, picture.notes) == ("JPEG", ())
    assert np.abs(picture.pixels.astype(int) - np.asarray(SQUARES[0])).max() <= 3


@pytest.mark.parametrize(
    ("name", "shown", "notes"),
    [
        ("cat.jpg", "cat.jpg", ()),
        ("cat.JPEG", "cat.JPEG", ()),
        ("cat.png", "cat.png", ("Named .png, but it is a JPEG picture.",)),
        ("cat.HEIC", "cat.HEIC", ("Named .heic, but it is a JPEG picture.",)),
        ("cat", "cat", ()),
        ("holiday.2024", "holiday.2024", ()),
        ("C:\\photos\\cat.jpg", "cat.jpg", ()),
        ("../../etc/cat.jpg", "cat.jpg", ()),
        ("c\x00a\nt\u202e.jpg", "cat.jpg", ()),
        ("小猫.jpg", "小猫.jpg", ()),
        ("", "picture", ()),
        ("///", "picture", ()),
        ("x" * 300 + ".jpg", "x" * 60 + "…" + "x" * 35 + ".jpg", ()),
    ],
)
def test_names(name: str, shown: str, notes: tuple[str, ...]) -> None:
    picture = decode_picture(encode(noise(), "JPEG"), name)
    assert (picture.name, said(picture)) == (shown, notes)


@pytest.mark.parametrize(
    ("width", "height", "kept"),
    [(1024, 1500, (1024, 1500)), (1025, 1025, (1024, 1024)), (2048, 3072, (1024, 1536)), (3000, 1100, (2793, 1024))],
)
def test_large_pictures_are_bounded(width: int, height: int, kept: tuple[int, int]) -> None:
    # A slope from black to white stays one: no step, no wraparound.
    slope = np.broadcast_to(np.linspace(0, 255, width)[None, :, None], (height, width, 3)).astype(np.uint8)
    picture = decode_picture(encode(slope, "BMP"))
    assert (picture.width, picture.height) == kept
    assert min(kept) <= MAX_SHORT_SIDE
    assert picture.notes == ()
    assert picture.pixels[0, 0, 0] <= 1
    assert picture.pixels[0, -1, 0] >= 254
    assert (np.diff(picture.pixels[0, :, 0].astype(int)) >= 0).all()


def test_many_threads_decode_at_once() -> None:
    files = [encode(noise(300, 200 + index), kind) for index in range(6) for kind in FORMATS]
    alone = [decode_picture(data) for data in files]
    filters = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(decode_picture, files * 3))
    assert together == alone * 3
    assert list(warnings.filters) == filters


@pytest.mark.parametrize(
    ("make", "received"),
    [
        (lambda folder: folder / "missing.png", "none"),
        (lambda folder: folder, "a folder"),
        (lambda folder: folder / "nul\0.png", "none"),
        (lambda folder: folder / ("x" * 5000), "too long"),
    ],
)
def test_paths_that_lead_to_no_file(tmp_path: Path, make: Callable[[Path], Path], received: str) -> None:
    with pytest.raises(ImageError, match=received):
        load_picture(make(tmp_path))


def test_long_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "long.png"
    with file.open("wb") as out:
        out.truncate(3 * MAX_BYTES)
    with pytest.raises(ImageError, match=r"at most 20 MB, but got one of 60\.0 MB"):
        load_picture(file)


def test_public_names() -> None:
    assert {"Picture", "Preprocessing", "decode_picture", "load_picture"} <= set(se_explorer.images.__all__)
    assert se_explorer.images.Picture is Picture
