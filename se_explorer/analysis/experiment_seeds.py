"""What trainings with several seeds say of a recipe, and of two recipes against each other.

Seeds are the sample: each gives one trained network, and what is wanted is the mean over all seeds that might have been
drawn. Two recipes trained with the same seed share the order of the pictures, the crops, and the first weights of the
layers that both have (but for ResNet-50, whose SE blocks draw theirs in between), so that differences are taken seed by
seed.

Mean and interval are Student's (1908): they take figures of different seeds for independent and normal, which so few
cannot show. Beside them stands an exact test that takes nothing but symmetry of the differences under "no effect":
all 2^n ways to choose their signs (Fisher 1935). With n seeds its p-value is at least 2^(1 - n): 0.0625 for 5.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first asked for; stats takes a second

from se_explorer.analysis.paired import LEVEL, Interval, holm

__all__ = [
    "FEWEST",
    "MOST_EXACT",
    "Comparison",
    "SeedMean",
    "compare_seeds",
    "least_p",
    "sign_flip_p",
    "student_interval",
]

FEWEST = 3  # seeds from which on there is an interval
MOST_EXACT = 16  # seeds up to which all signs are gone through
SIGNIFICANT = 1 - LEVEL


@dataclass(frozen=True)
class SeedMean:
    """One recipe's figure over its seeds.

    Attributes:
        values: by seed.
        interval: Student's for the mean; None below ``FEWEST`` seeds.
    """

    values: Mapping[int, float]
    interval: Interval | None

    @property
    def count(self) -> int:
        """How many seeds."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Of all seeds."""
        return math.fsum(self.values.values()) / len(self.values)

    @classmethod
    def of(cls, values: Mapping[int, float]) -> SeedMean:
        """From figures by seed; at least one."""
        ordered = dict(sorted(values.items()))
        return cls(ordered, student_interval(list(ordered.values())))


@dataclass(frozen=True)
class Comparison:
    """One recipe less another, seed by seed.

    Attributes:
        differences: by seed, of the seeds that both have.
        interval: Student's for the mean difference; None below ``FEWEST`` seeds.
        p: of the paired t-test that belongs to the interval, two-sided; None where there is no interval, or one without
            a width that is not at 0.
        p_holm: adjusted for all that are compared with the same base.
        p_exact: of the signs alone, see the module; None below ``FEWEST`` or above ``MOST_EXACT`` seeds.
    """

    differences: Mapping[int, float]
    interval: Interval | None
    p: float | None
    p_holm: float | None
    p_exact: float | None

    @property
    def count(self) -> int:
        """Seeds that both have."""
        return len(self.differences)

    @property
    def mean(self) -> float | None:
        """Of the differences; None without a common seed."""
        return math.fsum(self.differences.values()) / self.count if self.differences else None

    @property
    def significant(self) -> bool:
        """Whether it is told apart from 0 at 5 %, after Holm's adjustment."""
        return self.p_holm is not None and self.p_holm <= SIGNIFICANT


def student_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """The mean with Student's interval; None below ``FEWEST`` values. Of equal values it has no width."""
    count = len(values)
    if count < FEWEST:
        return None
    numbers = np.asarray(values, np.float64)
    mean = float(numbers.mean())
    half = float(scipy.stats.t.ppf((1 + level) / 2, count - 1) * numbers.std(ddof=1) / math.sqrt(count))
    return Interval(mean, mean - half, mean + half)


def _t_test(values: Sequence[float]) -> float | None:
    """Two-sided p of Student's test of a mean of 0; 1 where all values are 0, None where they are equal otherwise.

    Counts of a small test split can come out equal by chance; that they have no spread is then no certainty.
    """
    if len(values) < FEWEST:
        return None
    numbers = np.asarray(values, np.float64)
    error = float(numbers.std(ddof=1)) / math.sqrt(len(numbers))
    if error <= 1e-12 * abs(numbers[0]):
        return 1.0 if numbers[0] == 0 else None
    return float(2 * scipy.stats.t.sf(abs(float(numbers.mean())) / error, len(numbers) - 1))


def sign_flip_p(values: Sequence[float]) -> float | None:
    """The exact two-sided p of the mean among all choices of signs; None where these are too few or too many."""
    count = len(values)
    if not FEWEST <= count <= MOST_EXACT:
        return None
    numbers = np.asarray(values, np.float64)
    seen = abs(math.fsum(numbers))
    tolerance = 1e-12 * max(1.0, float(np.abs(numbers).sum()))
    # The sign of the first is left as it is: turning all signs changes nothing of the absolute sum.
    signs = np.array([(1, *rest) for rest in itertools.product((1, -1), repeat=count - 1)], np.float64)
    return float((np.abs(signs @ numbers) >= seen - tolerance).mean())


def least_p(count: int) -> float:
    """The least p-value that ``sign_flip_p`` can give for so many seeds."""
    return float(2.0 ** (1 - count))


def compare_seeds(base: Mapping[int, float], others: Sequence[Mapping[int, float]]) -> tuple[Comparison, ...]:
    """Each of several recipes less the base, with p-values adjusted for their number by Holm's procedure.

    Those without a p-value take no part in the adjustment: they are not tested.

    Args:
        base, others: figures by seed.
    """
    found = [{seed: other[seed] - base[seed] for seed in sorted(base.keys() & other.keys())} for other in others]
    p_values = [_t_test(list(differences.values())) for differences in found]
    adjusted = iter(holm([p for p in p_values if p is not None]))
    return tuple(
        Comparison(
            differences,
            student_interval(list(differences.values())),
            p,
            None if p is None else next(adjusted),
            sign_flip_p(list(differences.values())),
        )
        for differences, p in zip(found, p_values, strict=True)
    )
