"""Rank correlations by hand and against SciPy, ties, and what has no rank."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from se_explorer.analysis import Sweeper, agreement, contributions
from se_explorer.engine import Engine
from se_explorer.errors import TraceError
from tests.networks import open_toy, picture


def test_by_hand() -> None:
    """Ranks 1 2 3 4 5 against 2 1 4 3 5: squared distances add to 4, so rho = 1 - 6 * 4 / 120; 8 of 10 pairs agree."""
    found = agreement(np.array([-2.0, -1, 1, 2, 3]), np.array([-1.0, -2, 4, 3, 5]))
    assert found.spearman == pytest.approx(0.8)
    assert found.kendall == pytest.approx(0.6)
    assert found.kendall_p == pytest.approx(stats.kendalltau([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).pvalue)
    assert (found.same_sign, found.signs, found.sign_share, found.count) == (5, 5, 1.0, 5)
    assert found.spearman_low <= 0.8 <= found.spearman_high


def test_the_same_and_the_opposite() -> None:
    values = np.arange(-10.0, 11)
    same, opposite = agreement(values, 3 * values), agreement(values, -values)
    assert (same.spearman, same.kendall) == pytest.approx((1, 1))
    assert (same.spearman_low, same.spearman_high) == pytest.approx((1, 1))
    assert (opposite.spearman, opposite.kendall) == pytest.approx((-1, -1))
    assert (same.same_sign, opposite.same_sign) == (20, 0)
    assert same.kendall_p < 1e-9


def test_ties_are_scipys() -> None:
    x, y = np.array([1.0, 1, 2, 3, 3, 3]), np.array([2.0, 1, 1, 3, 4, 4])
    found = agreement(x, y)
    assert found.spearman == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found.kendall == pytest.approx(stats.kendalltau(x, y).statistic)


def test_noise_has_no_sign_and_ties() -> None:
    found = agreement(np.array([1e-6, -1e-6, 1.0, -1.0]), np.array([1.0, 1.0, 1.0, 1e-7]), noise=1e-5)
    assert (found.signs, found.same_sign) == (1, 1)
    assert found.spearman == pytest.approx(stats.spearmanr([0, 0, 1, -1], [1, 1, 1, 0]).statistic)


def test_what_is_the_same_for_all_has_no_rank() -> None:
    found = agreement(np.zeros(5), np.arange(5.0))
    assert all(math.isnan(value) for value in (found.spearman, found.spearman_low, found.kendall, found.kendall_p))
    assert math.isnan(found.sign_share)


def test_the_interval_is_wide_for_few_and_narrow_for_many_and_repeats() -> None:
    generator = np.random.default_rng(0)
    x = generator.standard_normal(2000)
    y = x + generator.standard_normal(2000)
    few, many = agreement(x[:10], y[:10]), agreement(x, y)
    assert many.spearman_high - many.spearman_low < 0.1 < few.spearman_high - few.spearman_low
    assert many.spearman_low < 6 / math.pi * math.asin(0.5**0.5 / 2) < many.spearman_high, "rho of two normals"
    assert agreement(x, y) == many
    assert math.isnan(agreement(x[:3], y[:3]).spearman_low)


def test_contributions_are_what_an_edit_takes() -> None:
    sweep = Sweeper(Engine(open_toy()), picture(), mode="zero").run()
    assert contributions(sweep).tolist() == [-row.target_logit_delta for row in sweep.rows]


@pytest.mark.parametrize(("x", "y"), [([1.0], [1.0]), ([1.0, 2], [1.0, 2, 3]), ([[1.0, 2]], [[1.0, 2]])])
def test_unlike_lists_are_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(TraceError):
        agreement(np.array(x), np.array(y))
