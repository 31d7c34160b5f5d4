"""An orange chain saw on a tree stump at the edge of a wood."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rendering.finish import decal, defocused, developed
from rendering.foliage import Tree, planted
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm
from rendering.shapes import Distance, box, capsule, cylinder, join, melt, moved, rotation, rounded, tube
from rendering.tracer import Camera, Material, Part

__all__ = ["UP", "render", "saw"]

UP = 1.56  # height of the saw's middle; the stump ends at STUMP
STUMP = 1.12
BAR_FROM, BAR_TO, BAR_HALF, BAR_Z = 0.3, 2.35, 0.135, 0.05
DARK = Material((0.022, 0.022, 0.024), gloss=0.04, sharpness=25)


def _along(p: Array) -> tuple[Array, Array]:
    """Distance from the bar's middle line in the x-y plane, and the way round the bar's edge."""
    x, y = p[0], p[1] - UP + 0.06
    nearest = np.clip(x, BAR_FROM, BAR_TO)
    far = np.hypot(x - nearest, y)
    nose = np.arctan2(x - BAR_TO, y) * BAR_HALF
    way = np.where(x > BAR_TO, BAR_TO + nose, np.where(y > 0, x, 2 * BAR_TO + np.pi * BAR_HALF - x))
    return far, way


def _bar() -> Distance:
    def distance(p: Array) -> Array:
        far, _way = _along(p)
        return np.maximum(far - BAR_HALF, np.abs(p[2] - BAR_Z) - 0.018).astype(np.float32)

    return distance


def _chain() -> Distance:
    """Links all round the bar with a slanting cutter on every other one."""

    def distance(p: Array) -> Array:
        far, way = _along(p)
        link = (way / 0.105) % 2
        tooth = np.where(link < 0.9, 0.022 + 0.030 * link, 0.016 + 0.010 * (link > 1.15))
        ring = np.abs(far - BAR_HALF - 0.012) - 0.012
        cutter = np.maximum(np.abs(far - BAR_HALF - tooth / 2) - tooth / 2, np.abs(p[2] - BAR_Z) - 0.034)
        return np.minimum(np.maximum(ring, np.abs(p[2] - BAR_Z) - 0.026), cutter).astype(np.float32)

    return distance


def _steel(p: Array) -> Array:
    """Links of two greys, rivets between."""
    _far, way = _along(p)
    link = (way / 0.105) % 1
    tone = np.where(np.abs(link - 0.5) < 0.14, 0.30, np.where((way / 0.105) % 2 < 1, 0.14, 0.06))
    return np.repeat(tone[None], 3, 0).astype(np.float32)


def _plate() -> Image.Image:
    """What is printed on the bar."""
    image = Image.new("RGB", (1025, 135), (138, 138, 138))
    draw = ImageDraw.Draw(image)
    draw.text((560, 67), "SE  150", font=ImageFont.load_default(86), fill=(30, 30, 32), anchor="mm")
    draw.ellipse([935, 42, 985, 92], fill=(120, 120, 120))
    return image


def _badge() -> Image.Image:
    """The starter cover, 400 x 400: cooling slots round a badge."""
    image = Image.new("RGB", (400, 400), (214, 212, 206))
    draw = ImageDraw.Draw(image)
    for i in range(28):
        angle = i / 28 * 2 * np.pi
        inner = np.asarray([np.cos(angle), np.sin(angle)]) * 95 + 200
        outer = np.asarray([np.cos(angle + 0.14), np.sin(angle + 0.14)]) * 172 + 200
        draw.line([tuple(inner), tuple(outer)], fill=(26, 26, 28), width=13)
    draw.ellipse([118, 118, 282, 282], fill=(214, 70, 14))
    draw.text((200, 198), "SE", font=ImageFont.load_default(92), fill=(244, 242, 236), anchor="mm")
    return image


def _engine() -> list[Part]:
    hood = melt([
        box((-0.12, UP + 0.02, 0), (0.60, 0.30, 0.27), 0.12), box((-0.25, UP + 0.24, 0), (0.36, 0.16, 0.22), 0.10),
        box((-0.05, UP - 0.22, 0), (0.64, 0.15, 0.28), 0.08),
    ], 0.06)  # fmt: skip

    def shell(p: Array) -> Array:
        orange = np.asarray([[0.74], [0.105], [0.008]], np.float32)
        low = p[1] < UP - 0.14 + 0.12 * np.clip(p[0] - 0.1, 0, 1)
        fins = (p[0] > 0.12) & (p[0] < 0.42) & (((p[1] - UP) * 16) % 1 < 0.45) & (p[1] > UP - 0.02) & (p[1] < UP + 0.22)
        colour = np.where(low, 0.045, orange)
        dust = np.clip(fbm(p * 5, 4, 3) - 0.55, 0, 1) * 0.9
        colour = np.where(fins, 0.015, colour)
        return colour * (1 - dust) + np.asarray([[0.42], [0.30], [0.17]], np.float32) * dust

    badge = decal(_badge(), -0.38, 0.20, UP - 0.31, UP + 0.27)

    def cover(p: Array) -> Array:
        return np.where(p[2] > 0.30, badge(p[0], p[1]), np.float32(0.60))

    caps = [cylinder((x, UP - 0.24, 0.29), 2, 0.085, 0.04, 0.015) for x in (-0.55, 0.38)]
    return [
        Part(hood, Material(shell, gloss=0.05, sharpness=60), (-0.12, UP, 0), 0.92),
        Part(
            cylinder((-0.09, UP - 0.02, 0.27), 2, 0.29, 0.06, 0.03),
            Material(cover, gloss=0.04),
            (-0.09, UP, 0.27),
            0.36,
        ),
        Part(join(caps), DARK, (-0.09, UP - 0.24, 0.29), 0.62),
    ]


def _handles() -> list[Part]:
    """The D-shaped rear handle, the bow over the top, the hand guard and the bumper spikes."""
    rear = [
        (-0.62, 0.26, 0),
        (-0.88, 0.34, 0),
        (-1.16, 0.29, 0),
        (-1.36, 0.12, 0),
        (-1.43, -0.12, 0),
        (-1.32, -0.31, 0),
        (-1.0, -0.35, 0),
        (-0.6, -0.30, 0),
    ]
    front = [
        (0.14, -0.24, 0.33),
        (0.09, 0.10, 0.41),
        (0.02, 0.42, 0.40),
        (-0.04, 0.62, 0.28),
        (-0.06, 0.67, 0.0),
        (-0.04, 0.62, -0.28),
        (0.04, 0.3, -0.40),
    ]
    raised = [rounded([(x, y + UP, z) for x, y, z in points]) for points in (rear, front)]
    trigger = capsule((-1.05, UP + 0.20, 0), (-0.90, UP + 0.17, 0), 0.035)
    guard = moved(box((0, 0, 0), (0.025, 0.20, 0.30), 0.02), (0.30, UP + 0.50, 0), rotation(2, -18))
    stems = [capsule((0.22, UP + 0.15, s), (0.27, UP + 0.40, s), 0.03) for s in (-0.24, 0.24)]
    spikes = [capsule((0.52, UP + y, 0.05), (0.66, UP + y + 0.03, 0.05), 0.04, 0.008) for y in (-0.24, 0.06, 0.14)]
    return [
        Part(join([melt([tube(raised[0], 0.075)], 0.05), trigger]), DARK, (-1.0, UP, 0), 0.68),
        Part(join([tube(raised[1], 0.048), guard, *stems, *spikes]), DARK, (0.2, UP + 0.2, 0), 0.85),
    ]


def _cutting() -> list[Part]:
    plate = decal(_plate(), BAR_FROM, BAR_TO, UP - 0.06 - BAR_HALF, UP - 0.06 + BAR_HALF)

    def bar(p: Array) -> Array:
        scratch = 0.82 + 0.36 * fbm(np.stack([p[0] * 3, p[1] * 60, p[2] * 0]), 3, 4)
        return plate(p[0], p[1]) * scratch

    middle = ((BAR_FROM + BAR_TO) / 2, UP - 0.06, BAR_Z)
    return [
        Part(_bar(), Material(bar, gloss=0.14, sharpness=50), middle, 1.2),
        Part(_chain(), Material(_steel, gloss=0.16, sharpness=40), middle, 1.26, slack=0.6),
    ]


def saw() -> list[Part]:
    """The whole saw, its bottom at about UP - 0.42."""
    return [*_engine(), *_handles(), *_cutting()]


def _stump() -> Part:
    """A fresh stump: rings and cracks on top, furrowed bark around."""

    def distance(p: Array) -> Array:
        turn = np.arctan2(p[2], p[0])
        furrow = fbm(np.stack([np.cos(turn) * 7, p[1] * 1.1, np.sin(turn) * 7]), 3, 6)
        foot = 0.30 * np.clip(1 - p[1] * 1.4, 0, 1) ** 2
        side = np.hypot(p[0] + 0.1, p[2] - 0.05) - (1.28 + 0.16 * (furrow - 0.5) + foot)
        return np.maximum(side, p[1] - STUMP).astype(np.float32)

    def wood(p: Array) -> Array:
        far = np.hypot(p[0] + 0.22, p[2] + 0.05) + 0.10 * fbm(p * 1.5, 3, 2)
        rings = 0.5 + 0.5 * np.sin(far * 62 + 5 * fbm(p * 2.0, 2, 3))
        chips = fbm(p * 24, 2, 5)
        top = np.asarray([[0.58], [0.36], [0.17]], np.float32) * (0.62 + 0.22 * rings + 0.4 * (chips - 0.4))
        turn = np.arctan2(p[2], p[0])
        furrow = fbm(np.stack([np.cos(turn) * 7, p[1] * 1.1, np.sin(turn) * 7]), 4, 6)
        bark = np.asarray([[0.22], [0.145], [0.09]], np.float32) * np.clip(2.6 * furrow - 0.55, 0.15, 1.4)
        edge = np.hypot(p[0] + 0.1, p[2] - 0.05) > 1.17
        return np.where((p[1] > STUMP - 0.02) & ~edge, top, bark).astype(np.float32)

    return Part(distance, Material(wood, gloss=0.0), (-0.1, 0.5, 0.05), 1.85, slack=0.7)


def _floor(p: Array) -> Array:
    """Forest grass with fallen leaves and sawdust round the stump."""
    fine = fbm(p * np.asarray([[14], [1], [9]], np.float32), 3, 5)
    grass = np.asarray([[0.062], [0.098], [0.024]], np.float32) * (0.2 + 0.8 * fbm(p * 1.1, 4, 4) + 0.8 * fine)
    dust = np.clip(2.6 - np.hypot(p[0], p[2]) + 1.6 * (fbm(p * 2, 4, 8) - 0.5), 0, 1) * np.clip(fine * 2 - 0.55, 0, 1)
    return (grass * (1 - dust) + np.asarray([[0.45], [0.30], [0.15]], np.float32) * dust).astype(np.float32)


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    rng = np.random.default_rng(seed)
    camera = Camera((2.9, 2.75, 4.6), (0.42, 1.44, 0), 27, size[0] * 2, size[1] * 2)
    sky = Sky(zenith=(0.20, 0.34, 0.60), horizon=(0.60, 0.70, 0.80), cover=0.3, seed=seed)
    scene = Scene(
        [*saw(), _stump()], sky, (-0.55, 0.9, 0.65), (2.6, 2.35, 1.9), (0.30, 0.37, 0.44),
        bounce=(0.13, 0.12, 0.06), ground=Material(_floor, gloss=0.0), softness=0.05, reach=0.35, detail=1e-3,
    )  # fmt: skip
    light, far, hits = picture(scene, camera)
    trees = [Tree(float(x), -7 - 7 * float(rng.random()), float(rng.uniform(4, 7)), 2.6, (60, 88, 36), 0.12, 5000)
             for x in np.linspace(-15, 12, 14)]  # fmt: skip
    light = planted(light, far, camera, trees, rng, scene.to_sun)
    near = ((hits.part.reshape(far.shape) >= 0) | (far < 6.6)).astype(np.float32)
    return developed(defocused(light, near, camera.height / 75), size, seed, exposure=0.82)
