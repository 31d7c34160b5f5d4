"""The largest and smallest values of each channel, and whose they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from se_explorer.analysis.extremes import RunningExtremes


@settings(max_examples=30)
@given(
    seed=st.integers(0, 99),
    levels=st.sampled_from([2, 4, 1000]),
    portion=st.integers(1, 30),
    sign=st.sampled_from([1, -1]),
)
def test_against_sorting_everything(seed: int, levels: int, portion: int, sign: int) -> None:
    random = np.random.default_rng(seed)
    values = (random.integers(0, levels, (30, 4)) / levels).astype(np.float32)
    order = random.permutation(30)
    running = RunningExtremes(4, 8, sign)
    for begin in range(0, 30, portion):
        chosen = order[begin : begin + portion]
        running.add(chosen, values[chosen])
    wanted = np.stack([sorted(range(30), key=lambda i: (-sign * values[i, c], i))[:8] for c in range(4)], axis=1)
    np.testing.assert_array_equal(running.indices, wanted)
    np.testing.assert_array_equal(running.values, np.take_along_axis(values, wanted, 0))


def test_fewer_pictures_than_ranks() -> None:
    running = RunningExtremes(2, 8, 1)
    running.add(np.array([5, 3]), np.array([[0.1, 0.9], [0.2, 0.3]], np.float32))
    np.testing.assert_array_equal(running.indices, [[3, 5], [5, 3]])


def test_it_can_be_put_aside_and_taken_up() -> None:
    values = np.random.default_rng(0).random((30, 4)).astype(np.float32)
    whole, first, second = (RunningExtremes(4, 8, -1) for _ in range(3))
    whole.add(np.arange(30), values)
    first.add(np.arange(12), values[:12])
    second.restore("low", first.state("low"))
    second.add(np.arange(12, 30), values[12:])
    np.testing.assert_array_equal(second.indices, whole.indices)
    with pytest.raises(ValueError, match="low has the shapes"):
        RunningExtremes(3, 8, -1).restore("low", first.state("low"))
    with pytest.raises(ValueError, match="low has the shapes"):
        RunningExtremes(4, 7, -1).restore("low", first.state("low"))
