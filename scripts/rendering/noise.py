"""Value noise: smooth random numbers in space, the same ones for the same seed on every machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "dot", "fbm", "length", "value_noise"]

Array = NDArray[np.float32]


def dot(a: Array, b: Array) -> Array:
    """Scalar product over the first axis of three; written out, for numpy's own sum over so short an axis is slow."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def length(a: Array) -> Array:
    """Length over the first axis of three."""
    return np.sqrt(dot(a, a))


def _hash(x: NDArray[np.uint32], y: NDArray[np.uint32], z: NDArray[np.uint32], seed: int) -> Array:
    """Whole lattice coordinates -> numbers in 0..1 that look random."""
    mixed = x * np.uint32(374761393) + y * np.uint32(668265263) + z * np.uint32(2147483647)
    mixed = mixed + np.uint32((seed * 144665 + 1) & 0xFFFFFFFF)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177)
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(2246822519)
    return ((mixed ^ (mixed >> np.uint32(16))) >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)


def value_noise(points: Array, seed: int = 0) -> Array:
    """Points (3, N) -> smooth noise (N,) in 0..1 with one hill or hollow per unit."""
    base = np.floor(points)
    part = (points - base).astype(np.float32)
    fade = part * part * (3 - 2 * part)
    x, y, z = base.astype(np.int64).astype(np.uint32)
    one = np.uint32(1)
    total = np.zeros(points.shape[1], np.float32)
    for corner in range(8):
        i, j, k = corner & 1, corner >> 1 & 1, corner >> 2 & 1
        weight = (fade[0] if i else 1 - fade[0]) * (fade[1] if j else 1 - fade[1]) * (fade[2] if k else 1 - fade[2])
        total += weight * _hash(x + one * np.uint32(i), y + one * np.uint32(j), z + one * np.uint32(k), seed)
    return total


def fbm(points: Array, octaves: int = 5, seed: int = 0, warp: Callable[[Array], Array] | None = None) -> Array:
    """Sum of noises, each twice as fine and half as strong as the one before: (3, N) -> (N,) in 0..1.

    `warp` bends space first, which makes lumps look torn and blown, as clouds are.
    """
    place = points if warp is None else warp(points)
    total = np.zeros(points.shape[1], np.float32)
    for octave in range(octaves):
        noise = value_noise(place * np.float32(2.03**octave) + np.float32(17.3 * octave), seed)
        total += np.float32(0.5**octave) * noise
    return total / np.float32(2 - 2 * 0.5**octaves)
