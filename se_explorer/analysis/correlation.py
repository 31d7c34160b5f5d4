"""Correlations of two lists of numbers, None where they mean nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy  # its parts are loaded when they are first asked for; stats takes a second

__all__ = ["pearson", "spearman"]

Numbers = np.ndarray | Sequence[float]


def pearson(left: Numbers, right: Numbers) -> float | None:
    """Pearson's correlation of two (N,); None where it means nothing.

    That is where N is below 3 (two points make a line), one is constant, or one has a number that is none or infinite.
    """
    one, other = (np.asarray(values, dtype=np.float64) for values in (left, right))
    if len(one) < 3 or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return None
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    one, other = one - one.mean(), other - other.mean()
    one, other = one / np.abs(one).max(), other / np.abs(other).max()  # no square of a tiny number is lost
    value = float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))
    return min(1.0, max(-1.0, value))


def spearman(left: Numbers, right: Numbers) -> float | None:
    """Spearman's rank correlation of two (N,), equals with mean ranks; None as for ``pearson``."""
    if not (np.isfinite(left).all() and np.isfinite(right).all()):  # their ranks would be finite all the same
        return None
    return pearson(scipy.stats.rankdata(left), scipy.stats.rankdata(right))
