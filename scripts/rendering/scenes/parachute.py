"""A round parachute of red, white and orange panels under a summer sky, seen from below."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from rendering.finish import developed, linear
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm
from rendering.shapes import Distance, ball, box, capsule, melt
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

PANELS = 20
RIM = -0.12  # height of the rim; the dome's middle is the origin
HARNESS = (0.02, -1.52, 0.0)
COLOURS = ((0.78, 0.035, 0.03), (0.86, 0.84, 0.80), (0.90, 0.30, 0.02), (0.86, 0.84, 0.80))


def _turn(p: Array) -> Array:
    """Which way round the dome a point lies, counted in panels."""
    return (np.arctan2(p[2], p[0]) / (2 * np.pi) * PANELS).astype(np.float32)


def _canopy() -> Distance:
    """A thin dome whose panels bulge between the seams and whose rim hangs in scallops."""

    def distance(p: Array) -> Array:
        bow = np.abs(np.sin(np.pi * _turn(p)))
        flat = np.hypot(p[0], p[2])
        share = np.clip(flat, 0, 1)
        radius = 0.97 + 0.055 * bow * share
        # The dome draws in a little at the rim, where the lines pull.
        wide = flat / np.where(p[1] < 0, 1 - 0.5 * p[1] ** 2, 1.0)
        dome = np.abs(np.hypot(wide, p[1] / 0.74) - radius) * 0.74 - 0.006
        rim = np.float32(RIM) + 0.055 * bow - p[1]
        vent = 0.055 - flat
        return np.maximum(np.maximum(dome, rim), vent).astype(np.float32)

    return distance


def _cloth(p: Array) -> Array:
    """Coloured panels, darker seams, a band above the rim and the faint wrinkles of the cloth."""
    turn = _turn(p)
    number = np.floor(turn).astype(np.int32) % len(COLOURS)
    colour = np.asarray(COLOURS, np.float32)[number].T
    band = (p[1] > 0.02) & (p[1] < 0.11)
    colour = np.where(band, np.asarray([[0.86], [0.84], [0.80]], np.float32), colour)
    seam = np.abs(turn - np.round(turn)) * np.hypot(p[0], p[2])
    cross = np.abs((p[1] * 5) % 1 - 0.5) < 0.025
    wrinkle = 0.84 + 0.32 * fbm(np.stack([turn * 2.2, p[1] * 3, p[1] * 0]), 4, 3)
    return colour * np.where(seam < 0.022, 0.55, np.where(cross, 0.8, 1.0)) * wrinkle


def _jumper() -> list[Part]:
    """The person in the harness, arms up at the lines."""
    x, y, z = HARNESS
    body = [
        capsule((x, y - 0.06, z), (x + 0.01, y - 0.20, z + 0.01), 0.050, 0.045),
        capsule((x - 0.03, y - 0.21, z), (x - 0.055, y - 0.33, z + 0.05), 0.030, 0.024),
        capsule((x - 0.055, y - 0.33, z + 0.05), (x - 0.06, y - 0.45, z + 0.0), 0.022, 0.018),
        capsule((x + 0.03, y - 0.21, z), (x + 0.05, y - 0.33, z + 0.04), 0.030, 0.024),
        capsule((x + 0.05, y - 0.33, z + 0.04), (x + 0.04, y - 0.455, z - 0.01), 0.022, 0.018),
        capsule((x - 0.05, y - 0.07, z), (x - 0.10, y + 0.02, z + 0.02), 0.020, 0.017),
        capsule((x - 0.10, y + 0.02, z + 0.02), (x - 0.075, y + 0.12, z + 0.01), 0.017, 0.014),
        capsule((x + 0.05, y - 0.07, z), (x + 0.10, y + 0.02, z + 0.02), 0.020, 0.017),
        capsule((x + 0.10, y + 0.02, z + 0.02), (x + 0.075, y + 0.12, z + 0.01), 0.017, 0.014),
    ]
    pack = box((x, y - 0.12, z - 0.06), (0.045, 0.07, 0.03), 0.02)
    middle = (x, y - 0.17, z)
    suit = Material((0.03, 0.045, 0.10), gloss=0.02, sharpness=12)
    return [
        Part(melt(body, 0.02), suit, middle, 0.36),
        Part(ball((x, y + 0.015, z + 0.005), 0.043), Material((0.6, 0.6, 0.62), gloss=0.08), (x, y + 0.015, z), 0.05),
        Part(pack, Material((0.25, 0.02, 0.02)), middle, 0.2),
    ]


def _lines(light: Array, camera: Camera) -> Array:
    """The suspension lines, drawn over the picture from the rim's seams to the two risers."""
    image = Image.fromarray((np.clip(light / 2, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    angle = np.arange(PANELS) / PANELS * 2 * np.pi
    rim = np.stack([0.965 * np.cos(angle), np.full(PANELS, RIM), 0.965 * np.sin(angle)])
    side = np.where(np.cos(angle) > 0, 0.075, -0.075)
    hands = np.stack([HARNESS[0] + side, np.full(PANELS, HARNESS[1] + 0.14), np.full(PANELS, 0.01)])
    shoulders = np.asarray([(HARNESS[0] + s, HARNESS[1] - 0.05, 0.0) for s in (-0.04, 0.04)]).T
    x0, y0, _ = camera.project(rim.astype(np.float32))
    x1, y1, _ = camera.project(hands.astype(np.float32))
    x2, y2, _ = camera.project(shoulders.astype(np.float32))
    for i in range(PANELS):
        grey = 60 if np.sin(angle[i]) > 0 else 85
        draw.line([(x0[i], y0[i]), (x1[i], y1[i])], fill=(grey, grey, grey + 6), width=2)
        k = 1 if side[i] > 0 else 0
        draw.line([(x1[i], y1[i]), (x2[k], y2[k])], fill=(40, 40, 44), width=3)
    return linear(image) * 2


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    camera = Camera((0.75, -2.1, 6.0), (0.0, -0.56, 0), 30, size[0] * 2, size[1] * 2)
    cloth = Material(_cloth, gloss=0.02, sharpness=10, through=0.55)
    parts = [Part(_canopy(), cloth, (0.0, 0.3, 0.0), 1.14, slack=0.6), *_jumper()]
    sky = Sky(zenith=(0.07, 0.20, 0.55), horizon=(0.36, 0.56, 0.86), cover=0.42, scale=1.5, seed=seed)
    scene = Scene(parts, sky, (-0.55, 0.75, 0.45), ambient=(0.45, 0.55, 0.72), bounce=(0.42, 0.42, 0.40), reach=0.3)
    light, _far, _hits = picture(scene, camera)
    return developed(_lines(light, camera), size, seed, exposure=0.8)
