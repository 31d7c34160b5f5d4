"""Means over seeds and differences by seed, against hand computations and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from se_explorer.analysis.experiment_curves import seed_curve
from se_explorer.analysis.experiment_seeds import (
    MOST_EXACT,
    SeedMean,
    compare_seeds,
    least_p,
    sign_flip_p,
    student_interval,
)


def test_an_interval_by_hand() -> None:
    # 1, 2, 3: mean 2, standard deviation 1, t of 2 degrees of freedom 4.302653: 4.302653 / sqrt(3) = 2.484138
    found = student_interval([1, 2, 3])
    assert found is not None
    assert found.value == 2
    assert found.low == pytest.approx(2 - 2.484138, abs=1e-6)
    assert found.high == pytest.approx(2 + 2.484138, abs=1e-6)


def test_an_interval_as_scipy_has_it() -> None:
    values = np.random.default_rng(0).normal(0.7, 0.1, 5).tolist()
    found = student_interval(values)
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize("values", [[], [0.5], [0.5, 0.6]])
def test_fewer_than_three_seeds_have_no_interval(values: list[float]) -> None:
    assert student_interval(values) is None
    assert sign_flip_p(values) is None


def test_an_interval_covers_as_often_as_it_says() -> None:
    drawn = np.random.default_rng(1).normal(3, 2, (4000, 5))
    found = [student_interval(row) for row in drawn.tolist()]
    covered = sum(each.low <= 3 <= each.high for each in found if each is not None)
    assert covered / 4000 == pytest.approx(0.95, abs=0.012)


def test_signs_by_hand() -> None:
    # Sums of +-1 +-2 +-3: 6, 4, 2, 0 and their negatives, 0 twice: |sum| >= 6 in 2 of 8, >= 4 in 4 of 8.
    assert sign_flip_p([1, 2, 3]) == 2 / 8 == least_p(3)
    assert sign_flip_p([-1, 2, 3]) == 4 / 8
    assert sign_flip_p([1, 2, -3]) == 1
    assert sign_flip_p([0, 0, 0]) == 1
    assert sign_flip_p([0.1, 0.2, 0.1, 0.3, 0.2]) == 0.0625 == least_p(5)
    assert sign_flip_p([1.0] * (MOST_EXACT + 1)) is None


def test_signs_as_scipy_has_them() -> None:
    values = np.random.default_rng(2).normal(0.3, 1, 8)
    found = stats.permutation_test(
        (values, np.zeros(8)), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip_p(values.tolist()) == pytest.approx(found.pvalue)


def test_differences_are_taken_by_seed() -> None:
    base = {0: 0.70, 1: 0.75, 2: 0.72, 3: 0.71, 9: 0.1}
    other = {3: 0.73, 2: 0.75, 1: 0.76, 0: 0.72, 8: 0.9}
    (found,) = compare_seeds(base, [other])
    assert list(found.differences) == [0, 1, 2, 3]
    assert found.mean == pytest.approx(0.02)
    expected = stats.ttest_rel([other[seed] for seed in range(4)], [base[seed] for seed in range(4)])
    low, high = expected.confidence_interval()
    assert found.p == pytest.approx(expected.pvalue)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.p_holm == found.p
    assert found.p_exact == least_p(4)
    assert found.significant == (expected.pvalue <= 0.05)


def test_holm_counts_what_is_tested() -> None:
    base = dict.fromkeys(range(4), 0.0)
    sure, less, nothing = {0: 1.0, 1: 1.1, 2: 0.9, 3: 1.0}, {0: 1.0, 1: 2.0, 2: 0.1, 3: 1.5}, {0: 0.5, 1: 0.4}
    found = compare_seeds(base, [less, nothing, sure])
    assert found[1].p is found[1].p_holm is found[1].p_exact is found[1].interval is None
    assert not found[1].significant
    assert found[2].p_holm == pytest.approx(2 * (found[2].p or 0))
    assert found[0].p_holm == pytest.approx(found[0].p)


def test_no_common_seed_and_equal_differences() -> None:
    none, equal, same = compare_seeds(
        {0: 1.0, 1: 1.0, 2: 1.0}, [{5: 1.0}, {0: 2.0, 1: 2.0, 2: 2.0}, {0: 1.0, 1: 1.0, 2: 1.0}]
    )
    assert none.mean is None
    assert none.count == 0
    assert equal.p is None, "no spread is no certainty"
    assert not equal.significant
    assert equal.p_exact == 0.25
    assert same.p == 1
    assert same.interval is not None
    assert same.interval.low == same.interval.high == 0


def test_a_mean_over_seeds() -> None:
    found = SeedMean.of({2: 0.5, 0: 0.25})
    assert list(found.values) == [0, 2]
    assert found.mean == 0.375
    assert found.interval is None
    assert math.isclose(SeedMean.of({0: 1, 1: 2, 2: 3}).mean, 2)


def test_a_band_has_the_epochs_that_all_seeds_have() -> None:
    found = seed_curve({1: [(1, 1.0), (2, 2.0)], 0: [(1, 2.0), (2, 3.0), (3, 9.0)], 2: [(1, 3.0), (2, 1.0)]})
    assert list(found.lines) == [0, 1, 2]
    assert [epoch for epoch, _band in found.band] == [1, 2]
    assert [band.value for _epoch, band in found.band] == [2.0, 2.0]
    assert seed_curve({0: [(1, 1.0)], 1: [(1, 2.0)]}).band == ()
    assert seed_curve({}).band == ()
    assert seed_curve({0: []}).lines == {}
