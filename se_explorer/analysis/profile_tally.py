"""What a profile has gathered so far: bounded, however many pictures, and able to be put aside and taken up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from se_explorer.analysis.class_sample import ClassSample
from se_explorer.analysis.extremes import RunningExtremes
from se_explorer.analysis.moments import Moments
from se_explorer.analysis.profile_file import EXTREMES
from se_explorer.analysis.profile_header import Unreadable

__all__ = ["Tally", "TallyShape"]


@dataclass(frozen=True)
class TallyShape:
    """What a tally is made for.

    Attributes:
        listed: pictures of each class in the data.
        channels: of all blocks together.
        limit, seed: of the sample, see ``ClassSample``.
    """

    listed: tuple[int, ...]
    channels: int
    limit: int
    seed: int


class Tally:
    """Moments, a sample, and the extreme pictures. A row is z of all blocks, then s of all blocks.

    Attributes:
        position: index of the first picture that has not come yet.
        moments: of the rows of each class.
        unreadable: what was left out.
    """

    def __init__(self, shape: TallyShape) -> None:
        self.shape = shape
        self.position = 0
        self.moments = [Moments() for _ in shape.listed]
        self.sample = ClassSample(shape.listed, 2 * shape.channels, shape.limit, shape.seed)
        self.highest = RunningExtremes(shape.channels, EXTREMES, 1)
        self.lowest = RunningExtremes(shape.channels, EXTREMES, -1)
        self.unreadable: list[Unreadable] = []

    @property
    def count(self) -> int:
        """Pictures that were read."""
        return sum(each.count for each in self.moments)

    def add(self, rows: np.ndarray, indices: np.ndarray, classes: np.ndarray) -> None:
        """Take in rows float32 (N, 2 channels), their indices in the data and their classes."""
        for kind in np.unique(classes):
            mine = classes == kind
            chosen = rows[mine]
            self.moments[kind].add(chosen)
            self.sample.add(int(kind), indices[mine], chosen)
        gates = rows[:, self.shape.channels :]
        self.highest.add(indices, gates)
        self.lowest.add(indices, gates)

    def merge(self, other: Tally) -> None:
        """Take in what another of the same classes, channels, limit and seed has taken in of other pictures.

        Sample and extremes are the same in whatever order tallies are merged; moments are up to rounding. What is
        unreadable, and the position, are not touched.
        """
        for mine, theirs in zip(self.moments, other.moments, strict=True):
            mine.merge(theirs)
        self.sample.merge(other.sample)
        self.highest.merge(other.highest)
        self.lowest.merge(other.lowest)

    def overall(self) -> Moments:
        """Moments of the rows of all classes together."""
        found = Moments()
        for each in self.moments:
            found.merge(each)
        return found

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that ``restore`` needs."""
        found = self.sample.state() | self.highest.state("highest") | self.lowest.state("lowest")
        found["counts"] = np.array([each.count for each in self.moments], np.int64)
        for kind, each in enumerate(self.moments):
            found |= {f"moments.{kind}.mean": each.mean, f"moments.{kind}.squares": each.squares}
        return found

    def restore(self, state: Mapping[str, np.ndarray], position: int, unreadable: Sequence[Unreadable]) -> None:
        """Take up the state of a tally of the same shape.

        Raises:
            LookupError, ValueError: it is none.
        """
        counts = state["counts"]
        if counts.shape != (len(self.moments),) or counts.sum() + len(unreadable) != position:
            raise ValueError("its counts do not add up")
        for kind, count in enumerate(counts):
            mean, squares = state[f"moments.{kind}.mean"], state[f"moments.{kind}.squares"]
            wanted = (2 * self.shape.channels if count else 0,)
            if mean.shape != wanted or squares.shape != wanted:
                raise ValueError(f"the moments of class {kind} have the shapes {mean.shape} and {squares.shape}")
            self.moments[kind] = Moments(int(count), mean, squares)
        self.sample.restore(state)
        self.highest.restore("highest", state)
        self.lowest.restore("lowest", state)
        self.position, self.unreadable = position, list(unreadable)
