"""An old red petrol pump with a glass globe on a forecourt, its hose hanging in a loop."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rendering.finish import decal, defocused, developed
from rendering.foliage import Tree, planted
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm
from rendering.shapes import box, capsule, cut, cylinder, join, moved, rotation, tube
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

HALF, DEEP, LOW, HIGH = 0.62, 0.42, 0.22, 3.1  # of the pump's body: half width, half depth, bottom and top
RED, CREAM, STEEL = (176, 22, 18), (236, 228, 205), (150, 150, 150)


def _text(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: float, fill: tuple[int, int, int]
) -> None:
    draw.text(place, text, font=ImageFont.load_default(size), fill=fill, anchor="mm")


def _counter(draw: ImageDraw.ImageDraw, left: float, top: float, digits: str, unit: str) -> None:
    """A row of number wheels behind glass."""
    draw.rectangle([left - 12, top - 12, left + 62 * len(digits) + 4, top + 92], fill=(40, 40, 42))
    for i, digit in enumerate(digits):
        x = left + 62 * i
        draw.rectangle([x, top, x + 54, top + 80], fill=(20, 20, 22) if i < len(digits) - 1 else (190, 30, 24))
        draw.rectangle([x, top, x + 54, top + 12], fill=(58, 58, 60))
        _text(draw, (x + 27, top + 44), digit, 66, (240, 238, 228))
    _text(draw, (left + 31 * len(digits), top + 118), unit, 34, (60, 50, 45))


def _face() -> Image.Image:
    """The pump's front, 620 x 1440: counters in a cream head, a steel band, a red door with a badge."""
    image = Image.new("RGB", (620, 1440), RED)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle([44, 50, 576, 640], 46, fill=STEEL)
    draw.rounded_rectangle([58, 64, 562, 626], 38, fill=CREAM)
    _text(draw, (310, 112), "THIS SALE", 44, (150, 24, 20))
    _counter(draw, 158, 160, "01247", "AMOUNT")
    _counter(draw, 189, 318, "0386", "LITRES")
    _counter(draw, 220, 476, "129", "PRICE PER LITRE")
    draw.rectangle([0, 684, 620, 716], fill=(196, 196, 196))
    draw.rectangle([0, 730, 620, 740], fill=(120, 12, 10))
    draw.rounded_rectangle([70, 780, 550, 1370], 26, outline=(110, 10, 10), width=7)
    draw.ellipse([150, 850, 470, 1170], fill=CREAM, outline=(196, 196, 196), width=12)
    _text(draw, (310, 985), "SE", 170, (24, 60, 130))
    _text(draw, (310, 1090), "PETROL", 56, (176, 22, 18))
    draw.rounded_rectangle([262, 1240, 358, 1268], 12, fill=(200, 200, 200))
    return image


def _globe_face() -> Image.Image:
    image = Image.new("RGB", (400, 400), (250, 246, 232))
    draw = ImageDraw.Draw(image)
    draw.ellipse([24, 24, 376, 376], outline=(180, 24, 20), width=26)
    _text(draw, (200, 170), "SUPER", 86, (24, 60, 130))
    _text(draw, (200, 262), "98", 100, (180, 24, 20))
    return image


def _body() -> list[Part]:
    paint = decal(_face(), -HALF, HALF, LOW, HIGH)

    def skin(p: Array) -> Array:
        front = paint(p[0], p[1])
        side = np.asarray([[0.42], [0.012], [0.010]], np.float32) + np.zeros_like(p)
        band = np.abs(p[1] - 1.66) < 0.035
        side = np.where(band, 0.55, side)
        worn = 0.82 + 0.3 * (fbm(p * 2.5, 4, 2) - 0.3)
        dirt = 1 - 0.45 * np.clip(1 - (p[1] - LOW) * 2.2, 0, 1) * fbm(p * 5, 3, 4)
        return np.where(p[2] > DEEP - 0.06, front, side) * worn * dirt

    middle = (HIGH + LOW) / 2
    hull = box((0, middle, 0), (HALF, (HIGH - LOW) / 2, DEEP), 0.11)
    window = box((0, 2.44, DEEP), (0.42, 0.50, 0.035), 0.02)
    chrome = Material((0.80, 0.80, 0.82), gloss=0.6, sharpness=80, metal=True)
    trims = [box((s * (HALF - 0.02), 1.66, DEEP - 0.02), (0.05, 1.38, 0.05), 0.03) for s in (-1, 1)]
    hat = box((0, HIGH + 0.03, 0), (0.5, 0.06, 0.34), 0.05)
    foot = box((0, 0.11, 0), (HALF + 0.05, 0.12, DEEP + 0.05), 0.03)
    return [
        Part(cut(hull, window), Material(skin, gloss=0.06, sharpness=120), (0, middle, 0), 1.70),
        Part(join([*trims, hat]), chrome, (0, 1.7, 0.1), 1.75),
        Part(foot, Material((0.05, 0.05, 0.055), gloss=0.02), (0, 0.11, 0), 0.9),
    ]


def _globe() -> list[Part]:
    image = decal(_globe_face(), -0.42, 0.42, 3.26, 4.10)

    def glass(p: Array) -> Array:
        return np.where(np.abs(p[2]) > 0.1, image(p[0], p[1]), 0.85).astype(np.float32)

    return [
        Part(cylinder((0, 3.68, 0), 2, 0.42, 0.15, 0.07), Material(glass, gloss=0.05, glow=0.25), (0, 3.68, 0), 0.5),
        Part(cylinder((0, 3.2, 0), 1, 0.22, 0.10, 0.03), Material((0.1, 0.1, 0.1), gloss=0.05), (0, 3.2, 0), 0.3),
    ]


def _hose() -> list[Part]:
    """The hose from the pump's side down in a loop and up to the nozzle in its holster."""
    share = np.linspace(0, 1, 26)
    x = HALF + 0.08 + 0.62 * np.sin(np.pi * share) ** 0.8
    y = 2.75 - 1.0 * share - 2.0 * np.sin(np.pi * share) ** 1.1
    z = -0.05 + 0.32 * share + 0.10 * np.sin(np.pi * share)
    points = [(float(a), float(b), float(c)) for a, b, c in zip(x, y, z, strict=True)]
    end = np.asarray(points[-1])
    grip = capsule(end, end + np.asarray((0.06, 0.30, 0.0)), 0.055)
    guard = tube([tuple(end + v) for v in ((0.06, 0.02, 0), (0.22, 0.05, 0), (0.24, 0.26, 0), (0.08, 0.33, 0))], 0.022)
    spout = tube([tuple(end + v) for v in ((0.06, 0.30, 0), (-0.02, 0.50, 0), (-0.06, 0.56, -0.02))], 0.05, 0.032)
    holster = box((HALF + 0.05, 2.12, 0.27), (0.07, 0.30, 0.14), 0.03)
    bolt = cylinder((HALF + 0.06, 2.78, -0.05), 0, 0.09, 0.09, 0.02)
    chrome = Material((0.75, 0.75, 0.77), gloss=0.6, sharpness=60, metal=True)
    middle = (HALF + 0.35, 1.6, 0.1)
    near = (points[-1][0] + 0.05, points[-1][1] + 0.25, points[-1][2])
    return [
        Part(tube(points, 0.05), Material((0.018, 0.018, 0.02), gloss=0.05, sharpness=30), middle, 1.85),
        Part(join([grip, guard, spout]), chrome, near, 0.5),
        Part(join([holster, bolt]), Material((0.06, 0.06, 0.065), gloss=0.06), (HALF + 0.05, 2.4, 0.1), 0.75),
    ]


def _station() -> list[Part]:
    """The white kiosk behind with its window, out of focus later."""

    def wall(p: Array) -> Array:
        tone = 0.62 + 0.1 * (fbm(p * 1.5, 3, 9) - 0.5)
        colour = np.asarray([[1.0], [0.97], [0.88]], np.float32) * tone
        glass = (np.abs(p[1] - 2.0) < 0.85) & (np.abs((p[0] + 3.2) % 2.4 - 1.2) < 1.0) & (p[2] > -8.2)
        stripe = np.abs(p[1] - 3.9) < 0.35
        colour = np.where(glass, np.asarray([[0.06], [0.09], [0.12]], np.float32), colour)
        return np.where(stripe, np.asarray([[0.45], [0.02], [0.02]], np.float32), colour)

    kiosk = moved(box((0, 2.1, 0), (5.0, 2.15, 2.0)), (-4.2, 0, -10.0), rotation(1, 0))
    return [Part(kiosk, Material(wall, gloss=0.04), (-4.2, 2.1, -10), 5.9)]


def _concrete(p: Array) -> Array:
    tone = 0.26 + 0.20 * (fbm(p * 1.1, 5, 3) - 0.45) + 0.08 * (fbm(p * 22, 2, 5) - 0.5)
    seam = np.minimum(np.abs((p[0] + 1.1) % 3.2), np.abs((p[2] + 0.7) % 3.2)) < 0.03
    oil = np.clip(fbm(p * 0.6 + 7, 4, 6) - 0.52, 0, 1) * 1.6
    return np.asarray([[1.0], [0.97], [0.92]], np.float32) * tone * np.where(seam, 0.45, 1) * (1 - np.clip(oil, 0, 0.5))


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    rng = np.random.default_rng(seed)
    camera = Camera((1.9, 2.1, 6.6), (0.22, 2.02, 0), 38, size[0] * 2, size[1] * 2)
    sky = Sky(zenith=(0.10, 0.24, 0.55), horizon=(0.50, 0.62, 0.80), cover=0.3, seed=seed)
    scene = Scene(
        [*_body(), *_globe(), *_hose(), *_station()], sky, (0.45, 0.75, 0.75), (2.7, 2.4, 1.95), (0.30, 0.37, 0.50),
        bounce=(0.20, 0.19, 0.17), ground=Material(_concrete, gloss=0.012), softness=0.04, reach=0.5, detail=1.5e-3,
    )  # fmt: skip
    light, far, _hits = picture(scene, camera)
    trees = [Tree(float(x), -17 - 5 * float(rng.random()), float(rng.uniform(4, 6.5)), 2.8, (70, 96, 46), 0.1, 3500)
             for x in np.linspace(-16, 14, 11)]  # fmt: skip
    light = planted(light, far, camera, trees, rng, scene.to_sun)
    near = (far < 8.4).astype(np.float32)
    return developed(defocused(light, near, camera.height / 130), size, seed, exposure=0.72)
