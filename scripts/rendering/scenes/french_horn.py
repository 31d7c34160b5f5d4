"""A French horn of polished brass before a dark red curtain."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rendering.finish import developed
from rendering.light import Scene, picture
from rendering.noise import Array, dot, fbm, length
from rendering.shapes import Distance, box, capsule, cylinder, join, moved, ring, rotation, tube
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

COIL = 0.80  # radius of the big loop, around the origin in the x-y plane
MOUTH, THROAT, LONG = 0.80, 0.125, 1.62  # the bell: radius at its mouth and its throat, and its length
BELL_AXIS = (0.90, -0.06, 0.43)
SLIDES = (  # x, y, length, turn in degrees, depth
    (-0.24, -0.10, 0.34, -84, 0.16),
    (-0.01, -0.08, 0.42, -88, 0.14),
    (0.24, -0.04, 0.36, -92, 0.16),
    (-0.30, 0.12, 0.36, 138, 0.10),
    (0.28, 0.16, 0.34, 52, 0.12),
)


def _bell() -> Distance:
    """A thin shell that flares faster and faster, with a rolled rim."""
    axis = np.asarray(BELL_AXIS, np.float32)
    axis /= np.linalg.norm(axis)
    start = np.asarray([-0.15, -COIL, 0.02], np.float32)[:, None]

    def distance(p: Array) -> Array:
        q = p - start
        along = dot(q, axis) / np.float32(LONG)
        inner = np.clip(along, 0, 1)
        side = length(q - axis[:, None] * (along * np.float32(LONG)))
        radius = THROAT + 0.16 * inner**1.6 + (MOUTH - THROAT - 0.16) * inner**5.5
        steep = (0.26 * inner**0.6 + 5.5 * (MOUTH - THROAT - 0.16) * inner**4.5) / LONG
        shell = np.abs(side - radius) / np.sqrt(1 + steep**2) - 0.010
        ends = np.maximum(-along, along - 1) * np.float32(LONG)
        rim = np.hypot(side - MOUTH, (along - 1) * np.float32(LONG)) - 0.022
        return np.minimum(np.maximum(shell, ends), rim).astype(np.float32)

    return distance


def _arc(
    radius: float, start: float, stop: float, depth: tuple[float, float], pieces: int = 22
) -> list[tuple[float, float, float]]:
    """Points on a circle in the x-y plane, from angle to angle in degrees, drifting in depth."""
    angle = np.radians(np.linspace(start, stop, pieces))
    deep = np.linspace(*depth, pieces)
    return [(float(radius * np.cos(a)), float(radius * np.sin(a)), float(z)) for a, z in zip(angle, deep, strict=True)]


def _loops() -> list[Distance]:
    """The big loop, which widens into the bell, the inner loops and the mouthpipe."""
    big = [
        (0.10, -0.16, 0.10),
        (0.22, -0.34, 0.12),
        (0.40, -0.52, 0.12),
        *_arc(COIL, -38, 264, (0.11, 0.02), 34),
        (-0.10, -COIL - 0.005, 0.03),
    ]
    pipe = [
        (-1.30, 0.98, 0.36),
        (-0.95, 0.90, 0.30),
        (-0.60, 0.83, 0.24),
        (-0.32, 0.76, 0.19),
        *_arc(0.70, 95, -60, (0.17, 0.15), 14),
    ]
    return [
        tube(big, 0.045, THROAT + 0.005),
        tube(pipe, 0.030, 0.042),
        ring((0, 0, -0.10), 2, 0.66, 0.042),
        ring((0, 0, 0.03), 2, 0.58, 0.040),
        tube(_arc(0.50, -150, 70, (-0.06, 0.05), 18), 0.038),
    ]


def _slides() -> list[Distance]:
    """The U-shaped valve slides that cross the loop, with their little pull rings."""
    parts: list[Distance] = []
    for x, y, long, turn, depth in SLIDES:
        angle = np.radians(np.linspace(90, -90, 7))
        bend = [(long + 0.07 * float(np.cos(a)), 0.07 * float(np.sin(a)), 0.0) for a in angle]
        parts.append(moved(tube([(0, 0.07, 0), *bend, (0, -0.07, 0)], 0.030), (x, y, depth), rotation(2, turn)))
        joint = [capsule((long * 0.55, s, 0), (long * 0.72, s, 0), 0.040) for s in (0.07, -0.07)]
        parts += [moved(j, (x, y, depth), rotation(2, turn)) for j in joint]
    return parts


def _valves() -> list[Distance]:
    """Three rotary valves, their caps, and the levers that the left hand presses."""
    parts: list[Distance] = []
    for i in range(3):
        x, y = -0.27 + 0.25 * i, 0.06 + 0.03 * i
        parts.append(cylinder((x, y, 0.12), 2, 0.115, 0.13, 0.015))
        parts.append(cylinder((x, y, 0.27), 2, 0.098, 0.03, 0.02))
        parts.append(cylinder((x, y, 0.31), 2, 0.03, 0.03, 0.01))
        parts.append(capsule((x, y, 0.31), (x - 0.12, y + 0.30, 0.30), 0.014))
        paddle = moved(box((0, 0, 0), (0.055, 0.16, 0.014), 0.012), (x - 0.19, y + 0.46, 0.31), rotation(2, 22))
        parts.append(paddle)
    parts.append(capsule((-0.55, 0.36, 0.27), (0.2, 0.46, 0.27), 0.016))
    return parts


def _mouthpiece() -> list[Distance]:
    start = np.asarray((-1.29, 0.978, 0.358))
    along = np.asarray((-0.96, 0.22, 0.16))
    return [
        capsule(start, start + along * 0.22, 0.026, 0.05),
        capsule(start + along * 0.22, start + along * 0.25, 0.085),
    ]


def _studio(direction: Array) -> Array:
    """A dark room with three soft lamps for the brass to mirror; where the camera looks hangs a curtain."""
    x, y, z = direction
    colour = np.asarray([[0.10], [0.075], [0.065]], np.float32) * (1.0 + 0.8 * y)
    floor = np.clip(-y * 3, 0, 1)
    colour = colour * (1 - floor) + np.asarray([[0.05], [0.022], [0.016]], np.float32) * floor

    def lamp(towards: tuple[float, float, float], wide: float, tall: float, power: float) -> Array:
        aim = np.asarray(towards) / np.linalg.norm(towards)
        right = np.cross(aim, (0, 1, 0))
        right /= np.linalg.norm(right)
        ahead = np.maximum(dot(aim, direction), 1e-3)
        u, v = dot(right, direction) / ahead, dot(np.cross(right, aim), direction) / ahead
        inside = np.clip((wide - np.abs(u)) / 0.12, 0, 1) * np.clip((tall - np.abs(v)) / 0.12, 0, 1)
        return power * inside * (dot(aim, direction) > 0.05)

    light = (
        lamp((-0.7, 0.65, 0.6), 0.55, 0.4, 3.4)
        + lamp((0.9, 0.35, 0.5), 0.22, 0.75, 2.2)
        + lamp((0.1, 0.9, -0.3), 0.9, 0.3, 1.4)
    )
    colour = colour + light * np.asarray([[1.0], [0.96], [0.90]], np.float32)
    across = x / np.maximum(-z, 0.2)
    fold = fbm(np.stack([across * 9 + 0.5 * y, y * 0.6, y * 0]), 3, 5)
    wave = 0.5 + 0.5 * np.sin(across * 34 + 9 * fold)
    spot = np.exp(-3.5 * ((across + 0.15) ** 2 + (y + 0.02) ** 2))
    curtain = (
        np.asarray([[0.30], [0.016], [0.022]], np.float32) * (0.10 + 0.75 * wave * fold + 0.1) * (0.25 + 1.1 * spot)
    )
    return np.where(z < -0.55, curtain, colour).astype(np.float32)


def _brass(p: Array) -> Array:
    tone = 0.92 + 0.16 * (fbm(p * 3, 3, 2) - 0.5)
    return np.asarray([[1.0], [0.70], [0.27]], np.float32) * tone


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    camera = Camera((0.9, 0.35, 6.4), (0.12, -0.40, 0.1), 29.5, size[0] * 2, size[1] * 2)
    brass = Material(_brass, gloss=0.9, sharpness=140, metal=True)
    silver = Material((0.86, 0.86, 0.88), gloss=0.9, sharpness=120, metal=True)
    bell_middle = (0.60, -0.86, 0.36)
    parts = [
        Part(_bell(), brass, bell_middle, 1.35, slack=0.7),
        Part(join(_loops()), brass, (-0.3, 0.05, 0.1), 1.7),
        Part(join(_slides()), brass, (0, -0.05, 0.12), 0.8),
        Part(join(_valves()), silver, (-0.08, 0.28, 0.2), 0.75),
        Part(join(_mouthpiece()), silver, (-1.41, 1.0, 0.38), 0.3),
    ]
    scene = Scene(
        parts, _studio, (-0.7, 0.75, 0.75), (2.2, 2.0, 1.75), (0.30, 0.28, 0.27), bounce=(0.16, 0.07, 0.05),
        softness=0.10, reach=0.30, detail=8e-4,
    )  # fmt: skip
    light, _far, _hits = picture(scene, camera)
    return developed(light, size, seed, exposure=0.95)
