"""A green rear-loading garbage truck in a street with trees."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rendering.finish import decal, defocused, developed
from rendering.foliage import Tree, planted
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm
from rendering.shapes import Distance, ball, box, capsule, cut, cylinder, hull, join
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

WHEELS = (2.75, -1.35, -2.45)
RADIUS = 0.52
GREEN = (24, 110, 52)
CHROME = Material((0.72, 0.72, 0.74), gloss=0.5, sharpness=60, metal=True)
DARK = Material((0.022, 0.022, 0.025), gloss=0.03, sharpness=20)


def _side() -> Image.Image:
    """What is painted on the body's side, 980 x 500: stripe, arrows and letters."""
    image = Image.new("RGB", (980, 500), GREEN)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 395, 980, 440], fill=(238, 236, 228))
    draw.rectangle([0, 448, 980, 460], fill=(240, 190, 30))
    # One word per panel, so that no rib runs through a letter.
    for x, word in ((372, "CITY"), (603, "WASTE")):
        draw.text((x, 222), word, font=ImageFont.load_default(50), fill=(240, 240, 234), anchor="mm")
    for start in (10, 130, 250):
        draw.arc([75, 150, 215, 290], start, start + 88, fill=(240, 240, 234), width=26)
        end = np.radians(start + 96)
        x, y = 145 + 57 * np.cos(end), 220 + 57 * np.sin(end)
        ahead = np.asarray([-np.sin(end), np.cos(end)]) * 30
        out = np.asarray([np.cos(end), np.sin(end)]) * 28
        draw.polygon(
            [(x + out[0], y + out[1]), (x - out[0], y - out[1]), (x + ahead[0], y + ahead[1])], fill=(240, 240, 234)
        )
    return image


def _grime(p: Array) -> Array:
    """Dust from the road, thicker near the ground, and streaks below the edges."""
    low = np.clip(1.6 - p[1], 0, 1) * 0.5
    streak = fbm(np.stack([p[0] * 6, p[1] * 0.6, p[2] * 6]), 4, 3)
    return (1 - low * fbm(p * 3, 3, 5)) * (0.82 + 0.3 * streak)


def _body() -> list[Part]:
    paint = decal(_side(), -3.05, 1.85, 0.8, 3.3)

    def skin(p: Array) -> Array:
        plain = np.asarray([[0.012], [0.155], [0.035]], np.float32) + np.zeros_like(p)
        return np.where(p[2] > 1.2, paint(p[0], p[1]), plain) * _grime(p)

    def hazard(p: Array) -> Array:
        stripe = ((p[0] + p[1]) * 3.2) % 1 < 0.5
        warn = np.where(stripe, np.asarray([[0.75], [0.42], [0.01]], np.float32), 0.02)
        plain = np.asarray([[0.012], [0.135], [0.032]], np.float32)
        return np.where((p[1] < 1.02) & (p[2] > 1.0), warn, plain) * _grime(p)

    main = box((-0.6, 2.1, 0), (2.45, 1.25, 1.22), 0.14)
    slot = box((0, 0, 0), (0.055, 1.2, 0.06), 0.03)

    def ribs(p: Array) -> Array:
        number = np.clip(np.round((p[0] + 0.6) / 1.15), -2, 2)
        return slot(np.stack([p[0] + 0.6 - 1.15 * number, p[1] - 2.1, np.abs(p[2]) - 1.24]))

    rails = [box((-0.6, y, 0), (2.45, 0.07, 1.29), 0.03) for y in (0.92, 3.26)]
    tail = hull([(-1, 0.16, 0), (-1, -0.62, 0), (0.45, 1, 0), (1, 0, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)],
                [4.42, 3.30, 1.52, -2.95, -0.72, 1.25, 1.25])  # fmt: skip
    ram = [
        capsule((-3.05, 2.95, 1.31), (-3.75, 1.55, 1.31), 0.06),
        capsule((-3.4, 2.25, 1.31), (-3.75, 1.55, 1.31), 0.09),
    ]
    return [
        Part(join([main, ribs, *rails]), Material(skin, gloss=0.045, sharpness=60), (-0.6, 2.1, 0), 3.15),
        Part(tail, Material(hazard, gloss=0.04, sharpness=60), (-3.55, 1.8, 0), 2.2),
        Part(join(ram), CHROME, (-3.4, 2.25, 1.31), 1.0),
    ]


def _cab() -> list[Part]:
    shell = hull([(1, 0.10, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)],
                 [4.14, -2.06, 2.98, -0.72, 1.15, 1.15])  # fmt: skip
    arch = cylinder((WHEELS[0], 0.5, 0), 2, 0.68, 2.0)
    screen = box((3.92, 2.26, 0), (0.22, 0.46, 0.98), 0.06)
    panes = [box((3.02, 2.28, s * 1.18), (0.50, 0.40, 0.07), 0.05) for s in (-1, 1)]
    round_shell: Distance = cut(lambda p: shell(p) - 0.06, arch, screen, *panes)

    def white(p: Array) -> Array:
        seam = (np.minimum(np.abs(p[0] - 2.42), np.abs(p[0] - 3.62)) < 0.012) & (p[2] > 1.15) & (p[1] > 0.95)
        stripe = np.abs(p[1] - 1.30) < 0.10
        colour = np.where(stripe, np.asarray([[0.012], [0.155], [0.035]], np.float32), 0.72)
        return colour * np.where(seam, 0.25, 1) * _grime(p)

    glass = join([box((3.78, 2.26, 0), (0.22, 0.46, 0.98)), box((3.02, 2.28, 0), (0.50, 0.42, 1.17))])
    grille = [box((4.08, 1.02 + 0.10 * i, 0), (0.05, 0.03, 0.62), 0.02) for i in range(5)]
    lamps = [ball((4.06, 0.98, s * 0.9), 0.13) for s in (-1, 1)]
    mirrors = [box((4.05, 2.3, s * 1.42), (0.05, 0.27, 0.11), 0.04) for s in (-1, 1)]
    arms = [capsule((3.9, y, s * 1.15), (4.05, y, s * 1.42), 0.02) for s in (-1, 1) for y in (2.1, 2.52)]
    bumper = box((4.12, 0.66, 0), (0.12, 0.17, 1.2), 0.05)
    beacon = cylinder((3.1, 3.12, 0.5), 1, 0.12, 0.12, 0.05)
    handle = box((2.55, 1.72, 1.22), (0.10, 0.025, 0.03), 0.01)
    return [
        Part(round_shell, Material(white, gloss=0.05, sharpness=90), (3.1, 1.85, 0), 2.05),
        Part(glass, Material((0.02, 0.025, 0.03), gloss=0.22, sharpness=200), (3.4, 2.26, 0), 1.5),
        Part(join([*grille, *mirrors, *arms, bumper, handle]), DARK, (3.9, 1.6, 0), 2.0),
        Part(join(lamps), Material((0.8, 0.8, 0.78), gloss=0.2, glow=0.3), (4.06, 0.98, 0), 1.1),
        Part(beacon, Material((0.95, 0.32, 0.02), gloss=0.08, glow=0.5), (3.1, 3.12, 0.5), 0.2),
    ]


def _running_gear() -> list[Part]:
    """Wheels, mudguards, frame and tank."""

    def wheel(x: float) -> Distance:
        """The pair of tyres at x, each with a dish where the hub sits."""

        def distance(p: Array) -> Array:
            flat, side = np.hypot(p[0] - x, p[1] - RADIUS), np.abs(np.abs(p[2]) - 1.0)
            tyre = np.hypot(np.maximum(flat - RADIUS + 0.07, 0), np.maximum(side - 0.12, 0)) - 0.07
            return np.maximum(tyre, -np.maximum(flat - 0.31, 1.06 - np.abs(p[2])))

        return distance

    def rubber(p: Array) -> Array:
        return np.full_like(p, 0.022) + 0.03 * np.clip(fbm(p * 8, 3, 8) - 0.4, 0, 1)

    hubs: list[Distance] = []
    for x in WHEELS:
        hubs.append(cylinder((x, RADIUS, 1.03), 2, 0.33, 0.04, 0.02))
        hubs.append(cylinder((x, RADIUS, 1.12), 2, 0.13, 0.06, 0.03))
        turns = np.arange(8) * np.pi / 4
        hubs += [ball((x + 0.21 * float(np.cos(t)), RADIUS + 0.21 * float(np.sin(t)), 1.08), 0.035) for t in turns]
    guards = cut(box((-1.9, 0.98, 0), (1.35, 0.22, 1.16), 0.05), *[cylinder((x, 0.5, 0), 2, 0.62, 2.0) for x in WHEELS])
    frame = [box((0, 0.74, 0), (3.7, 0.12, 0.45)), box((0.7, 0.66, 0.98), (0.62, 0.22, 0.2), 0.06)]
    bars = [box((0.7, 0.38, 1.1), (0.95, 0.03, 0.03)), box((0.7, 0.58, 1.2), (0.95, 0.03, 0.03))]
    return [
        Part(
            join([wheel(x) for x in WHEELS]),
            Material(rubber, gloss=0.02, sharpness=12),
            (0.15, 0.5, 0),
            3.65,
            slack=0.8,
        ),
        Part(join(hubs), Material((0.62, 0.62, 0.62), gloss=0.12, sharpness=30), (0.15, 0.52, 1.05), 3.1),
        Part(join([guards, *frame, *bars]), DARK, (-0.1, 0.75, 0), 3.95),
    ]


def _street(p: Array) -> Array:
    """Asphalt with a white line, a kerb and a strip of grass behind."""
    fine = fbm(p * 18, 2, 4)
    tone = 0.105 + 0.07 * (fbm(p * 0.8, 4, 3) - 0.5) + 0.06 * (fine - 0.5)
    colour = np.asarray([[1.0], [1.0], [1.02]], np.float32) * tone
    line = (np.abs(p[2] - 3.1) < 0.07) & ((p[0] + 0.4) % 3 < 1.7)
    colour = np.where(line, 0.55, colour)
    kerb = np.abs(p[2] + 2.15) < 0.16
    colour = np.where(kerb, 0.36 + 0.1 * (fine - 0.5), colour)
    lawn = np.asarray([[0.07], [0.115], [0.028]], np.float32) * (0.4 + 0.7 * fbm(p * 1.2, 4, 6) + 0.5 * fine)
    return np.where(p[2] < -2.3, lawn, colour).astype(np.float32)


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    rng = np.random.default_rng(seed)
    camera = Camera((10.6, 2.05, 11.2), (0.35, 1.62, 0), 27.5, size[0] * 2, size[1] * 2)
    sky = Sky(zenith=(0.12, 0.26, 0.58), horizon=(0.48, 0.62, 0.84), cloud=(0.95, 0.95, 0.95), cover=0.4, seed=seed)
    scene = Scene(
        [*_body(), *_cab(), *_running_gear()], sky, (0.55, 0.85, 0.62), (2.7, 2.45, 2.05), (0.30, 0.38, 0.52),
        bounce=(0.12, 0.12, 0.11), ground=Material(_street, gloss=0.01), softness=0.03, reach=0.6, detail=2e-3,
    )  # fmt: skip
    light, far, hits = picture(scene, camera)
    trees = [Tree(float(x), -9 - 6 * float(rng.random()), float(rng.uniform(5, 8.5)), 3.0, (66, 92, 40), 0.14, 6000)
             for x in np.linspace(-24, 7, 13)]  # fmt: skip
    trees += [Tree(float(x), -5.2, 1.1, 0.95, (58, 86, 38), 0.0, 1500) for x in np.linspace(-16, 5, 22)]
    light = planted(light, far, camera, trees, rng, scene.to_sun, (0.004, (0.6, 0.7, 0.82)))
    near = ((hits.part.reshape(far.shape) >= 0) | (far < 19)).astype(np.float32)
    return developed(defocused(light, near, camera.height / 220), size, seed, exposure=0.8)
