"""Quantiles of values that stand for different numbers of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["sorted_columns", "weighted_quantiles"]


def sorted_columns(values: np.ndarray) -> np.ndarray:
    """The columns of (N, C) as sorted rows (C, N): NumPy sorts what lies side by side several times as fast."""
    rows = np.ascontiguousarray(values.T)
    rows = rows.copy() if np.shares_memory(rows, values) else rows
    rows.sort(axis=1)
    return rows


def _quantiles(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Hyndman and Fan's definition 7, (len(shares), C)."""
    rows, places = sorted_columns(values), np.asarray(shares) * (len(values) - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    low, high = rows[:, below].astype(np.float64), rows[:, above].astype(np.float64)
    found: np.ndarray = (low + (high - low) * (places - below)).T
    return found


def weighted_quantiles(values: np.ndarray, weights: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles of each column (N, C), float64 (len(shares), C).

    With equal weights they are NumPy's default (Hyndman and Fan's definition 7). Else each value stands at the middle
    of its weight, the first at 0 and the last at 1, and what lies between is interpolated.

    Args:
        weights: of the rows, above 0, (N,).
    """
    if np.ptp(weights) == 0 or len(values) == 1:
        return _quantiles(values, shares)
    order = np.argsort(values, axis=0, kind="stable")
    sorted_values, sorted_weights = np.take_along_axis(values, order, 0), weights[order]
    middles = sorted_weights.cumsum(axis=0) - sorted_weights / 2
    places = (middles - middles[0]) / (middles[-1] - middles[0])
    found = [np.interp(shares, places[:, column], sorted_values[:, column]) for column in range(values.shape[1])]
    return np.stack(found, axis=1)
