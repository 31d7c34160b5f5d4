"""Curves of trainings with several seeds: one mean and one interval an epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from se_explorer.analysis.experiment_seeds import student_interval
from se_explorer.analysis.paired import Interval

__all__ = ["SeedCurve", "seed_curve"]

Points = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class SeedCurve:
    """One recipe's curve.

    Attributes:
        lines: (epoch, value) by seed.
        band: (epoch, interval) for the epochs that every seed has; empty where the seeds are too few for intervals.
    """

    lines: Mapping[int, tuple[tuple[int, float], ...]]
    band: tuple[tuple[int, Interval], ...]


def seed_curve(lines: Mapping[int, Points]) -> SeedCurve:
    """A curve from the points of each seed.

    The band is Student's interval for the mean, epoch by epoch: it is not one for the whole curve at once.
    """
    kept = {seed: tuple(points) for seed, points in sorted(lines.items()) if points}
    by_epoch = [dict(points) for points in kept.values()]
    common = sorted(set.intersection(*(set(each) for each in by_epoch))) if by_epoch else []
    found = [(epoch, student_interval([each[epoch] for each in by_epoch])) for epoch in common]
    return SeedCurve(kept, tuple((epoch, interval) for epoch, interval in found if interval is not None))
