"""Feature maps as pictures: one colour scale for signed values, one PNG for many channels. NumPy and Pillow only."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from se_explorer.figures.palette import DIVERGING, SIGNED_STEPS, Theme, colour, rgb
from se_explorer.figures.wording import number

__all__ = ["colour_map", "colour_scale_png", "map_png", "overlay"]


def signed_index(values: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Places in the diverging table, uint8: 128 for 0, 248 for ``limit`` and above, 8 for ``-limit`` and below.

    Args:
        values: any shape.
        limit: one for all, or an array that broadcasts against the values. Where it is 0 (a map that is 0 all over),
            everything is neutral.
    """
    values = np.asarray(values, dtype=np.float32)
    limit = np.asarray(limit, dtype=np.float32)
    scale = np.divide(np.float32(SIGNED_STEPS), limit, out=np.zeros_like(limit), where=limit > 0)
    index: np.ndarray = (np.rint(np.clip(values * scale, -SIGNED_STEPS, SIGNED_STEPS)) + 128).astype(np.uint8)
    return index


def colour_map(values: np.ndarray, limit: float | np.ndarray) -> np.ndarray:
    """Colours of signed values: (h, w) -> uint8 (h, w, 3). Blue is negative, neutral 0, orange to brown positive.

    Args:
        values: (h, w), or any shape; a last axis of three is added.
        limit: the size of value at both ends of the scale. The same limit before and after scaling, or the picture
            hides what the gate did.
    """
    coloured: np.ndarray = DIVERGING[signed_index(values, limit)]
    return coloured


def map_png(values: np.ndarray, limit: float, size: int) -> bytes:
    """One map (h, w) large: a PNG whose longer side has ``size`` px, every value a hard-edged block."""
    height, width = values.shape
    longer = max(height, width)
    shape = (max(1, round(size * width / longer)), max(1, round(size * height / longer)))
    return png_bytes(Image.fromarray(colour_map(values, limit)).resize(shape, Image.Resampling.NEAREST))


def overlay(seen: np.ndarray, values: np.ndarray, limit: float, strength: float) -> bytes:
    """A map laid over the picture that the network saw, as PNG of the picture's size.

    The picture turns grey; the map is smoothed to its size (bilinear) and covers it the more, the larger the value.

    Args:
        seen: uint8 (H, W, 3).
        values: (h, w).
        limit: the size of value at both ends of the scale.
        strength: opacity in 0..1 at the ends of the scale.
    """
    height, width = seen.shape[:2]
    small = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    large = np.asarray(small.resize((width, height), Image.Resampling.BILINEAR))
    grey = np.asarray(Image.fromarray(seen).convert("L"), dtype=np.float32)[..., None]
    share = np.clip(np.abs(large) / limit, 0, 1) if limit > 0 else np.zeros_like(large)
    alpha = (np.clip(strength, 0, 1) * share)[..., None]
    mixed = grey * (1 - alpha) + colour_map(large, limit).astype(np.float32) * alpha
    return png_bytes(Image.fromarray(np.rint(mixed).astype(np.uint8)))


def colour_scale_png(limit: float, theme: Theme, width: int) -> bytes:
    """The signed scale as a bar ``width`` px wide, with -limit, 0 and +limit written below it."""
    bar, line = 14, 20
    canvas = np.full((bar + line, width, 3), rgb(colour("background", theme)), dtype=np.uint8)
    canvas[:bar] = colour_map(np.linspace(-1, 1, width)[None, :], 1.0)
    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    ink = rgb(colour("text", theme))
    ends = number(limit)
    for place, anchor, text in ((1, "ls", f"-{ends}"), (width / 2, "ms", "0"), (width - 1, "rs", f"+{ends}")):
        if limit > 0 or text == "0":
            draw.text((place, bar + 15), plain(text), fill=ink, font=ImageFont.load_default(size=13), anchor=anchor)
    return png_bytes(picture)


def plain(text: str) -> str:
    """The text in the letters that Pillow's own font has: a hyphen for the minus sign."""
    return text.replace("−", "-")


def png_bytes(picture: Image.Image, level: int = 6) -> bytes:
    """The picture as PNG, packed with that zlib level."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=level)
    return buffer.getvalue()
