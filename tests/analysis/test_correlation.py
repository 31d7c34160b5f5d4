"""Correlations: none where they would mean nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from se_explorer.analysis import compare
from se_explorer.analysis.correlation import pearson, spearman
from tests.analysis.toys import trace_of


def test_against_scipy() -> None:
    one, other = np.random.default_rng(0).normal(size=(2, 50))
    assert pearson(one, other) == pytest.approx(stats.pearsonr(one, other).statistic)
    assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0], [1.0, 1.0, 1.0], [1.0, math.nan, 2.0], [math.nan] * 3, [1.0, 2.0, math.inf]],
    ids=["two points", "constant", "one is no number", "none is a number", "infinite"],
)
def test_where_there_is_none(values: list[float]) -> None:
    straight = list(map(float, range(len(values))))
    for correlation in (pearson, spearman):
        assert correlation(values, straight) is None
        assert correlation(straight, values) is None


def test_logits_that_are_no_numbers_are_at_no_distance_of_0() -> None:
    """A network that an edit drove out of float32."""
    assert math.isnan(compare(trace_of([1, 2, 3]), trace_of([math.nan] * 3)).kl)
    assert math.isnan(compare(trace_of([math.nan] * 3), trace_of([1, 2, 3])).kl)
