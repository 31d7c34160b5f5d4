"""The darkroom: linear light to an 8-bit picture with a lens' blur, bloom, vignette and grain; textures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from rendering.noise import Array

__all__ = ["blurred", "decal", "defocused", "developed", "linear"]


def linear(image: Image.Image) -> Array:
    """An 8-bit picture -> linear light (height, width, 3)."""
    return (np.asarray(image.convert("RGB"), np.float32) / 255) ** np.float32(2.2)


def _box_sum(light: Array, radius: int, axis: int) -> Array:
    """Mean over 2 * radius + 1 neighbours along an axis, with the edges repeated."""
    pad = [(0, 0)] * light.ndim
    pad[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(light, pad, mode="edge"), axis=axis, dtype=np.float64)
    size = light.shape[axis]
    upper = np.take(total, range(2 * radius + 1, 2 * radius + 1 + size), axis=axis)
    return ((upper - np.take(total, range(size), axis=axis)) / (2 * radius + 1)).astype(np.float32)


def blurred(light: Array, radius: float) -> Array:
    """Near-Gaussian blur of (height, width) or (height, width, channels): three box blurs."""
    reach = round(radius)
    if reach < 1:
        return light
    for _ in range(3):
        light = _box_sum(_box_sum(light, reach, 0), reach, 1)
    return light


def developed(
    light: Array, size: tuple[int, int], seed: int, exposure: float = 1.0, grain: float = 0.008
) -> Image.Image:
    """Linear light, larger than wanted -> a picture of `size`, tone-mapped like a camera's own JPEG."""
    height, width = light.shape[:2]
    rng = np.random.default_rng(seed)
    bloom = blurred(np.minimum(np.maximum(light - 1.1, 0), 4), width / 60)
    light = (light + 0.25 * bloom) * np.float32(exposure)
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    light = light * (1 - 0.16 * (rows**2 + columns**2) * 0.5)[..., None]
    # The film curve of Narkowicz's ACES fit: shadows keep their depth, highlights roll off instead of clipping.
    light = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    picture = Image.fromarray((light ** (1.1 / 2.2) * 255).round().astype(np.uint8))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    noise = rng.normal(0, 255 * grain, (size[1], size[0], 1)) + rng.normal(0, 120 * grain, (size[1], size[0], 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


def decal(image: Image.Image, left: float, right: float, bottom: float, top: float) -> Callable[[Array, Array], Array]:
    """A picture stretched over a rectangle: (u, v) -> linear colours (3, N), bilinear, edges repeated."""
    texture = linear(image)
    height, width = texture.shape[:2]

    def colours(u: Array, v: Array) -> Array:
        x = np.clip((u - left) / (right - left) * width - 0.5, 0, width - 1.001)
        y = np.clip((top - v) / (top - bottom) * height - 0.5, 0, height - 1.001)
        i, j = x.astype(np.int32), y.astype(np.int32)
        s, t = (x - i)[:, None], (y - j)[:, None]
        upper = texture[j, i] * (1 - s) + texture[j, i + 1] * s
        lower = texture[j + 1, i] * (1 - s) + texture[j + 1, i + 1] * s
        return np.ascontiguousarray((upper * (1 - t) + lower * t).T)

    return colours


def defocused(light: Array, near: Array, radius: float) -> Array:
    """Blur what is not `near` (0..1 per pixel), without smearing the near things into it."""
    behind = 1 - near
    veil = blurred(behind, radius)[..., None]
    soft = blurred(light * behind[..., None], radius) / np.maximum(veil, 1e-3)
    edge = blurred(near, 1)[..., None]
    return (soft * (1 - edge) + light * edge).astype(np.float32)
