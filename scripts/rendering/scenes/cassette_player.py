"""A portable cassette player with two loudspeakers on a wooden table."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rendering.finish import blurred, decal, defocused, developed
from rendering.light import Scene, picture
from rendering.noise import Array, fbm
from rendering.shapes import ball, box, capsule, cut, cylinder, join, ring, tube
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

HALF, TALL, DEEP = 2.0, 1.3, 0.45  # half width, height and half depth
SCALE = 400  # pixels of the front's drawing per unit


def _at(x: float, y: float) -> tuple[float, float]:
    """A place on the front -> its pixel in the drawing."""
    return (x + HALF) * SCALE, (TALL - y) * SCALE


def _area(x: float, y: float, half_x: float, half_y: float) -> list[float]:
    left, top = _at(x - half_x, y + half_y)
    right, bottom = _at(x + half_x, y - half_y)
    return [left, top, right, bottom]


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: float, fill: tuple[int, int, int]) -> None:
    draw.text(_at(x, y), text, font=ImageFont.load_default(size), fill=fill, anchor="mm")


def _cassette(draw: ImageDraw.ImageDraw) -> None:
    """The cassette behind its window: shell, label, the two hubs and the wound tape."""
    draw.rounded_rectangle(_area(0, 0.50, 0.56, 0.36), 20, fill=(26, 26, 28))
    draw.rounded_rectangle(_area(0, 0.50, 0.47, 0.29), 14, fill=(206, 196, 176))
    draw.rectangle(_area(0, 0.70, 0.42, 0.06), fill=(240, 236, 224))
    draw.rectangle(_area(0, 0.62, 0.47, 0.015), fill=(196, 60, 40))
    _text(draw, 0, 0.70, "A  summer songs  60", 38, (40, 50, 110))
    draw.rounded_rectangle(_area(0, 0.46, 0.36, 0.115), 40, fill=(44, 40, 38))
    for x, wound in ((-0.21, 0.105), (0.21, 0.075)):
        draw.ellipse(_area(x, 0.46, wound, wound), fill=(66, 44, 34))
        draw.ellipse(_area(x, 0.46, 0.062, 0.062), fill=(236, 234, 228))
        draw.ellipse(_area(x, 0.46, 0.034, 0.034), fill=(30, 30, 30))
    draw.polygon([_at(-0.30, 0.21), _at(0.30, 0.21), _at(0.25, 0.30), _at(-0.25, 0.30)], fill=(186, 176, 158))


def _front() -> Image.Image:
    """The drawing of the front: brushed metal, tuner scale, cassette window, counters and small print."""
    width, height = round(2 * HALF * SCALE), round(TALL * SCALE)
    rng = np.random.default_rng(3)
    brushed = blurred(rng.normal(0, 1, (height, width + 200)).astype(np.float32), 1)
    brushed = np.cumsum(brushed, axis=1)
    brushed = (brushed[:, 80:] - brushed[:, :-80])[:, :width]
    metal = 168 + 9 * brushed / brushed.std()
    image = Image.fromarray(np.clip(np.repeat(metal[..., None], 3, 2) * (1.0, 1.0, 1.01), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(_area(0, 1.08, 1.86, 0.12), 14, fill=(24, 26, 28))
    for i in range(61):
        x = -1.25 + i * 2.5 / 60
        tall = 0.045 if i % 5 == 0 else 0.024
        draw.line([_at(x, 1.10), _at(x, 1.10 - tall)], fill=(214, 222, 210), width=3)
    for i, mhz in enumerate((88, 92, 96, 100, 104, 108)):
        _text(draw, -1.25 + i * 0.5, 1.135, str(mhz), 32, (150, 220, 160))
        _text(draw, -1.25 + i * 0.5, 1.02, str((53, 60, 80, 100, 130, 160)[i]), 28, (230, 200, 120))
    draw.rectangle(_area(0.34, 1.08, 0.008, 0.105), fill=(240, 70, 40))
    _text(draw, -1.6, 1.10, "FM STEREO", 34, (230, 230, 226))
    _text(draw, 1.58, 1.10, "CASSETTE", 34, (230, 230, 226))
    draw.rounded_rectangle(_area(0, 0.48, 0.66, 0.45), 22, fill=(46, 47, 50))
    _cassette(draw)
    _text(draw, 0, 0.09, "STEREO CASSETTE PLAYER   SE-150", 30, (220, 220, 216))
    for x in (-1.32, 1.32):
        draw.ellipse(_area(x, 0.47, 0.47, 0.47), fill=(30, 30, 32))
    return image


def _grille(p: Array, colour: Array) -> Array:
    """Punched holes in front of the loudspeakers, with the pale cone showing faintly behind them."""
    for x in (-1.32, 1.32):
        far = np.hypot(p[0] - x, p[1] - 0.47)
        u, v = (p[0] - x) * 22, (p[1] - 0.47) * 25
        u = u + 0.5 * (np.round(v) % 2)
        hole = np.hypot(u - np.round(u), (v - np.round(v)) * 0.9) < 0.34
        mesh = np.where(hole, 0.012 + 0.02 * (far < 0.16), 0.14)
        colour = np.where(far < 0.44, mesh, colour)
    return colour


def _case() -> list[Part]:
    paint = decal(_front(), -HALF, HALF, 0.0, TALL)

    def skin(p: Array) -> Array:
        face = _grille(p, paint(p[0], p[1]))
        return np.where(p[2] > DEEP - 0.05, face, np.float32(0.035)).astype(np.float32)

    shell = box((0, TALL / 2, 0), (HALF, TALL / 2, DEEP), 0.07)
    door = box((0, 0.50, DEEP), (0.58, 0.38, 0.03), 0.02)
    rims = [ring((x, 0.47, DEEP + 0.01), 2, 0.46, 0.028) for x in (-1.32, 1.32)]
    frame = cut(box((0, 0.50, DEEP), (0.62, 0.42, 0.035), 0.02), box((0, 0.50, DEEP), (0.57, 0.37, 0.2), 0.02))
    feet = [box((s * 1.5, -0.03, 0.1), (0.2, 0.04, 0.25), 0.02) for s in (-1, 1)]
    chrome = Material((0.80, 0.80, 0.82), gloss=0.6, sharpness=60, metal=True)
    return [
        Part(cut(shell, door), Material(skin, gloss=0.05, sharpness=50), (0, TALL / 2, 0), 2.2),
        Part(join([*rims, frame]), chrome, (0, 0.5, DEEP), 1.85),
        Part(join(feet), Material((0.02, 0.02, 0.02)), (0, 0, 0.1), 1.8),
    ]


def _controls() -> list[Part]:
    """Piano keys under the scale, knobs on top, the handle and the aerial."""
    keys = [box((-0.5 + 0.2 * i, TALL + 0.03, 0.22), (0.085, 0.07, 0.12), 0.02) for i in range(6)]
    knobs = [cylinder((x, TALL + 0.06, 0.2), 1, 0.13, 0.09, 0.025) for x in (-1.6, -1.2, 1.2, 1.6)]
    posts = [box((s * 1.78, TALL + 0.06, -0.1), (0.07, 0.16, 0.09), 0.03) for s in (-1, 1)]
    handle = tube([(-1.78, TALL + 0.12, -0.1), (-1.7, TALL + 0.42, -0.1), (-1.5, TALL + 0.5, -0.1),
                   (1.5, TALL + 0.5, -0.1), (1.7, TALL + 0.42, -0.1), (1.78, TALL + 0.12, -0.1)], 0.065)  # fmt: skip
    aerial = [capsule((1.5, TALL, -0.35), (0.35, 2.65, -0.4), 0.016), ball((0.35, 2.65, -0.4), 0.03)]
    dark = Material((0.03, 0.03, 0.033), gloss=0.05, sharpness=40)
    chrome = Material((0.80, 0.80, 0.82), gloss=0.6, sharpness=60, metal=True)

    def red_first(p: Array) -> Array:
        key = np.where(p[0] < -0.4, np.asarray([[0.5], [0.02], [0.02]], np.float32), 0.55)
        return (key + np.zeros_like(p)).astype(np.float32)

    return [
        Part(join(keys), Material(red_first, gloss=0.06), (0, TALL, 0.22), 0.7),
        Part(join(knobs), chrome, (0, TALL, 0.2), 1.85),
        Part(join([*posts, handle]), dark, (0, TALL + 0.25, -0.1), 1.95),
        Part(join(aerial), chrome, (0.9, 1.95, -0.38), 0.95),
    ]


def _wood(p: Array) -> Array:
    """Planks of oak, with the grain along x."""
    plank = np.floor(p[2] / 0.8 + 0.2)
    shift = plank * 5.7
    warp = fbm(np.stack([p[0] * 0.35 + shift, p[2] * 1.2, shift]), 3, 5)
    rings = np.abs(((p[2] * 3.2 + 3.4 * warp) % 1) * 2 - 1)
    pores = fbm(np.stack([p[0] * 2.2 + shift, p[2] * 40, shift]), 3, 6)
    tone = 0.50 + 0.28 * rings + 0.5 * (pores - 0.5) + 0.10 * np.sin(plank * 4.1)
    gap = np.abs(p[2] / 0.8 + 0.2 - np.round(p[2] / 0.8 + 0.2)) < 0.012
    return np.asarray([[0.40], [0.21], [0.092]], np.float32) * np.where(gap, 0.25, tone)


def _room(direction: Array) -> Array:
    """A dim room with a window on the left: what stands behind and what the chrome mirrors."""
    up = direction[1]
    wall = np.asarray([[0.30], [0.25], [0.20]], np.float32) * (0.75 - 0.35 * direction[0] - 0.25 * np.abs(up))
    pane = (np.abs(direction[0] + 0.75) < 0.22) & (np.abs(up - 0.42) < 0.24) & (direction[2] > -0.3)
    return np.where(pane, np.asarray([[2.6], [2.8], [3.0]], np.float32), wall).astype(np.float32)


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    camera = Camera((-1.2, 1.75, 6.6), (0.0, 0.83, 0), 29, size[0] * 2, size[1] * 2)
    scene = Scene(
        [*_case(), *_controls()], _room, (-0.75, 0.85, 0.75), (2.1, 1.95, 1.7), (0.36, 0.36, 0.38),
        bounce=(0.20, 0.13, 0.08), ground=Material(_wood, gloss=0.035, sharpness=25), softness=0.10, reach=0.5,
    )  # fmt: skip
    light, far, hits = picture(scene, camera)
    near = ((hits.part.reshape(far.shape) >= 0) | (far < 7.5)).astype(np.float32)
    return developed(defocused(light, near, camera.height / 90), size, seed, exposure=0.85)
