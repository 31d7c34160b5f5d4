"""Intervals for measured shares."""

from __future__ import annotations

import math

__all__ = ["wilson"]

Z_95 = 1.959963984540054


def wilson(right: int, count: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval for a share, 95 % unless ``z`` says otherwise (Wilson 1927).

    Raises:
        ValueError: ``count`` is below 1, or ``right`` is not between 0 and ``count``.
    """
    if count < 1 or not 0 <= right <= count:
        raise ValueError(f"0 <= right <= count and count >= 1 are needed, got {right} of {count}")
    share = right / count
    scale = 1 + z * z / count
    centre = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
