"""Left against right."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, quantile_plot, value_scatter
from tests.figures.checks import legend, lists, shouting, sound

LEFT, RIGHT = np.asarray([0.0, 0.5, 1.0]), np.asarray([0.25, 0.5, 0.0])
TITLES = {"x_title": "left", "y_title": "right"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_point_a_channel_and_a_line_where_both_are_equal(theme: Theme) -> None:
    fig = value_scatter(LEFT, RIGHT, np.asarray([5, 6, 9]), theme, "Gates", limits=(0, 1), x_title="a", y_title="b")
    line, points = fig.data
    assert (lists(line.x), lists(line.y)) == ([0, 1], [0, 1])
    assert (lists(points.x), lists(points.y)) == ([0, 0.5, 1], [0.25, 0.5, 0])
    assert lists(points.customdata) == [5, 6, 9]
    assert points.marker.color == colour("s", theme)
    assert points.unselected.marker.opacity == points.marker.opacity, "a click fades nothing"
    assert fig.layout.xaxis.range == fig.layout.yaxis.range == pytest.approx((-0.04, 1.04))
    assert fig.layout.hoverdistance == -1
    assert sound(fig, theme) == (
        "Gates: 3 points; on the left from 0 to 1.00, on the right from 0 to 0.500; they differ most at 9: 1.00 and 0."
    )


def test_marked_and_selected_points_are_on_top_and_named() -> None:
    marked = {"marked": [2, 0], "marked_name": "differ most", "selected": 1}
    fig = value_scatter(LEFT, RIGHT, np.arange(3), "light", **TITLES, **marked)
    rings, chosen = fig.data[2:]
    assert (lists(rings.x), lists(rings.y)) == ([1, 0], [0, 0.25])
    assert (lists(chosen.x), lists(chosen.y), lists(chosen.customdata)) == ([0.5], [0.5], [1])
    assert legend(fig) == ["both equal", "differ most (2)", "selected: channel 1"]
    named = value_scatter(LEFT, RIGHT, ["cat", "dog", "owl"], "light", **TITLES, selected=2, unit="class")
    assert legend(named)[-1] == "selected: class owl"


def test_axes_follow_the_values_where_nothing_is_said() -> None:
    fig = value_scatter(LEFT * 4 - 2, RIGHT, np.arange(3), "light", **TITLES)
    assert fig.layout.xaxis.range == pytest.approx((-2.16, 2.16))
    same = value_scatter(np.ones(2), np.ones(2), np.arange(2), "light", **TITLES)
    assert same.layout.xaxis.range[0] < 1 < same.layout.xaxis.range[1]


def test_quantiles_of_two_sizes() -> None:
    fig = quantile_plot(np.linspace(0, 1, 5), np.asarray([0.5, 0.5]), "light", "Quantiles", limits=(0, 1), **TITLES)
    line = fig.data[1]
    np.testing.assert_allclose(line.x, np.linspace(0, 1, 101), atol=1e-7)
    assert set(lists(line.y)) == {0.5}
    assert (line.text[0], line.text[50], line.text[100]) == ("0%", "50%", "100%")
    assert sound(fig, "light") == (
        "Quantiles: quantiles of 5 and 2 values; medians 0.500 and 0.500; at most 0.500 apart."
    )
    wide = quantile_plot(np.asarray([-1.0, 1.0]), np.asarray([0.0, 3.0]), "dark", **TITLES)
    assert wide.layout.xaxis.range == pytest.approx((-1.16, 3.16))


def test_words_are_translated() -> None:
    fig = value_scatter(LEFT, RIGHT, np.arange(3), "light", **TITLES, say=shouting)
    assert "3 POINTS" in sound(fig, "light")
    assert legend(fig) == ["BOTH EQUAL"]
    assert "QUANTILES OF 3 AND 3" in sound(quantile_plot(LEFT, RIGHT, "light", **TITLES, say=shouting), "light")
