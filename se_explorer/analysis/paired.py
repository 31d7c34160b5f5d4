"""What two runs over the same pictures differ by, and how sure one can be of it.

Both runs see the same pictures, so that what matters are the differences picture by picture: the bootstrap draws
pictures with both their answers (Efron and Tibshirani 1993), and McNemar's test looks only at the pictures on which one
is right and the other wrong (McNemar 1947), exactly, by the binomial distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first asked for; stats takes a second

__all__ = ["LEVEL", "RESAMPLES", "Interval", "holm", "mcnemar", "paired_intervals"]

RESAMPLES = 10_000
LEVEL = 0.95
DRAWS = 2**21  # picture numbers drawn at a time; they take 8 bytes each


@dataclass(frozen=True)
class Interval:
    """A mean difference and its interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside."""
        return self.low > 0 or self.high < 0


def mcnemar(lost: int, gained: int) -> float:
    """The two-sided exact p-value of McNemar's test: 2 P(X <= min) for X of Binomial(lost + gained, 1/2), at most 1.

    Args:
        lost: pictures that the first run had right and the second wrong.
        gained: the other way round.

    Raises:
        ValueError: one is negative.
    """
    if min(lost, gained) < 0:
        raise ValueError(f"numbers of pictures are needed, got {lost} and {gained}")
    return float(min(1.0, 2 * scipy.stats.binom.cdf(min(lost, gained), lost + gained, 0.5)))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values adjusted for their number by Holm's step-down method (1979), in the order given.

    Those of at most 0.05 then hold together: the chance that even one of them is a false alarm is at most 5 %.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for place, number in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[number]))
        adjusted[number] = largest
    return tuple(adjusted)


def _resampled_means(values: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Means (resamples, columns) of rows (pictures, columns) drawn with replacement; all columns share the draws."""
    count = len(values)
    generator = np.random.default_rng(seed)
    means = np.empty((resamples, values.shape[1]))
    at_once = max(1, DRAWS // count)
    for begin in range(0, resamples, at_once):
        size = min(at_once, resamples - begin)
        drawn = generator.integers(0, count, (size, count))
        drawn += np.arange(size)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        means[begin : begin + size] = times.astype(np.float64) @ values / count
    return means


def _bounds(values: np.ndarray, means: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means and BCa bounds by column.

    The bias correction counts ties half, since differences of rights and wrongs are whole numbers; the acceleration is
    the jackknife's, which for a mean has a closed form.
    """
    mean = values.mean(axis=0)
    tolerance = 1e-12 * np.maximum(1, np.abs(mean))
    below = (means < mean - tolerance).mean(axis=0) + 0.5 * (np.abs(means - mean) <= tolerance).mean(axis=0)
    bias = scipy.stats.norm.ppf(np.clip(below, 1 / (2 * len(means)), 1 - 1 / (2 * len(means))))
    centred = values - mean
    squares = (centred**2).sum(axis=0)
    acceleration = np.divide((centred**3).sum(axis=0), 6 * squares**1.5, out=np.zeros_like(squares), where=squares > 0)
    found = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        normal = bias + scipy.stats.norm.ppf(tail)
        shares = scipy.stats.norm.cdf(bias + normal / (1 - acceleration * normal))
        found.append(np.array([np.quantile(column, share) for column, share in zip(means.T, shares, strict=True)]))
    return mean, found[0], found[1]


def paired_intervals(
    differences: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0, level: float = LEVEL
) -> list[Interval]:
    """Mean differences with bootstrap intervals (BCa, Efron 1987), one a column.

    Where no picture differs the interval is 0 to 0: a bootstrap knows of no spread that it has not seen.

    Args:
        differences: (pictures, comparisons), finite. Every comparison sees the same resamples.
        resamples: draws of all pictures with replacement. The memory that they take is bounded.
        seed: of the draws.

    Raises:
        ValueError: there is no picture.
    """
    if differences.ndim != 2 or not len(differences):
        raise ValueError(f"differences (pictures, comparisons) are needed, got shape {differences.shape}")
    values = differences.astype(np.float64)
    means = _resampled_means(values, resamples, seed)
    columns = zip(*(part.tolist() for part in _bounds(values, means, level)), strict=True)
    return [Interval(*column) for column in columns]
