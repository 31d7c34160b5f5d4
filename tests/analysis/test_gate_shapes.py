"""Distributions of gates, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from se_explorer.analysis.gate_shapes import BINS, gate_deviation, gate_range, gate_shape


def f32(*values: float) -> np.ndarray:
    return np.asarray(values, np.float32)


def test_four_gates_by_hand() -> None:
    shape = gate_shape(f32(0.005, 0.5, 0.51, 0.995))
    assert (shape.channels, shape.shut, shape.open, shape.negative) == (4, 0.25, 0.25, 0.0)
    assert shape.mean == pytest.approx(2.01 / 4)
    assert shape.median == pytest.approx(0.505)
    assert (shape.low, shape.high) == pytest.approx((0.005, 0.995))
    wanted = np.zeros(BINS)
    wanted[[0, 8, 15]] = 0.25, 0.5, 0.25
    np.testing.assert_array_equal(shape.histogram, wanted)
    assert shape.entropy == 1.5, "0.25 * 2 + 0.5 * 1 + 0.25 * 2"


@pytest.mark.parametrize(
    ("gates", "entropy"),
    [
        ([0.5], 0),
        ([0.5] * 7, 0),
        ([0, 1] * 8, 1),
        ([(place + 0.5) / BINS for place in range(BINS)], math.log2(BINS)),
        ([1.0, 1.0, 0.97], 0),
    ],
    ids=["one", "equal", "two ends", "even", "the last bin holds its upper end"],
)
def test_entropy(gates: list[float], entropy: float) -> None:
    assert gate_shape(f32(*gates)).entropy == pytest.approx(entropy, abs=1e-12)


def test_gates_that_are_no_sigmoid_widen_the_range_for_all_blocks() -> None:
    tanh, usual = f32(-1, -0.5, 0.0, 1.0), f32(0.2, 0.9)
    assert gate_range([usual]) == (0.0, 1.0)
    assert gate_range([]) == (0.0, 1.0)
    limits = gate_range([usual, tanh, f32(3.0)])
    assert limits == (-1.0, 3.0)
    shape = gate_shape(tanh, limits)
    assert shape.histogram.sum() == 1
    assert (shape.shut, shape.open, shape.negative) == (0.25, 0.25, 0.5), "-1 turns the sign: it is not shut"
    assert np.flatnonzero(shape.histogram).tolist() == [0, 2, 4, 8]


def test_thresholds_are_those_of_saturation() -> None:
    below = np.nextafter(np.float32(0.99), np.float32(0))
    shape = gate_shape(f32(0.01, np.nextafter(np.float32(0.01), np.float32(1)), 0.99, below))
    assert (shape.shut, shape.open) == (0.25, 0.25)


def test_distance_from_the_mean_by_hand() -> None:
    found = gate_deviation(f32(0.5, 0.1, 0.9), f32(0.2, 0.5, 0.9), f32(0.1, 0.2, 0.001))
    assert found.distance == pytest.approx(math.sqrt((0.09 + 0.16 + 0) / 3), rel=1e-6)
    assert found.standardised == pytest.approx(math.sqrt((9 + 4) / 2), rel=1e-6)
    assert found.still == 1


def test_without_deviations_or_without_one_that_is_large_enough() -> None:
    assert gate_deviation(f32(0.5), f32(0.25), None).standardised is None
    still = gate_deviation(f32(0.5), f32(0.25), f32(0.0))
    assert (still.distance, still.standardised, still.still) == (0.25, None, 1)


def test_pictures_like_the_data_set_are_about_one_deviation_off() -> None:
    random = np.random.default_rng(0)
    means, deviations = random.uniform(0.2, 0.8, 4000), random.uniform(0.02, 0.2, 4000)
    gates = random.normal(means, deviations)
    assert gate_deviation(gates, means, deviations).standardised == pytest.approx(1, abs=0.03)
