"""Damaged files: whatever was changed or cut off, a Picture or an ImageError and nothing else."""

from __future__ import annotations

import io
import random
import warnings
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from se_explorer.errors import ImageError
from se_explorer.images import Picture, decode_picture

NOISE = np.random.default_rng(3).integers(0, 256, (40, 48, 3)).astype(np.uint8)
IMAGE = Image.fromarray(NOISE)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.copy().save(out, kind, **options)  # the saved image remembers its encoder's settings
    return out.getvalue()


def more() -> dict[str, Any]:
    return {"save_all": True, "append_images": [IMAGE.rotate(90), IMAGE.rotate(180)]}


def _valid() -> dict[str, bytes]:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 1, "maker"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with_more = {"exif": exif, "icc_profile": profile}
    files = {
        "jpeg": encode(IMAGE, "JPEG", **with_more),
        "progressive jpeg": encode(IMAGE, "JPEG", progressive=True),
        "cmyk jpeg": encode(IMAGE.convert("CMYK"), "JPEG"),
        "mpo": encode(IMAGE, "MPO", **more()),
        "png": encode(IMAGE, "PNG", **with_more),
        "apng": encode(IMAGE, "PNG", **more()),
        "palette png": encode(IMAGE.convert("P"), "PNG", transparency=3),
        "webp": encode(IMAGE, "WEBP", **with_more),
        "lossless webp": encode(IMAGE, "WEBP", lossless=True),
        "animated webp": encode(IMAGE, "WEBP", **more()),
        "bmp": encode(IMAGE, "BMP"),
        "gif": encode(IMAGE, "GIF", **more()),
        "tiff": encode(IMAGE, "TIFF", exif=exif),
        "pages": encode(IMAGE, "TIFF", **more()),
        "big tiff": encode(IMAGE, "TIFF", big_tiff=True),
        "float tiff": encode(IMAGE.convert("F"), "TIFF"),
    }
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        files[compression] = encode(IMAGE, "TIFF", compression=compression)
    return files


VALID = _valid()


@pytest.mark.parametrize("name", VALID)
def test_truncated(name: str) -> None:
    data = VALID[name]
    first = decode_picture(data)
    for cut in sorted({*range(0, 64), *range(64, len(data), max(1, len(data) // 97)), len(data) - 1}):
        try:
            picture = decode_picture(data[:cut])
        except ImageError:
            continue
        # What is whole though the file is not: a later frame, or the end mark, is missing.
        assert picture.digest == first.digest, cut


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    data = encode(IMAGE, kind)
    with pytest.raises(ImageError, match=f"a whole {kind} picture, but got one that cannot be decoded") as caught:
        decode_picture(data[: len(data) // 2])
    assert isinstance(caught.value.__cause__, Exception)


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        # Half of the changes hit the header, where the numbers are.
        place = chance.randrange(chance.choice((len(changed), min(len(changed), 200))))
        match chance.randrange(5):
            case 0 | 1:
                changed[place] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
            case 2:
                del changed[place : place + chance.randrange(1, 20)]
            case 3:
                changed[place:place] = chance.randbytes(chance.randrange(1, 20))
            case 4:
                changed[place:place] = changed[place : place + chance.randrange(1, 60)]
    return bytes(changed)


FUZZ = settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@FUZZ
@given(st.sampled_from(sorted(VALID)), st.integers(0, 2**32))
def test_mutations_give_a_picture_or_an_image_error(name: str, seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Anything but an ImageError fails the test by itself.
        with suppress(ImageError):
            picture = decode_picture(mutated(VALID[name], random.Random(seed)))
            assert isinstance(picture, Picture)
            assert picture.pixels.shape == (picture.height, picture.width, 3)


@FUZZ
@given(st.binary(max_size=200), st.sampled_from([b"", *(data[:12] for data in VALID.values())]))
def test_any_bytes_behind_a_signature(tail: bytes, start: bytes) -> None:
    with pytest.raises(ImageError):
        decode_picture(start + tail)


@FUZZ
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2**32), st.booleans())
def test_broken_exif_and_profile_leave_the_picture(kind: str, seed: int, exif: bool) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    plain = decode_picture(encode(IMAGE, kind, **options))
    chance = random.Random(seed)
    tags = Image.Exif()
    tags[0x010F], tags[0x011A], tags[0x0128] = "maker", 72.0, 2
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    broken = {"exif": mutated(tags.tobytes(), chance)} if exif else {"icc_profile": mutated(profile, chance)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = decode_picture(encode(IMAGE, kind, **options, **broken))
    # A tag may by chance become an orientation, and a profile another sound one: then only the count of pixels stays.
    assert picture.pixels.size == plain.pixels.size


def test_warnings_do_not_matter() -> None:
    # An EXIF block that ends within its tags makes Pillow warn.
    data = encode(IMAGE, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x09\x01")
    for action in ("error", "always"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter(action)  # type: ignore[arg-type]
            assert np.array_equal(decode_picture(data).pixels, decode_picture(encode(IMAGE, "JPEG")).pixels)
        assert not caught
