"""A stone village church with a spire, in the afternoon sun among trees."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rendering.finish import developed
from rendering.foliage import Tree, planted
from rendering.light import Scene, Sky, picture
from rendering.noise import Array, fbm, value_noise
from rendering.shapes import Distance, box, cut, cylinder, hull, join, moved
from rendering.tracer import Camera, Material, Part

__all__ = ["render"]

WIDTH, EAVES, RIDGE, BACK = 1.7, 2.3, 4.0, -6.2  # of the nave, which runs along z
TOWER, TOP, TIP = 0.85, 5.0, 9.3  # half width, wall top and spire tip of the tower, centred on z = 0.6
MIDDLE = 0.6


def _stone(p: Array) -> Array:
    """Courses of grey-gold stone with mortar between; each stone has a shade of its own."""
    along, up = (p[0] + p[2]) * 3.6, p[1] * 7.2
    course = np.floor(up)
    along = along + 0.5 * (course % 2) + 0.23 * np.sin(course * 12.9)
    block = np.floor(along)
    joint = np.minimum(np.abs(along - block - 0.5) * -1 + 0.5, (np.abs(up - course - 0.5) * -1 + 0.5) * 0.6)
    own = value_noise(np.stack([block * 7.3, course * 5.1, block * 0]), 5)
    stain = fbm(p * 0.9, 4, 2)
    tone = (0.31 + 0.15 * own) * (0.76 + 0.4 * stain) * (0.9 + 0.25 * (fbm(p * 9, 3, 4) - 0.5))
    colour = np.asarray([[1.0], [0.90], [0.74]], np.float32) * tone
    damp = np.clip(1 - p[1] * 1.6, 0, 1) * 0.3
    return colour * np.where(joint < 0.05, 0.68, 1.0) * (1 - damp)


def _slate(p: Array) -> Array:
    """Rows of dark slates."""
    row = np.floor(p[1] * 7)
    tile = np.floor((p[0] * 0.6 + p[2]) * 5 + 0.5 * (row % 2))
    own = value_noise(np.stack([tile * 3.7, row * 6.1, row * 0]), 6)
    edge = (p[1] * 7 - row) < 0.13
    tone = (0.075 + 0.06 * own) * (0.8 + 0.4 * fbm(p * 1.3, 3, 7)) * np.where(edge, 0.55, 1)
    return np.asarray([[0.92], [0.98], [1.1]], np.float32) * tone


def _rough(p: Array, normal: Array) -> Array:
    step = np.stack([value_noise(p * 22 + 31 * i, 3) for i in range(3)]) - 0.5
    bent = normal + 0.22 * step
    return (bent / np.sqrt((bent**2).sum(0))).astype(np.float32)


def _arch(half: float, spring: float, depth: float) -> Distance:
    """A pointed window standing on the origin, `half` wide each side, cut through along z."""

    def distance(p: Array) -> Array:
        side = np.hypot(np.abs(p[0]) + half, np.maximum(p[1] - spring, 0)) - 2 * half
        return np.maximum(np.maximum(side, -p[1]), np.abs(p[2]) - depth).astype(np.float32)

    return distance


def _nave_windows(depth: float) -> Distance:
    """Four pointed windows in the long wall on the camera's side."""
    one = _arch(0.27, 1.0, depth)

    def distance(p: Array) -> Array:
        slot = np.clip(np.round((p[2] + 3.2) / 1.35), -2, 1)
        return one(np.stack([p[2] + 3.2 - 1.35 * slot, p[1] - 0.75, p[0] - WIDTH]))

    return distance


def _walls() -> list[Part]:
    stone = Material(_stone, gloss=0.012, bump=_rough)
    long = -BACK / 2
    rise = (RIDGE - EAVES) / WIDTH
    gable = hull([(rise, 1, 0), (-rise, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)],
                 [RIDGE / np.hypot(rise, 1), RIDGE / np.hypot(rise, 1), 0, 0, -BACK])  # fmt: skip
    body = cut(join([box((0, EAVES / 2, BACK / 2), (WIDTH, EAVES / 2, long)), _inside(gable)]), _nave_windows(0.16))
    piers = [box((WIDTH + 0.14, 0.9, z), (0.16, 0.9, 0.13)) for z in (-0.35, -1.18, -2.52, -3.87, -5.22, -6.1)]
    front = _arch(0.36, 0.75, 0.25)
    door, high = moved(front, (0, 0, MIDDLE + TOWER)), moved(_arch(0.2, 0.75, 0.2), (0, 2.1, MIDDLE + TOWER))
    bells = [moved(_arch(0.2, 0.6, 0.3), (s, 3.75, MIDDLE + TOWER)) for s in (-0.3, 0.3)]
    quarter = np.asarray([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
    bells += [moved(_arch(0.2, 0.6, 0.3), (TOWER, 3.75, MIDDLE + s), quarter) for s in (-0.3, 0.3)]
    bands = [box((0, y, MIDDLE), (TOWER + 0.06, 0.055, TOWER + 0.06)) for y in (1.85, 3.5, TOP)]
    corners = [box((sx * TOWER, 1.6, MIDDLE + sz * TOWER), (0.17, 1.6, 0.17)) for sx in (-1, 1) for sz in (-1, 1)]
    tower = cut(box((0, TOP / 2, MIDDLE), (TOWER, TOP / 2, TOWER)), door, high, *bells)
    pin = hull([(1, 0.28, 0), (-1, 0.28, 0), (0, 0.28, 1), (0, 0.28, -1), (0, -1, 0)], [0.15] * 4 + [0.0])
    peaks = [moved(pin, (sx * 0.78, TOP, MIDDLE + sz * 0.78)) for sx in (-1, 1) for sz in (-1, 1)]
    return [
        Part(join([body, *piers]), stone, (0.1, 2.0, BACK / 2), 4.2),
        Part(join([tower, *bands, *corners]), stone, (0, 2.5, MIDDLE), 2.95),
        Part(join(peaks), stone, (0, TOP + 0.25, MIDDLE), 1.5),
    ]


def _inside(body: Distance) -> Distance:
    """The gable end, cut off a little behind the roof's edge."""
    return lambda p: np.maximum(body(p) + 0.05, EAVES - 0.1 - p[1])


def _roofs() -> list[Part]:
    slate = Material(_slate, gloss=0.03, sharpness=14)
    rise = (RIDGE - EAVES) / WIDTH
    slope = float(np.hypot(rise, 1))
    outer = hull([(rise, 1, 0), (-rise, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)],
                 [(RIDGE + 0.1) / slope] * 2 + [-EAVES + 0.14, 0.1, -BACK + 0.12])  # fmt: skip
    inner = hull([(rise, 1, 0), (-rise, 1, 0)], [(RIDGE - 0.04) / slope] * 2)
    tall = TIP - TOP
    lean = 0.80 / tall
    angles = np.arange(8) * np.pi / 4
    sides = [(float(np.cos(a)), lean, float(np.sin(a))) for a in angles]
    spire = moved(hull([*sides, (0, -1, 0)], [lean * tall / float(np.hypot(1, lean))] * 8 + [0.0]), (0, TOP, MIDDLE))
    cross = join([cylinder((0, TIP + 0.25, MIDDLE), 1, 0.03, 0.4), box((0, TIP + 0.36, MIDDLE), (0.17, 0.03, 0.03))])
    return [
        Part(cut(outer, inner), slate, (0, 3.2, BACK / 2), 4.2),
        Part(spire, slate, (0, 6.9, MIDDLE), 2.7),
        Part(cross, Material((0.9, 0.65, 0.2), gloss=0.5, metal=True), (0, TIP + 0.3, MIDDLE), 0.6),
    ]


def _openings() -> list[Part]:
    """Leaded glass behind the windows, louvres in the belfry and a wooden door."""

    def panes(p: Array) -> Array:
        a, b = (p[1] + p[2]) * 9, (p[1] - p[2]) * 9
        lead = np.minimum(np.abs(a - np.round(a)), np.abs(b - np.round(b))) < 0.1
        return np.where(lead, 0.02, 0.05 + 0.08 * value_noise(np.stack([np.round(a), np.round(b), a * 0]), 2))[None] * (
            np.asarray([[0.9], [1.0], [1.2]], np.float32)
        )

    def planks(p: Array) -> Array:
        gap = np.abs(p[0] * 9 - np.round(p[0] * 9)) < 0.08
        return np.asarray([[0.20], [0.085], [0.035]], np.float32) * np.where(gap, 0.4, 0.7 + 0.5 * fbm(p * 8, 3, 1))

    def louvres(p: Array) -> Array:
        return np.full_like(p, 0.035) + 0.10 * ((p[1] * 11) % 1 < 0.35)

    front = MIDDLE + TOWER
    return [
        Part(
            box((WIDTH - 0.2, 1.5, BACK / 2), (0.1, 1.0, 2.9)), Material(panes, gloss=0.14), (WIDTH, 1.5, BACK / 2), 3.2
        ),
        Part(box((0, 0.7, front - 0.24), (0.45, 0.75, 0.06)), Material(planks), (0, 0.7, front - 0.2), 0.9),
        Part(box((0, 2.7, front - 0.24), (0.3, 0.7, 0.06)), Material(panes, gloss=0.14), (0, 2.7, front - 0.2), 0.8),
        Part(box((0, 4.2, MIDDLE), (TOWER - 0.2, 0.6, TOWER - 0.2)), Material(louvres), (0, 4.2, MIDDLE), 1.2),
    ]


def _lawn(p: Array) -> Array:
    """Mown grass with a gravel path to the door."""
    patch = fbm(p * 0.55, 5, 4)
    fine = fbm(p * np.asarray([[16], [1], [7]], np.float32), 3, 5)
    grass = np.asarray([[0.072], [0.112], [0.026]], np.float32) * (0.15 + 0.8 * patch + 0.9 * fine)
    path = np.abs(p[0] - 0.16 * (p[2] - 1.4) - 0.25 * np.sin(p[2] * 0.5)) - 0.42 - 0.25 * (fbm(p * 3, 3, 6) - 0.5)
    gravel = np.asarray([[0.40], [0.35], [0.27]], np.float32) * (0.6 + 0.8 * fbm(p * 14, 3, 7))
    share = np.clip(path * -8 + 0.5, 0, 1) * (p[2] > 1.2)
    return grass * (1 - share) + gravel * share


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    rng = np.random.default_rng(seed)
    camera = Camera((9.6, 1.45, 11.2), (0.45, 4.45, -1.6), 43, size[0] * 2, size[1] * 2)
    sky = Sky(
        zenith=(0.08, 0.20, 0.52),
        horizon=(0.36, 0.52, 0.76),
        cloud=(0.92, 0.92, 0.93),
        cover=0.42,
        scale=1.3,
        seed=seed,
    )
    scene = Scene(
        [*_walls(), *_roofs(), *_openings()], sky, (0.80, 0.72, 0.38), (3.1, 2.7, 2.1), (0.24, 0.32, 0.48),
        bounce=(0.13, 0.14, 0.08), ground=Material(_lawn, gloss=0.0), softness=0.03, reach=0.5, haze=0.0015,
        detail=3e-3,
    )  # fmt: skip
    light, far, _hits = picture(scene, camera)
    trees = [Tree(x, -16 - 3 * float(rng.random()), float(rng.uniform(3.5, 6)), 3.4, (64, 88, 42), 0.05)
             for x in np.linspace(-30, 6, 13)]  # fmt: skip
    trees += [
        Tree(-5.0, -3.0, 5.4, 2.1, (84, 108, 40), leaves=14000), Tree(2.4, -11.5, 5.6, 1.9, (70, 98, 40), leaves=12000),
        Tree(-2.5, 1.2, 0.75, 0.7, (70, 104, 44), 0.0, 2500), Tree(3.0, -1.2, 0.7, 0.65, (80, 112, 46), 0.0, 2500),
        Tree(3.1, -4.2, 0.8, 0.7, (74, 108, 50), 0.0, 2500),
    ]  # fmt: skip
    light = planted(light, far, camera, trees, rng, scene.to_sun, (0.005, (0.55, 0.66, 0.8)))
    return developed(light, size, seed, exposure=0.74)
