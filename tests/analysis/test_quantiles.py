"""Weighted quantiles: NumPy's where weights are equal, by hand where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis.profile_header import QUANTILES
from se_explorer.analysis.quantiles import weighted_quantiles


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_equal_weights_are_numpy(count: int) -> None:
    values = np.random.default_rng(count).normal(size=(count, 5))
    found = weighted_quantiles(values, np.full(count, 2.5), QUANTILES)
    np.testing.assert_allclose(found, np.quantile(values, QUANTILES, axis=0))


def test_nearly_equal_weights_are_nearly_numpy() -> None:
    """The two ways of working it out are one formula."""
    values = np.random.default_rng(0).normal(size=(40, 5))
    weights = np.ones(40)
    weights[7] += 1e-9
    np.testing.assert_allclose(
        weighted_quantiles(values, weights, QUANTILES), np.quantile(values, QUANTILES, axis=0), atol=1e-7
    )


def test_by_hand() -> None:
    # Weights 1, 1, 2 of the values 0, 10, 20: middles 0.5, 1.5, 3; places 0, 0.4, 1.
    found = weighted_quantiles(np.array([[20.0], [0.0], [10.0]]), np.array([2.0, 1.0, 1.0]), (0, 0.2, 0.4, 0.7, 1))
    assert found[:, 0] == pytest.approx([0, 5, 10, 15, 20])


def test_a_row_for_many_counts_as_many() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(3000, 1))
    weights = random.integers(1, 5, 3000).astype(np.float64)
    repeated = np.repeat(values, weights.astype(int), axis=0)
    found = weighted_quantiles(values, weights, QUANTILES)
    np.testing.assert_allclose(found, np.quantile(repeated, QUANTILES, axis=0), atol=0.01)
