"""A sum that adds up."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, sum_waterfall
from tests.figures.checks import lists, shouting, sound

LABELS = ["hidden unit 4", "hidden unit 9", "all others (14)", "bias"]
TERMS = [1.25, -0.5, 0.03125, -2.0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_total_is_the_sum_of_the_bars(theme: Theme) -> None:
    fig = sum_waterfall(LABELS, TERMS, "into the gate", theme, "Why", keys=[4, 9, None, None])
    (fall,) = fig.data
    assert lists(fall.measure) == ["relative"] * 4 + ["total"]
    assert lists(fall.x) == [*TERMS, -1.21875]
    assert lists(fall.customdata) == [4, 9, None, None, None]
    assert lists(fall.text) == ["+1.25", "−0.500", "+0.0312", "−2.00", "<b>= −1.22</b>"]
    assert fall.increasing.marker.color == colour("up", theme)
    assert fall.decreasing.marker.color == colour("down", theme)
    alt = sound(fig, theme)
    assert "4 terms add up to −1.22" in alt
    assert "+1.25 (hidden unit 4)" in alt
    assert "−2.00 (bias)" in alt


def test_the_axis_holds_every_partial_sum_and_its_text() -> None:
    fig = sum_waterfall(LABELS, TERMS, "into the gate", "light")
    low, high = fig.layout.xaxis.range
    sums = np.cumsum(TERMS)
    assert low < sums.min() - 0.2
    assert high > sums.max() + 0.2
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    assert fig.layout.yaxis.ticktext[-1] == "<b>into the gate</b>"


@pytest.mark.parametrize("terms", [[], [0.0, 0.0]])
def test_nothing_and_zeros(terms: list[float]) -> None:
    fig = sum_waterfall(["a", "b"][: len(terms)], terms, "sum", "light")
    assert fig.data[0].x[-1] == 0
    sound(fig, "light")


def test_translation() -> None:
    assert "TERMS ADD UP" in sound(sum_waterfall(LABELS, TERMS, "x", "light", say=shouting), "light")
