"""Bottom-k samples: which rows they keep, and that the order of arrival changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from se_explorer.analysis.class_sample import LEAST_ROWS, ClassSample, hashes, rows_within


def fill(sample: ClassSample, kind: int, order: np.ndarray, portion: int) -> None:
    """Offer rows that hold their own index."""
    for begin in range(0, len(order), portion):
        chosen = order[begin : begin + portion]
        sample.add(kind, chosen, np.stack([chosen, -chosen], axis=1).astype(np.float32))


def test_hashes_are_all_different_and_look_random() -> None:
    for seed in (0, 1, 2**40):
        found = hashes(np.arange(4096), seed)
        assert len(set(found.tolist())) == 4096
        bits = np.unpackbits(found.view(np.uint8)).mean()
        assert bits == pytest.approx(0.5, abs=0.01)
    assert not np.array_equal(hashes(np.arange(9), 0), hashes(np.arange(9), 1))


@settings(max_examples=20)
@given(seed=st.integers(0, 9), portion=st.integers(1, 40), shuffle=st.integers(0, 99))
def test_it_keeps_the_least_hashes_in_whatever_order_they_come(seed: int, portion: int, shuffle: int) -> None:
    order = np.random.default_rng(shuffle).permutation(40)
    sample = ClassSample([40, 0, 3], 2, 7, seed)
    fill(sample, 0, order, portion)
    fill(sample, 2, np.array([50, 48]), portion)
    wanted = np.sort(np.argsort(hashes(np.arange(40), seed))[:7])
    first, empty, last = sample.columns(0, 2)
    np.testing.assert_array_equal(first, np.stack([wanted, -wanted], axis=1))
    assert empty.shape == (0, 2)
    np.testing.assert_array_equal(last[:, 0], [48, 50])
    np.testing.assert_array_equal(sample.columns(1, 2)[0][:, 0], -wanted)


def test_every_row_is_as_likely() -> None:
    kept = np.zeros(20)
    for seed in range(400):
        sample = ClassSample([20], 2, 5, seed)
        fill(sample, 0, np.arange(20), 20)
        kept[sample.columns(0, 1)[0][:, 0].astype(int)] += 1
    assert kept.sum() == 2000
    assert np.abs(kept - 100).max() < 5 * np.sqrt(400 * 0.25 * 0.75)  # five deviations of a fair draw


def test_it_can_be_put_aside_and_taken_up() -> None:
    whole, first, second = (ClassSample([40], 2, 7, 3) for _ in range(3))
    fill(whole, 0, np.arange(40), 5)
    fill(first, 0, np.arange(25), 5)
    second.restore({name: values.copy() for name, values in first.state().items()})
    fill(second, 0, np.arange(25, 40), 5)
    np.testing.assert_array_equal(second.columns(0, 2)[0], whole.columns(0, 2)[0])


def test_a_foreign_state_is_refused() -> None:
    large, small = ClassSample([40], 2, 20, 0), ClassSample([40], 2, 7, 0)
    fill(large, 0, np.arange(40), 40)
    with pytest.raises(ValueError, match="shape"):
        small.restore(large.state())
    with pytest.raises(KeyError):
        ClassSample([1, 1], 2, 7, 0).restore(small.state())


@pytest.mark.parametrize(
    ("budget", "classes", "width", "rows"),
    [(4000, 1, 10, 100), (4000, 10, 10, 10), (4039, 10, 10, 10), (4000, 1000, 10, LEAST_ROWS)],
)
def test_rows_within(budget: int, classes: int, width: int, rows: int) -> None:
    assert rows_within(budget, classes, width) == rows
