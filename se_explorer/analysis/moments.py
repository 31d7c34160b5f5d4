"""Mean and squared deviations of what comes in portions: Chan's pairwise update, stable however many portions come.

Chan, Golub and LeVeque (1983), "Algorithms for computing the sample variance", equations 1.5a and 1.5b.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["Moments"]


def _nothing() -> np.ndarray:
    return np.zeros(0)


@dataclass(eq=False)
class Moments:
    """Of vectors of one length that were added so far.

    Attributes:
        count: vectors.
        mean: float64; empty before the first vector.
        squares: sum of squared deviations from ``mean``, float64.
    """

    count: int = 0
    mean: np.ndarray = field(default_factory=_nothing)
    squares: np.ndarray = field(default_factory=_nothing)

    def add(self, values: np.ndarray) -> None:
        """Take in a portion (N, ...), N at least 1."""
        portion = values.astype(np.float64)
        mean = portion.mean(axis=0)
        portion -= mean
        self.merge(Moments(len(portion), mean, np.square(portion, out=portion).sum(axis=0)))

    def merge(self, other: Moments) -> None:
        """Take in what another has taken in."""
        if not other.count:
            return
        if not self.count:
            self.count, self.mean, self.squares = other.count, other.mean, other.squares
            return
        total = self.count + other.count
        gap = other.mean - self.mean
        self.squares = self.squares + other.squares + gap**2 * self.count * other.count / total
        self.mean = self.mean + gap * other.count / total
        self.count = total

    @property
    def deviation(self) -> np.ndarray:
        """Standard deviation of the population, not of a sample; float64."""
        deviation: np.ndarray = np.sqrt(self.squares / self.count)
        return deviation
