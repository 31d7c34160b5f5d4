"""Attribution beside ablation."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, agreement_scatter, colour, rank_bars
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
ATTRIBUTED, REAL = np.array([0.5, -2.0, 1.0]), np.array([3.0, 1.0, -4.0])
TITLES = {"attributed_title": "Gradient, logits", "real_title": "taken away, logits"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_panel_has_its_own_scale_and_ranks(theme: Theme) -> None:
    fig = rank_bars(NAMES, ATTRIBUTED, REAL, theme, selected="SE_1_2", **TITLES)
    one, one_ranks, two, two_ranks = fig.data
    assert (one.xaxis, one_ranks.xaxis, two.xaxis, two_ranks.xaxis) == ("x", "x", "x2", "x2")
    assert lists(one.x) == [0.5, -2.0, 1.0]
    assert lists(two.x) == [3.0, 1.0, -4.0]
    assert [text.strip() for text in one_ranks.text] == ["#2", "#3", "#1"]
    assert [text.strip() for text in two_ranks.text] == ["#1", "#2", "#3"]
    assert lists(one_ranks.textposition) == ["middle right", "middle left", "middle right"]
    assert lists(one.customdata) == lists(two.customdata) == NAMES
    up, down = colour("up", theme), colour("down", theme)
    assert lists(one.marker.color) == [up, down, up]
    assert lists(two.marker.line.width) == [0, 2, 0]
    assert fig.layout.yaxis.ticktext[1] == "<b>SE_1_2</b>"
    assert fig.layout.xaxis.domain[1] < fig.layout.xaxis2.domain[0]
    assert fig.layout.xaxis2.range[0] < -4 < 3 < fig.layout.xaxis2.range[1]
    alt = "Gradient, logits beside taken away, logits, 3 rows; SE_2_1 is first in the one and SE_1_1 in the other."
    assert sound(fig, theme) == alt


def test_whiskers_push_the_ranks_out() -> None:
    fig = rank_bars(NAMES, ATTRIBUTED, REAL, "light", errors=np.array([0.25, 0.5, 0.0]), **TITLES)
    assert lists(fig.data[0].error_x.array) == [0.25, 0.5, 0.0]
    assert lists(fig.data[1].x) == [0.75, -2.5, 1.0]
    assert fig.layout.xaxis.range[0] < -2.5
    assert fig.data[2].error_x.array is None
    unknown = rank_bars(NAMES, ATTRIBUTED, REAL, "light", errors=np.full(3, np.nan), **TITLES)
    assert unknown.data[0].error_x.array is None


@pytest.mark.parametrize("values", [np.zeros(3), np.array([-1.0, -2, -3]), np.array([1e-9, 0, 0])])
def test_any_values_have_a_range(values: np.ndarray) -> None:
    fig = rank_bars(NAMES, values, values, "dark", **TITLES)
    low, high = fig.layout.xaxis.range
    assert low < values.min() or values.min() >= 0
    assert low < high
    sound(fig, "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_that_agree_and_that_do_not_are_set_apart(theme: Theme) -> None:
    fig = agreement_scatter(NAMES, ATTRIBUTED, REAL, theme, x_title="a", y_title="b", selected="SE_2_1")
    same, other = fig.data
    assert lists(same.customdata) == ["SE_1_1"]
    assert lists(other.customdata) == ["SE_1_2", "SE_2_1"]
    assert lists(other.x) == [-2.0, 1.0]
    assert lists(other.y) == [1.0, -4.0]
    assert same.marker.symbol != other.marker.symbol
    assert lists(other.marker.line.width) == [0, 2.5]
    assert legend(fig) == ["same sign (1)", "other sign (2)"]
    assert sound(fig, theme) == "b against a: 3 points, 1 with the same sign on both sides."


def test_of_many_points_few_carry_names() -> None:
    values = np.linspace(-1, 1, 500)
    names = [str(place) for place in range(500)]
    fig = agreement_scatter(names, values, values**3, "light", x_title="a", y_title="b", selected="250")
    shown = [text for trace in fig.data for text in trace.text if text]
    assert "250" in shown
    assert len(shown) <= 5


def test_words_are_translated() -> None:
    fig = agreement_scatter(NAMES, ATTRIBUTED, REAL, "light", x_title="a", y_title="b", say=shouting)
    assert legend(fig) == ["SAME SIGN (1)", "OTHER SIGN (2)"]
    assert "RANK #2" in rank_bars(NAMES, ATTRIBUTED, REAL, "light", say=shouting, **TITLES).data[0].hovertext[0]
