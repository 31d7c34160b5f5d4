"""The pictures at which each channel is largest, or smallest, of all that came by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["RunningExtremes"]


class RunningExtremes:
    """The ``ranks`` most extreme values of each channel and the pictures they come from; of equal ones the earliest.

    Args:
        sign: 1 for the largest values, -1 for the smallest.
    """

    def __init__(self, channels: int, ranks: int, sign: int) -> None:
        self.ranks, self.sign = ranks, sign
        self._scores = np.empty((0, channels), np.float32)  # values times sign, the largest first
        self._indices = np.empty((0, channels), np.int64)

    @property
    def values(self) -> np.ndarray:
        """The most extreme first, float32 (R, C); R grows up to ``ranks``."""
        values: np.ndarray = self._scores * np.float32(self.sign)
        return values

    @property
    def indices(self) -> np.ndarray:
        """Of their pictures, int64 (R, C)."""
        return self._indices

    def add(self, indices: np.ndarray, values: np.ndarray) -> None:
        """Take in pictures (N,) and their values (N, C)."""
        scores = values * np.float32(self.sign)
        if len(self._scores) < self.ranks:
            everywhere = np.arange(values.shape[1])
            self._scores, self._indices = self._merged(everywhere, scores, indices)
            return
        # Most pictures are extreme in few channels: only those are sorted anew.
        better = scores > self._scores[-1]
        better |= (scores == self._scores[-1]) & (indices[:, None] < self._indices[-1])
        columns = np.flatnonzero(better.any(axis=0))
        if columns.size:
            self._scores[:, columns], self._indices[:, columns] = self._merged(columns, scores, indices)

    def merge(self, other: RunningExtremes) -> None:
        """Take in what another of as many channels and ranks, and of the same sign, has taken in of other pictures."""
        everywhere = np.arange(self._scores.shape[1])
        self._scores, self._indices = self._merged(everywhere, other._scores, other._indices)

    def _merged(self, columns: np.ndarray, scores: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        theirs = indices if indices.ndim == 2 else np.broadcast_to(indices[:, None], (len(indices), len(columns)))
        both = np.concatenate([self._scores[:, columns], scores[:, columns]])
        numbers = np.concatenate([self._indices[:, columns], theirs])
        order = np.lexsort((numbers, -both), axis=0)[: self.ranks]
        return np.take_along_axis(both, order, 0), np.take_along_axis(numbers, order, 0)

    def state(self, name: str) -> dict[str, np.ndarray]:
        """What ``restore`` needs."""
        return {f"{name}.scores": self._scores, f"{name}.indices": self._indices}

    def restore(self, name: str, state: Mapping[str, np.ndarray]) -> None:
        """Take up a state.

        Raises:
            LookupError, ValueError: it is none of as many channels and ranks.
        """
        scores, indices = state[f"{name}.scores"], state[f"{name}.indices"]
        if scores.shape != indices.shape or scores.shape[1:] != self._scores.shape[1:] or len(scores) > self.ranks:
            raise ValueError(f"{name} has the shapes {scores.shape} and {indices.shape}")
        self._scores, self._indices = scores.copy(), indices.copy()
