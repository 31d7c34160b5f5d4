"""Trees and hedges: clouds of small leaves, bright towards the sun and dark inside, painted behind nearer things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from rendering.finish import blurred, linear
from rendering.noise import Array
from rendering.tracer import Camera

__all__ = ["Tree", "planted"]


@dataclass(frozen=True)
class Tree:
    """A tree by its place on the ground, its height, its spread (half its width) and its colour on the screen."""

    x: float
    z: float
    height: float
    spread: float
    colour: tuple[int, int, int] = (92, 122, 52)
    trunk: float = 0.22  # share of the height below the leaves
    leaves: int = 5000


def _leaves(tree: Tree, rng: np.random.Generator, to_sun: Array) -> tuple[Array, Array]:
    """Leaf places (3, N) and their brightness (N,), in lumps like a real crown."""
    lumps = 26
    low = tree.trunk * tree.height
    crown = tree.height - low
    direction = rng.normal(0, 1, (3, lumps))
    direction /= np.linalg.norm(direction, axis=0)
    reach = rng.uniform(0.25, 0.72, lumps)
    size = np.asarray([tree.spread, crown / 2, tree.spread])[:, None]
    centre = np.asarray([tree.x, low + crown / 2, tree.z])[:, None]
    middles = centre + direction * reach * size
    owner = rng.integers(0, lumps, tree.leaves)
    offset = rng.normal(0, 1, (3, tree.leaves))
    offset *= rng.uniform(0.55, 1, tree.leaves) ** 0.5 / np.linalg.norm(offset, axis=0)
    place = middles[:, owner] + offset * size * 0.36 * rng.uniform(0.6, 1.1, lumps)[owner]
    lump = (offset * to_sun[:, None]).sum(0)
    whole = ((place - centre) / size * to_sun[:, None]).sum(0)
    bright = np.clip(0.52 + 0.30 * lump + 0.30 * whole + rng.normal(0, 0.10, tree.leaves), 0.10, 1.25)
    return place.astype(np.float32), bright.astype(np.float32)


def _painted(tree: Tree, camera: Camera, rng: np.random.Generator, to_sun: Array) -> Image.Image:
    """One tree on a clear canvas."""
    canvas = Image.new("RGBA", (camera.width, camera.height), (*(int(v * 0.4) for v in tree.colour), 0))
    draw = ImageDraw.Draw(canvas)
    ends = np.asarray(
        [(tree.x, 0, tree.z), (tree.x, tree.height * 0.7, tree.z), (tree.x + 0.05 * tree.height, 0, tree.z)]
    )
    x, y, _depth = camera.project(ends.T.astype(np.float32))
    if tree.trunk > 0.05:
        thick = abs(x[2] - x[0]) * 0.6
        draw.polygon([(x[0] - thick, y[0]), (x[1], y[1]), (x[0] + thick, y[0])], fill=(58, 46, 36, 255))
    place, bright = _leaves(tree, rng, to_sun)
    order = np.lexsort((bright, -np.round(camera.project(place)[2] / tree.spread * 2)))
    column, row, depth = camera.project(place[:, order])
    focal = camera.height / 2 / np.tan(np.radians(camera.fov) / 2)
    size = np.maximum(tree.spread * 0.055 * focal / depth * rng.uniform(0.6, 1.3, depth.size), 0.8)
    hue = np.asarray(tree.colour)[:, None] * (rng.uniform(0.8, 1.2, depth.size) + rng.normal(0, 0.03, (3, depth.size)))
    shade = np.clip(hue * (0.06 + 1.25 * bright[order] ** 1.3), 0, 255).astype(int).T
    turn = rng.uniform(0, np.pi, depth.size)
    dx, dy = size * np.cos(turn), size * np.sin(turn) * 0.8
    for i in range(depth.size):
        a, b = column[i], row[i]
        corners = [
            (a - dx[i], b - dy[i]),
            (a + dy[i] * 0.6, b - dx[i] * 0.5),
            (a + dx[i], b + dy[i]),
            (a - dy[i] * 0.6, b + dx[i] * 0.5),
        ]
        draw.polygon(corners, fill=(*shade[i].tolist(), 255))
    return canvas


def planted(
    light: Array, far: Array, camera: Camera, trees: Sequence[Tree], rng: np.random.Generator, to_sun: Array,
    haze: tuple[float, tuple[float, float, float]] = (0.0, (0.6, 0.7, 0.8)),
) -> Array:  # fmt: skip
    """The picture with the trees in it, hidden where something nearer stands before them."""
    eye = np.asarray(camera.eye, np.float32)
    for tree in sorted(trees, key=lambda t: -float(np.hypot(t.x - eye[0], t.z - eye[2]))):
        away = float(np.hypot(tree.x - eye[0], tree.z - eye[2]))
        canvas = _painted(tree, camera, rng, to_sun)
        mask = blurred((np.asarray(canvas)[..., 3] / 255).astype(np.float32), 1)
        mask = np.where(far < away, 0, mask)[..., None]
        clear = np.exp(-haze[0] * away)
        leaves = linear(canvas) * 1.25 * clear + np.asarray(haze[1], np.float32) * (1 - clear)
        light = light * (1 - mask) + leaves * mask
    return light.astype(np.float32)
