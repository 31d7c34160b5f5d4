"""Mutual information: by hand, in a simulation, and by chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from se_explorer.analysis.information import bins_for, equal_frequency_bins, information, shuffled_classes


def test_by_hand() -> None:
    """Eight pictures, two classes, two bins: class 0 has bins 0, 0, 0, 1; class 1 has 1, 1, 1, 1."""
    binned = np.array([[0], [0], [0], [1], [1], [1], [1], [1]])
    classes = np.repeat([0, 1], 4)
    total = -(3 / 8 * math.log(3 / 8) + 5 / 8 * math.log(5 / 8)) + 1 / 16
    given = 0.5 * (-(3 / 4 * math.log(3 / 4) + 1 / 4 * math.log(1 / 4)) + 1 / 8)
    (found,) = information(binned, classes, np.array([0.5, 0.5]), 2)
    assert found == pytest.approx(total - given)


def test_it_is_miller_and_madow_of_the_joint_entropy() -> None:
    """With every picture in the sample: H(bin) + H(class) - H(bin, class), each corrected."""
    random = np.random.default_rng(0)
    classes = np.sort(random.integers(0, 3, 60))
    binned = (classes[:, None] + random.integers(0, 3, (60, 2))) % 4

    def entropy(keys: np.ndarray) -> float:
        _, counts = np.unique(keys, return_counts=True)
        shares = counts / counts.sum()
        return float(-(shares * np.log(shares)).sum() + (len(counts) - 1) / (2 * counts.sum()))

    shares = np.bincount(classes) / 60
    found = information(binned, classes, shares, 4)
    for column in range(2):
        joint = entropy(binned[:, column] * 3 + classes)
        assert found[column] == pytest.approx(entropy(binned[:, column]) + entropy(classes) - joint)


def test_a_gate_that_is_the_class_tells_all_of_it() -> None:
    classes = np.repeat([0, 1, 2, 3], 100)
    binned = equal_frequency_bins(classes[:, None].astype(float), np.ones(400), 4)
    np.testing.assert_array_equal(binned[:, 0], classes)
    (found,) = information(binned, classes, np.full(4, 0.25), 4)
    assert found == pytest.approx(math.log(4), abs=0.01)


def test_independent_gates_tell_nothing_once_the_bias_is_out() -> None:
    random = np.random.default_rng(0)
    classes = np.repeat(np.arange(10), 40)
    binned = equal_frequency_bins(random.random((400, 500)), np.ones(400), 8)
    shares = np.full(10, 0.1)
    found = information(binned, classes, shares, 8)
    assert abs(found.mean()) < 0.01  # the plain estimate would be near 7 x 9 / 800 = 0.08
    chance = np.mean([information(binned, dealt, shares, 8) for dealt in shuffled_classes(classes, 5, 0)], axis=0)
    assert abs(chance.mean()) < 0.01
    assert chance.mean() == pytest.approx(found.mean(), abs=0.005)


def test_a_sample_that_is_denser_in_one_class_is_weighed() -> None:
    """The rare class is known from all its pictures, the frequent one from a twentieth."""
    random = np.random.default_rng(0)
    classes = np.repeat([0, 1], 2000)
    shares = np.array([0.05, 0.95])
    weights = shares[classes] / 2000
    values = random.normal(size=(4000, 1)) + classes[:, None]
    sampled = information(equal_frequency_bins(values, weights, 8), classes, shares, 8)[0]
    everyone = np.repeat([0, 1], [2000, 38000])
    full_values = random.normal(size=(40000, 1)) + everyone[:, None]
    full = information(equal_frequency_bins(full_values, np.ones(40000), 8), everyone, shares, 8)[0]
    assert full > 0.01
    assert sampled == pytest.approx(full, abs=0.006)


def test_bins_have_equal_frequencies_and_equal_values_share_one() -> None:
    values = np.random.default_rng(0).permutation(80).astype(float)[:, None]
    assert np.bincount(equal_frequency_bins(values, np.ones(80), 8)[:, 0]).tolist() == [10] * 8
    saturated = np.concatenate([np.ones(70), np.linspace(0, 0.5, 10)])[:, None]
    binned = equal_frequency_bins(saturated, np.ones(80), 8)[:, 0]
    assert len(set(binned[:70])) == 1
    assert equal_frequency_bins(np.ones((5, 2)), np.ones(5), 4).max() == 0


@pytest.mark.parametrize(("pictures", "classes", "bins"), [(10, 10, 2), (400, 10, 8), (200, 10, 4), (4000, 10, 8)])
def test_bins_for(pictures: int, classes: int, bins: int) -> None:
    assert bins_for(pictures, classes) == bins


def test_shuffles_are_the_same_every_time() -> None:
    classes = np.arange(20)
    first, second = shuffled_classes(classes, 3, 1), shuffled_classes(classes, 3, 1)
    np.testing.assert_array_equal(first, second)
    assert all(sorted(dealt) == list(range(20)) for dealt in first)
    assert not np.array_equal(first[0], first[1])
