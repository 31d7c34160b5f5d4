"""Chan's update against NumPy, whatever the portions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from se_explorer.analysis.moments import Moments


def test_by_hand() -> None:
    moments = Moments()
    moments.add(np.array([[1.0], [3.0]], np.float32))  # mean 2, squares 2
    moments.add(np.array([[8.0]], np.float32))  # mean 4: 9 + 1 + 16
    assert moments.count == 3
    assert moments.mean == pytest.approx([4.0])
    assert moments.squares == pytest.approx([26.0])
    assert moments.deviation == pytest.approx([np.sqrt(26 / 3)])


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(1, 39), max_size=6, unique=True), offset=st.sampled_from([0.0, 1e4]))
def test_any_portions_are_as_numpy_has_them_at_once(cuts: list[int], offset: float) -> None:
    values = (np.random.default_rng(0).normal(size=(40, 3)) + offset).astype(np.float32)
    moments, halves = Moments(), (Moments(), Moments())
    for place, portion in enumerate(np.split(values, sorted(cuts))):
        moments.add(portion)
        halves[place % 2].add(portion)
    halves[0].merge(halves[1])
    exact = values.astype(np.float64)
    for found in (moments, halves[0]):
        assert found.count == 40
        np.testing.assert_allclose(found.mean, exact.mean(axis=0), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(found.deviation, exact.std(axis=0), rtol=1e-9)


def test_nothing_changes_nothing() -> None:
    moments = Moments()
    moments.merge(Moments())
    assert moments.count == 0
    moments.add(np.ones((1, 2)))
    moments.merge(Moments())
    assert moments.count == 1
