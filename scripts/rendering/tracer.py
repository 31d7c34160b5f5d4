"""Follows rays through a scene of signed distances: what is seen, which way it faces, what the sun reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rendering.noise import Array, dot, length
from rendering.shapes import Distance

__all__ = ["GROUND", "NOTHING", "Camera", "Hits", "Material", "Part", "normals", "occlusion", "shadow", "trace"]

NOTHING, GROUND = -1, -2
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """What a surface looks like.

    Attributes:
        albedo: its colour (linear light), or a function from points (3, N) to colours (3, N).
        gloss: how strongly it mirrors its surroundings when seen straight on.
        sharpness: exponent of the sun's highlight.
        metal: whether reflections take the surface's colour and nothing is scattered.
        through: share of the sun on the far side that shines through, as in cloth.
        glow: share of its colour that it sends out by itself.
        bump: a function from points and normals to bent normals.
    """

    albedo: Colour | Callable[[Array], Array]
    gloss: float = 0.03
    sharpness: float = 40.0
    metal: bool = False
    through: float = 0.0
    glow: float = 0.0
    bump: Callable[[Array, Array], Array] | None = None


@dataclass(frozen=True)
class Part:
    """A body of one material inside a bounding ball, which lets far rays skip it."""

    distance: Distance
    material: Material
    centre: tuple[float, float, float]
    radius: float
    slack: float = 1.0  # below 1 for estimates that overshoot


@dataclass(frozen=True)
class Camera:
    """A pinhole camera."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    fov: float  # vertical, degrees
    width: int
    height: int
    axes: Array = field(init=False)

    def __post_init__(self) -> None:
        forward = np.subtract(self.target, self.eye).astype(np.float32)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0, 1, 0)).astype(np.float32)
        right /= np.linalg.norm(right)
        object.__setattr__(self, "axes", np.stack([right, np.cross(right, forward), forward]).astype(np.float32))

    @property
    def _focal(self) -> float:
        return float(0.5 * self.height / np.tan(np.radians(self.fov) / 2))

    def rays(self) -> tuple[Array, Array]:
        """Origins and unit directions (3, height * width), row by row from the top."""
        rows, columns = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        x = (columns + 0.5 - self.width / 2) / self._focal
        y = -(rows + 0.5 - self.height / 2) / self._focal
        local = np.stack([x.ravel(), y.ravel(), np.ones(x.size, np.float32)]).astype(np.float32)
        direction = self.axes.T @ local
        direction /= length(direction)
        origin = np.repeat(np.asarray(self.eye, np.float32)[:, None], x.size, axis=1)
        return origin, direction

    def project(self, points: Array) -> tuple[Array, Array, Array]:
        """Points (3, N) -> columns, rows and depths (N,)."""
        local = self.axes @ (points - np.asarray(self.eye, np.float32)[:, None])
        depth = np.maximum(local[2], 1e-3)
        return (
            local[0] / depth * self._focal + self.width / 2,
            -local[1] / depth * self._focal + self.height / 2,
            local[2],
        )


@dataclass
class Hits:
    """Where rays ended: the way along each ray and the part's number (or GROUND, or NOTHING)."""

    far: Array
    part: NDArray[np.int32]


def _nearest(parts: Sequence[Part], points: Array) -> tuple[Array, NDArray[np.int32]]:
    best = np.full(points.shape[1], 1e9, np.float32)
    which = np.full(points.shape[1], NOTHING, np.int32)
    for number, part in enumerate(parts):
        bound = length(points - np.asarray(part.centre, np.float32)[:, None]) - np.float32(part.radius)
        close = np.nonzero(bound < best)[0]
        if not close.size:
            continue
        gap = bound[close]
        # A ray well outside the bounding ball may step to it at once; only near rays ask for the true distance.
        near = np.nonzero(gap < 0.2 * part.radius)[0]
        if near.size:
            gap[near] = np.maximum(gap[near], part.distance(points[:, close[near]]) * np.float32(part.slack))
        better = gap < best[close]
        best[close[better]] = gap[better]
        which[close[better]] = number
    return best, which


def _span(parts: Sequence[Part], origin: Array, direction: Array) -> tuple[Array, Array]:
    """Where each ray enters the first bounding ball and leaves the last; (inf, -inf) where it meets none."""
    start = np.full(origin.shape[1], np.inf, np.float32)
    stop = np.full(origin.shape[1], -np.inf, np.float32)
    for part in parts:
        offset = origin - np.asarray(part.centre, np.float32)[:, None]
        half = dot(offset, direction)
        root = half**2 - dot(offset, offset) + np.float32(part.radius**2)
        width = np.sqrt(np.maximum(root, 0))
        meets = (root > 0) & (width - half > 0)
        start = np.where(meets, np.minimum(start, np.maximum(-half - width, 0)), start)
        stop = np.where(meets, np.maximum(stop, width - half), stop)
    return start, stop


def trace(parts: Sequence[Part], origin: Array, direction: Array, ground: float | None, steps: int = 90) -> Hits:
    """Sphere tracing: step by the distance to the nearest surface until it is reached; `ground` is a level's height."""
    far, stop = _span(parts, origin, direction)
    found = np.full(far.size, NOTHING, np.int32)
    alive = np.nonzero(np.isfinite(far))[0]
    for _ in range(steps):
        if not alive.size:
            break
        gap, which = _nearest(parts, origin[:, alive] + direction[:, alive] * far[alive])
        hit = gap < 5e-4 * np.maximum(far[alive], 0.5)
        found[alive[hit]] = which[hit]
        alive, gap = alive[~hit], gap[~hit]
        far[alive] += gap
        alive = alive[far[alive] < stop[alive]]
    far[found == NOTHING] = np.inf
    if ground is not None:
        over = origin[1] - np.float32(ground)
        drop = np.where(direction[1] < -1e-4, -over / np.minimum(direction[1], -1e-4), np.inf).astype(np.float32)
        lower = drop < far
        far, found = np.where(lower, drop, far), np.where(lower, GROUND, found).astype(np.int32)
    return Hits(far, found)


def normals(parts: Sequence[Part], points: Array, which: NDArray[np.int32], reach: float) -> Array:
    """Unit normals (3, N) from differences of the hit part's distance."""
    result = np.zeros_like(points)
    result[1] = 1
    corners = np.asarray([(1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)], np.float32)
    for number in np.unique(which[which >= 0]):
        chosen = np.nonzero(which == number)[0]
        place = points[:, chosen]
        slope = sum(c[:, None] * parts[number].distance(place + c[:, None] * np.float32(reach)) for c in corners)
        result[:, chosen] = slope / np.maximum(length(slope), 1e-9)
    return result


def shadow(parts: Sequence[Part], points: Array, to_sun: Array, softness: float, steps: int = 36) -> Array:
    """Share of the sun (0..1) that reaches the points; the penumbra is as wide as `softness` says."""
    direction = np.repeat(to_sun[:, None], points.shape[1], axis=1)
    start, stop = _span(parts, points, direction)
    light = np.ones(points.shape[1], np.float32)
    alive = np.nonzero(np.isfinite(start))[0]
    far = np.maximum(start, 0.01)
    for _ in range(steps):
        if not alive.size:
            break
        gap, _which = _nearest(parts, points[:, alive] + direction[:, alive] * far[alive])
        light[alive] = np.minimum(light[alive], np.clip(gap / (softness * far[alive]) * 0.5 + 0.5, 0, 1))
        far[alive] += np.maximum(gap, 0.012 + 0.01 * far[alive])
        alive = alive[(far[alive] < stop[alive]) & (light[alive] > 0.01)]
    return light * light * (3 - 2 * light)


def occlusion(parts: Sequence[Part], points: Array, normal: Array, reach: float, ground: float | None) -> Array:
    """Share of the sky (0..1) left over by near surfaces."""
    lost = np.zeros(points.shape[1], np.float32)
    weight = 1.0
    for share in (0.08, 0.25, 0.5, 1.0):
        step = np.float32(share * reach)
        place = points + normal * step
        gap, _which = _nearest(parts, place)
        if ground is not None:
            gap = np.minimum(gap, np.maximum(place[1] - np.float32(ground), 0))
        lost += np.float32(weight) * np.clip(1 - gap / step, 0, 1)
        weight *= 0.7
    return np.clip(1 - 0.45 * lost, 0.08, 1)
