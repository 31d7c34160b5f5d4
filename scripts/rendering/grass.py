"""Grass: thousands of bent blades painted from far to near, each lit at its tip and dark at its root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from rendering.noise import Array
from rendering.tracer import Camera

__all__ = ["Blades", "paint", "sown"]

KNOTS = 6


@dataclass(frozen=True)
class Blades:
    """Blades from far to near: points along each (3, KNOTS, N), half widths and colours at root and tip (3, N)."""

    spine: Array
    width: Array
    root: Array
    tip: Array

    def only(self, keep: Array) -> Blades:
        """The blades where `keep` is true."""
        return Blades(self.spine[:, :, keep], self.width[keep], self.root[:, keep], self.tip[:, keep])


def sown(
    rng: np.random.Generator, count: int, area: tuple[float, float, float, float], height: float, width: float,
    green: tuple[tuple[float, float, float], tuple[float, float, float]],
) -> Blades:  # fmt: skip
    """Blades on the rectangle (x from, x to, z from, z to); colours are 0..255 as on the screen."""
    x = rng.uniform(area[0], area[1], count)
    z = np.sort(rng.uniform(area[2], area[3], count))
    turn, lean = rng.uniform(0, 2 * np.pi, count), rng.gamma(2.2, 0.22, count)
    tall = height * rng.uniform(0.45, 1.15, count)
    steps = np.linspace(0, 1, KNOTS)[:, None]
    spine = np.stack([
        x + np.cos(turn) * lean * tall * steps**1.8,
        tall * (steps - 0.35 * np.minimum(lean, 1.6) * steps**2.5),
        z + np.sin(turn) * lean * tall * steps**1.8,
    ])  # fmt: skip
    dark, bright = np.asarray(green[0])[:, None], np.asarray(green[1])[:, None]
    mix = np.clip(rng.normal(0.5, 0.28, count), 0, 1.1)
    # Blades that lean to the sun's side (left) turn a bright face to it.
    tip = (dark + (bright - dark) * mix) * (1.0 + 0.22 * np.cos(turn + 2.6)) * rng.uniform(0.85, 1.12, (3, count))
    dry = rng.random(count) < 0.05
    tip[:, dry] = np.asarray([178, 168, 96])[:, None] * rng.uniform(0.7, 1, dry.sum())
    return Blades(
        spine.astype(np.float32),
        (width * rng.uniform(0.6, 1.3, count)).astype(np.float32),
        (tip * 0.38).astype(np.float32),
        tip.astype(np.float32),
    )


def paint(canvas: Image.Image, camera: Camera, blades: Blades, light: Callable[[Array], Array] | None = None) -> None:
    """Draw the blades on the canvas; `light` says how bright each is by its root (3, N) -> (N,)."""
    draw = ImageDraw.Draw(canvas)
    count = blades.width.size
    column, row, depth = camera.project(blades.spine.reshape(3, -1))
    x, y = column.reshape(KNOTS, count), row.reshape(KNOTS, count)
    scale = camera.height / 2 / np.tan(np.radians(camera.fov) / 2) / np.maximum(depth.reshape(KNOTS, count)[0], 1e-3)
    half = blades.width * scale
    bright = np.ones(count, np.float32) if light is None else light(blades.spine[:, 0])
    shades = [
        np.clip((blades.root + (blades.tip - blades.root) * share) * bright, 0, 255).astype(np.uint8).T
        for share in np.linspace(0.08, 1, KNOTS - 1)
    ]
    widths = (1 - np.linspace(0, 0.98, KNOTS) ** 2)[:, None] * half
    for i in np.nonzero(depth.reshape(KNOTS, count).min(0) > 0.05)[0]:
        for piece in range(KNOTS - 1):
            a, b = widths[piece, i], widths[piece + 1, i]
            corners = [
                (x[piece, i] - a, y[piece, i]), (x[piece + 1, i] - b, y[piece + 1, i]),
                (x[piece + 1, i] + b, y[piece + 1, i]), (x[piece, i] + a, y[piece, i]),
            ]  # fmt: skip
            draw.polygon(corners, fill=tuple(int(v) for v in shades[piece][i]))
