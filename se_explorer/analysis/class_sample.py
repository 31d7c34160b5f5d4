"""A bounded sample of every class, the same whatever order its pictures come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["LEAST_ROWS", "SAMPLE_BYTES", "ClassSample", "hashes", "rows_within"]

SAMPLE_BYTES = 256 * 2**20
#: Of each class at least, whatever it takes: fewer could not tell five quantiles apart.
LEAST_ROWS = 8
_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def hashes(indices: np.ndarray, seed: int) -> np.ndarray:
    """Numbers that look random and are different for different indices, uint64: SplitMix64 (Steele et al., 2014)."""
    with np.errstate(over="ignore"):  # it works modulo 2^64
        mixed = (indices.astype(np.uint64) + np.uint64(1)) * _GOLDEN
        mixed ^= np.uint64(seed) * _SECOND + np.uint64(seed)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        result: np.ndarray = mixed ^ (mixed >> np.uint64(31))
    return result


def rows_within(budget: int, classes: int, width: int) -> int:
    """Rows a class for which ``budget`` bytes are enough, but at least ``LEAST_ROWS``."""
    return max(LEAST_ROWS, budget // (4 * classes * width))


class ClassSample:
    """The rows of each class whose indices have the smallest hashes (bottom-k sampling).

    Every set of ``limit`` rows of a class is as likely as any other, and a class that has no more is kept whole.

    Args:
        listed: rows of each class that may come, at most.
        width: values of a row, kept as float32.
        limit: rows of a class that are kept.
        seed: of the hash.
    """

    def __init__(self, listed: Sequence[int], width: int, limit: int, seed: int) -> None:
        self.limit, self.seed = limit, seed
        places = [min(limit, count) for count in listed]
        # Memory that has not been written to is not taken yet.
        self._values = [np.empty((count, width), np.float32) for count in places]
        self._indices = [np.empty(count, np.int64) for count in places]
        self._hashes = [np.empty(count, np.uint64) for count in places]
        self.sizes = [0] * len(places)

    def add(self, kind: int, indices: np.ndarray, values: np.ndarray) -> None:
        """Offer rows (N, width) of one class; ``indices`` are theirs in the data."""
        keys = hashes(indices, self.seed)
        free = min(len(keys), len(self._values[kind]) - self.sizes[kind])
        for row in range(free):
            self._put(kind, self.sizes[kind], keys[row], indices[row], values[row])
            self.sizes[kind] += 1
        for row in range(free, len(keys)):
            worst = int(self._hashes[kind].argmax())
            if keys[row] < self._hashes[kind][worst]:
                self._put(kind, worst, keys[row], indices[row], values[row])

    def merge(self, other: ClassSample) -> None:
        """Take in the sample that another of the same limit and seed has of other pictures of the same classes."""
        for kind, size in enumerate(other.sizes):
            if size:
                self.add(kind, other._indices[kind][:size], other._values[kind][:size])

    def _put(self, kind: int, place: int, key: np.uint64, index: int, values: np.ndarray) -> None:
        self._hashes[kind][place], self._indices[kind][place] = key, index
        self._values[kind][place] = values

    def columns(self, first: int, last: int) -> list[np.ndarray]:
        """Columns ``first`` to before ``last`` of every class, float32 (rows, columns), in the order of the data."""
        found = []
        for kind, size in enumerate(self.sizes):
            order = np.argsort(self._indices[kind][:size])
            found.append(self._values[kind][:size, first:last][order])
        return found

    def state(self) -> dict[str, np.ndarray]:
        """What ``restore`` needs; views of the sample."""
        found: dict[str, np.ndarray] = {}
        for kind, size in enumerate(self.sizes):
            found[f"sample.{kind}.values"] = self._values[kind][:size]
            found[f"sample.{kind}.indices"] = self._indices[kind][:size]
        return found

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Take up the state of a sample that was made with the same arguments.

        Raises:
            LookupError, ValueError: it is none of such a sample.
        """
        for kind in range(len(self.sizes)):
            values, indices = state[f"sample.{kind}.values"], state[f"sample.{kind}.indices"]
            size = len(indices)
            self._values[kind][:size], self._indices[kind][:size] = values, indices
            self._hashes[kind][:size] = hashes(indices, self.seed)
            self.sizes[kind] = size
