"""A golf ball in the grass, close up, in the low light of the morning."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from rendering.finish import blurred, developed, linear
from rendering.grass import Blades, paint, sown
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm
from rendering.shapes import ball
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

DIMPLES = 332
GREEN = ((48.0, 82.0, 26.0), (142.0, 172.0, 70.0))


def _dimple_centres() -> Array:
    """Evenly spread points on the unit sphere (a Fibonacci spiral, tipped so that no pole shows)."""
    number = np.arange(DIMPLES) + 0.5
    up = 1 - 2 * number / DIMPLES
    turn = number * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - up**2)
    points = np.stack([flat * np.cos(turn), up, flat * np.sin(turn)])
    tip = np.radians(62)
    matrix = np.asarray([[1, 0, 0], [0, np.cos(tip), -np.sin(tip)], [0, np.sin(tip), np.cos(tip)]])
    return (matrix @ points).astype(np.float32)


def _dimple(points: Array, centre: Array) -> tuple[Array, Array, Array]:
    """How deep in its dimple each point lies (1 in the middle, 0 on the rim), the way outwards, and the slope."""
    centres = _dimple_centres()
    out = points - centre[:, None]
    out /= np.sqrt((out**2).sum(0))
    near = (centres.T @ out).argmax(0)
    middle = centres[:, near]
    away = out - middle * (out * middle).sum(0)
    radius = np.sqrt(4 / DIMPLES) * 0.86
    share = np.sqrt((away**2).sum(0)) / radius
    away /= np.maximum(np.sqrt((away**2).sum(0)), 1e-6)
    inside = np.clip((1 - share) / 0.14, 0, 1)
    slope = 0.62 * share * inside * inside * (3 - 2 * inside)
    return np.clip(1 - share, 0, 1), away, slope.astype(np.float32)


def _ball_part(centre: Array) -> Part:
    def bent(points: Array, normal: Array) -> Array:
        _deep, away, slope = _dimple(points, centre)
        bowed = normal - away * slope
        return bowed / np.sqrt((bowed**2).sum(0))

    def white(points: Array) -> Array:
        deep, _away, _slope = _dimple(points, centre)
        dirt = np.clip(fbm(points * 3, 4, 3) - 0.62, 0, 1) * np.clip(0.7 - points[1], 0, 1)
        shade = 0.86 - 0.10 * np.clip(deep * 3, 0, 1) - 0.8 * dirt
        return np.asarray([[1.0], [0.985], [0.95]], np.float32) * shade

    surface = Material(white, gloss=0.045, sharpness=90, bump=bent)
    middle = (float(centre[0]), float(centre[1]), float(centre[2]))
    return Part(ball(middle, 1.0), surface, middle, 1.01)


def _sparkles(canvas: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Gaps between the leaves that a wide-open lens spreads into discs of light."""
    height, width = canvas.height, canvas.width
    glow = np.zeros((height, width, 3), np.float32)
    for _ in range(46):
        disc = Image.new("L", (width, height), 0)
        x, y, radius = rng.uniform(0, width), rng.uniform(-0.02, 0.24) * height, rng.uniform(0.016, 0.036) * height
        ImageDraw.Draw(disc).ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
        tint = np.asarray([150, 190, 90]) * rng.uniform(0.15, 0.55)
        glow += np.asarray(disc, np.float32)[..., None] / 255 * tint
    return Image.fromarray(np.clip(np.asarray(canvas) + blurred(glow, height / 260), 0, 255).astype(np.uint8))


def _meadow(camera: Camera, rng: np.random.Generator) -> Image.Image:
    """What lies behind the ball: blurred trees and light, then grass that sharpens as it comes near."""
    rows, columns = np.mgrid[0 : camera.height, 0 : camera.width].astype(np.float32)
    place = np.stack([columns / camera.height * 5, rows / camera.height * 5, rows * 0])
    flat = place.reshape(3, -1)
    leaves = np.clip((fbm(flat, 4, 8) - 0.30) * 2.2, 0, 1).reshape(camera.height, camera.width, 1)
    light = np.asarray([20, 38, 12]) + leaves * np.asarray([120, 150, 70])
    canvas = Image.fromarray(np.clip(blurred(light.astype(np.float32), camera.height / 36), 0, 255).astype(np.uint8))
    canvas = _sparkles(canvas, rng)
    for near, far, count, blur in (
        (-26, -60, 14000, 10),
        (-12, -26, 12000, 6),
        (-5, -12, 9000, 3),
        (-1.8, -5, 9000, 1),
    ):
        spread = 5 + abs(far) * 0.75
        paint(canvas, camera, sown(rng, count, (-spread, spread, far, near), 0.85, 0.045, GREEN))
        soft = blurred(np.asarray(canvas, np.float32), blur * camera.height / 700)
        canvas = Image.fromarray(np.clip(soft, 0, 255).astype(np.uint8))
    return canvas


def _near_grass(rng: np.random.Generator) -> tuple[Blades, Blades]:
    """The blades around the ball: those behind its middle and those in front of it."""
    near = sown(rng, 9500, (-4.2, 4.2, -1.9, 3.2), 0.70, 0.026, GREEN)
    root = near.spine[:, 0]
    under = np.hypot(root[0], root[2]) < 0.72
    low = (root[2] > 0.2) & (np.abs(root[0]) < 1.2) & (near.spine[1].max(0) > 0.62)
    keep = ~under & ~low
    return near.only(keep & (root[2] < 0.25)), near.only(keep & (root[2] >= 0.25))


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    rng = np.random.default_rng(seed)
    camera = Camera((0.25, 1.75, 6.4), (0.0, 0.98, 0), 27, size[0] * 2, size[1] * 2)
    centre = np.asarray([0.0, 0.98, 0.0], np.float32)
    sky = Sky(zenith=(0.35, 0.5, 0.75), horizon=(0.75, 0.8, 0.7), cover=0)
    lawn = Material((0.10, 0.17, 0.04))
    scene = Scene(
        [_ball_part(centre)],
        sky,
        (-0.85, 0.8, 0.12),
        sunlight=(1.9, 1.72, 1.4),
        ambient=(0.36, 0.43, 0.52),
        ground=lawn,
        bounce=(0.16, 0.22, 0.07),
        reach=1.2,
    )
    light, _far, hits = picture(scene, camera)
    mask = blurred((hits.part.reshape(camera.height, camera.width) == 0).astype(np.float32), 1)[..., None]

    def shade(root: Array) -> Array:
        # The ball's shadow falls to the right and backwards; right under it the grass is darkest.
        along = root[0] * 0.75 - root[2] * 0.66
        across = root[0] * 0.66 + root[2] * 0.75
        inside = np.clip(1.5 - np.hypot((along - 0.55) / 1.15, across / 0.85), 0, 1)
        return (1 - 0.66 * inside).astype(np.float32)

    behind, front = _near_grass(rng)
    canvas = _meadow(camera, rng)
    paint(canvas, camera, behind, shade)
    mixed = linear(canvas) * 1.15 * (1 - mask) + light * mask
    shown = Image.fromarray((np.clip(mixed / 1.6, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8))
    paint(shown, camera, front, lambda root: shade(root) * 0.83)
    return developed(linear(shown) * 1.6, size, seed, exposure=0.95)
