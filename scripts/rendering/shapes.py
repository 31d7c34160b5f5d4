"""Signed distances of simple bodies: each maker returns a function from points (3, N) to distances (N,)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rendering.noise import Array, dot, length

__all__ = [
    "Distance", "ball", "box", "capsule", "cut", "cylinder", "ellipsoid", "hull", "join", "melt", "moved", "ring",
    "rotation", "rounded", "tube",
]  # fmt: skip

Distance = Callable[[Array], Array]
Point = Sequence[float]


def _column(point: Point) -> Array:
    return np.asarray(point, np.float32).reshape(3, 1)


def ball(centre: Point, radius: float) -> Distance:
    """A sphere."""
    middle = _column(centre)
    return lambda p: length(p - middle) - np.float32(radius)


def ellipsoid(centre: Point, radii: Point) -> Distance:
    """A stretched ball; the distance is the usual estimate, good near the surface."""
    middle, size = _column(centre), _column(radii)

    def distance(p: Array) -> Array:
        scaled = (p - middle) / size
        outer = length(scaled)
        inner = length(scaled / size) + np.float32(1e-6)
        return outer * (outer - 1) / inner

    return distance


def box(centre: Point, half: Point, rounding: float = 0.0) -> Distance:
    """A box by its half sides, with rounded edges."""
    middle, size = _column(centre), _column(half) - np.float32(rounding)

    def distance(p: Array) -> Array:
        q = np.abs(p - middle) - size
        inside = np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0)
        return length(np.maximum(q, 0)) + inside - np.float32(rounding)

    return distance


def cylinder(centre: Point, axis: int, radius: float, half: float, rounding: float = 0.0) -> Distance:
    """A rod along one of the three axes, with flat ends."""
    middle = _column(centre)
    others = [i for i in range(3) if i != axis]

    def distance(p: Array) -> Array:
        q = p - middle
        side = np.hypot(q[others[0]], q[others[1]]) - np.float32(radius - rounding)
        end = np.abs(q[axis]) - np.float32(half - rounding)
        outside = np.hypot(np.maximum(side, 0), np.maximum(end, 0))
        return outside + np.minimum(np.maximum(side, end), 0) - np.float32(rounding)

    return distance


def capsule(start: Point, end: Point, radius: float, end_radius: float | None = None) -> Distance:
    """A rod with round ends between two points; with `end_radius` it tapers."""
    a, along = _column(start), _column(end) - _column(start)
    squared = np.float32((along**2).sum())
    change = np.float32((radius if end_radius is None else end_radius) - radius)

    def distance(p: Array) -> Array:
        q = p - a
        share = np.clip(dot(q, along) / squared, 0, 1)
        return length(q - along * share) - (np.float32(radius) + change * share)

    return distance


def ring(centre: Point, axis: int, radius: float, thickness: float) -> Distance:
    """A torus around one of the three axes."""
    middle = _column(centre)
    others = [i for i in range(3) if i != axis]

    def distance(p: Array) -> Array:
        q = p - middle
        return np.hypot(np.hypot(q[others[0]], q[others[1]]) - np.float32(radius), q[axis]) - np.float32(thickness)

    return distance


def tube(points: Sequence[Point], radius: float, end_radius: float | None = None) -> Distance:
    """A bent pipe through the points, one capsule per piece."""
    last = radius if end_radius is None else end_radius
    widths = np.linspace(radius, last, len(points))
    pieces = zip(points[:-1], points[1:], widths[:-1], widths[1:], strict=True)
    return join([capsule(a, b, float(r), float(s)) for a, b, r, s in pieces])


def rounded(points: Sequence[Point], pieces: int = 3) -> list[Point]:
    """A smooth curve through the points (Catmull-Rom), `pieces` steps between neighbours."""
    knots = np.asarray([points[0], *points, points[-1]], np.float64)
    curve: list[Point] = []
    for a, b, c, d in zip(knots[:-3], knots[1:-2], knots[2:-1], knots[3:], strict=True):
        for t in np.arange(pieces) / pieces:
            curve.append(
                tuple(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
            )
    return [*curve, tuple(points[-1])]


def hull(normals: Sequence[Point], offsets: Sequence[float]) -> Distance:
    """The body where every plane's n.p <= offset: roofs, spires, wedges."""
    planes = np.asarray(normals, np.float32)
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)
    shift = np.asarray(offsets, np.float32)

    def distance(p: Array) -> Array:
        best = dot(planes[0], p) - shift[0]
        for plane, offset in zip(planes[1:], shift[1:], strict=True):
            best = np.maximum(best, dot(plane, p) - offset)
        return best

    return distance


def join(bodies: Sequence[Distance]) -> Distance:
    """Everything that is in any of the bodies."""

    def distance(p: Array) -> Array:
        best = bodies[0](p)
        for body in bodies[1:]:
            best = np.minimum(best, body(p))
        return best

    return distance


def melt(bodies: Sequence[Distance], width: float) -> Distance:
    """A union whose seams are filled, as where cloth or clay meets."""
    inverse = np.float32(1 / width)

    def distance(p: Array) -> Array:
        best = bodies[0](p)
        for body in bodies[1:]:
            other = body(p)
            share = np.clip(0.5 + 0.5 * (other - best) * inverse, 0, 1)
            best = other + (best - other) * share - np.float32(width) * share * (1 - share)
        return best

    return distance


def cut(body: Distance, *holes: Distance) -> Distance:
    """The body without the holes."""

    def distance(p: Array) -> Array:
        best = body(p)
        for hole in holes:
            best = np.maximum(best, -hole(p))
        return best

    return distance


def rotation(axis: int, degrees: float) -> Array:
    """The matrix that turns points around one of the three axes."""
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    angle = np.radians(degrees)
    matrix = np.eye(3, dtype=np.float32)
    matrix[i, i] = matrix[j, j] = np.cos(angle)
    matrix[i, j], matrix[j, i] = -np.sin(angle), np.sin(angle)
    return matrix


def moved(body: Distance, offset: Point, turn: Array | None = None) -> Distance:
    """The body turned around the origin, then shifted."""
    middle = _column(offset)
    back = np.eye(3, dtype=np.float32) if turn is None else turn.T.copy()
    return lambda p: body(back @ (p - middle))
