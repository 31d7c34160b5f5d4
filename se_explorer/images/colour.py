"""Any of Pillow's modes -> 8-bit sRGB, as a screen would show it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from se_explorer.language import Text, later

__all__ = ["ON_WHITE", "STRETCHED", "to_rgb"]

ON_WHITE = later("Transparent parts are shown on white.")
STRETCHED = later("Its brightness values were stretched from darkest to brightest, to fit a screen.")

# What the three colour spaces of an ICC profile are called there, by the mode that they describe.
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}

# A profile comes from the file, so reading it can fail in all these ways; the picture is then shown without it.
_PROFILE_ERRORS = (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError, OverflowError, MemoryError)


def to_rgb(image: Image.Image) -> tuple[Image.Image, tuple[Text, ...]]:
    """A decoded picture of any mode -> one of mode RGB and the same size, and notes for the person.

    Grey of 16 bits keeps its whole range, other deep grey is stretched from its least to its greatest value, an
    embedded colour profile is followed where it fits, and what is transparent is laid on white.
    """
    profile = image.info.get("icc_profile")
    image, alpha, notes = _split(image)
    rgb = _to_srgb(image, profile)
    if alpha is not None and alpha.getextrema() != (255, 255):
        page = Image.new("RGB", rgb.size, "white")
        page.paste(rgb, mask=alpha)
        return page, (*notes, ON_WHITE)
    return rgb, notes


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None, tuple[Text, ...]]:
    """Colours of mode L, RGB or CMYK, the transparency of mode L if there is any, and notes."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _split_deep(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A"), ()
    if not _key_fits(image.mode, image.info.get("transparency")):
        del image.info["transparency"]
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        alpha = rgba.getchannel("A")
        # A grey picture with one transparent grey stays grey, so that a grey profile still fits it.
        image.info.pop("transparency", None)
        return image if image.mode == "L" else rgba.convert("RGB"), alpha, ()
    if image.mode == "1":
        return image.convert("L"), None, ()
    return image if image.mode in _PROFILE_SPACES else image.convert("RGB"), None, ()


def _key_fits(mode: str, key: Any) -> bool:
    """Whether a transparent colour is one that the mode can hold: a 16-bit colour PNG, read as 8, may name others."""
    match key:
        case None:
            return True
        case bytes():
            return mode == "P"
        case int():
            return mode in ("1", "L", "P") and 0 <= key <= 255
        case (int(), int(), int()):
            return mode == "RGB" and all(0 <= part <= 255 for part in key)
        case _:
            return False


def _split_deep(image: Image.Image) -> tuple[Image.Image, Image.Image | None, tuple[Text, ...]]:
    values = np.asarray(image)
    key = image.info.get("transparency")
    alpha = Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)) if isinstance(key, int) else None
    if image.mode != "F" and values.min() >= 0 and values.max() <= 65535:
        # 65535 / 255 = 257 exactly; adding half of it rounds to the nearest.
        return Image.fromarray(((values.astype(np.uint32) + 128) // 257).astype(np.uint8)), alpha, ()
    return Image.fromarray(_stretch(values)), alpha, (STRETCHED,)


def _stretch(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Least -> 0, greatest -> 255. Infinities count as the ends, what is no number as the least."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if low == high:
        return np.zeros(values.shape, np.uint8)
    # In 64 bits the difference of any two values of 32 fits. In place, since 25 million values take 200 MB as it is.
    with np.errstate(invalid="ignore"):  # a signalling NaN only becomes a quiet one
        wide = values.astype(np.float64)
    np.nan_to_num(wide, copy=False, nan=low, posinf=high, neginf=low)
    wide -= low
    wide /= high - low
    wide *= 255
    levels: NDArray[np.uint8] = np.rint(wide, out=wide).astype(np.uint8)
    return levels


def _to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Mode L, RGB or CMYK -> RGB, by the embedded profile if it is a sound one for this mode."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            fits = source.profile.xcolor_space.strip() == _PROFILE_SPACES[image.mode]
            # sRGB to sRGB would only round some values one step away.
            if fits and not (source.profile.profile_description or "").startswith("sRGB"):
                target = ImageCms.createProfile("sRGB")
                return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image.convert("RGB")
        except _PROFILE_ERRORS:
            pass
    return image.convert("RGB")
