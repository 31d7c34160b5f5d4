"""The same chain saw in a photographer's studio: a white sweep, soft light, nothing else."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rendering.finish import developed
from rendering.light import Scene, picture
from rendering.noise import Array
from rendering.scenes.chain_saw import UP, saw
from rendering.tracer import Camera, Material

__all__ = ["render"]


def _sweep(direction: Array) -> Array:
    """A white wall that curves into the floor, lit from above."""
    return np.full_like(direction, 0.9) * (0.75 + 0.25 * np.clip(direction[1] * 2 + 0.3, 0, 1))


def render(size: tuple[int, int], seed: int) -> Image.Image:
    """The picture; `size` is (width, height)."""
    camera = Camera((-0.2, UP + 1.75, 4.9), (0.42, UP + 0.02, 0), 33, size[0] * 2, size[1] * 2)
    scene = Scene(
        saw(), _sweep, (-0.55, 0.9, 0.65), (1.9, 1.8, 1.7), (0.42, 0.42, 0.44), bounce=(0.3, 0.3, 0.3),
        ground=Material((0.55, 0.55, 0.55)), floor=UP - 0.42, softness=0.12, reach=0.35,
    )  # fmt: skip
    light, _far, _hits = picture(scene, camera)
    return developed(light, size, seed)
