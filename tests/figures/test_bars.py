"""One bar a channel."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Role, Theme, channel_bars, colour, hidden_bars
from tests.figures.checks import legend, lists, shouting, sound

VALUES = np.asarray([0.2, 0.9, 0.01, 0.5], dtype=np.float32)
ORDER = np.argsort(-VALUES)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["u", "z", "hidden", "s", "x"])
def test_bars_stand_in_the_given_order(role: Role, theme: Theme) -> None:
    fig = channel_bars(VALUES, ORDER, role, None, {}, theme, "Gates", "gate", x_title="channels, sorted by gate")
    (bars,) = fig.data
    assert lists(bars.customdata) == [1, 3, 0, 2]
    assert lists(bars.x) == [0, 1, 2, 3]
    assert bars.y.dtype == np.float32
    np.testing.assert_array_equal(bars.y, VALUES[[1, 3, 0, 2]])
    assert bars.marker.color == colour(role, theme)
    assert fig.layout.bargap == 0
    assert fig.layout.xaxis.title.text == "channels, sorted by gate"
    assert legend(fig) == []
    alt = sound(fig, theme)
    assert alt == "Gates: 4 bars from 0.0100 (channel 2) to 0.900 (channel 1), on average 0.402."


def test_the_selected_bar_is_drawn_on_top() -> None:
    fig = channel_bars(VALUES, ORDER, "s", 0, {}, "light", "Gates")
    top = fig.data[1]
    assert (lists(top.x), lists(top.customdata)) == ([2], [0])
    assert top.y[0] == VALUES[0]
    assert top.marker.color == top.marker.line.color == colour("selected", "light")
    assert top.marker.line.width == 2
    assert legend(fig) == ["selected: channel 0"]
    assert "selected channel 0: 0.200" in sound(fig, "light")


def test_a_selected_channel_that_is_not_drawn_is_left_out() -> None:
    fig = channel_bars(VALUES, np.asarray([1, 3]), "s", 0, {"dead": [0, 3]}, "light", "Gates")
    assert len(fig.data) == 2
    assert lists(fig.data[1].x) == [1]


def test_marks_sit_on_their_bars() -> None:
    marks = {"saturated open": frozenset({1}), "saturated shut": np.asarray([2, 0]), "dead": ()}
    fig = channel_bars(VALUES, ORDER, "s", None, marks, "dark", "Gates")
    open_, shut, dead = fig.data[1:]
    assert lists(open_.x) == [0]
    assert open_.y[0] == VALUES[1]
    assert lists(shut.x) == [2, 3]
    np.testing.assert_array_equal(shut.y, VALUES[[0, 2]])
    assert lists(dead.x) == [None]
    assert len({trace.marker.symbol for trace in fig.data[1:]}) == 3
    assert legend(fig) == ["saturated open (1)", "saturated shut (2)", "dead (0)"]
    assert sound(fig, "dark").endswith("saturated open: 1; saturated shut: 2; dead: 0.")


@pytest.mark.parametrize("limits", [None, (0.0, 1.0)])
def test_limits(limits: tuple[float, float] | None) -> None:
    fig = channel_bars(VALUES, ORDER, "s", None, {}, "light", "Gates", limits=limits)
    assert fig.layout.yaxis.range == limits


@pytest.mark.parametrize("count", [1, 48, 2048])
def test_any_number_of_channels(count: int) -> None:
    values = np.random.default_rng(0).normal(size=count)
    order = np.argsort(values)
    fig = channel_bars(values, order, "z", int(order[0]), {"dead": np.arange(count)}, "light", "Squeeze")
    np.testing.assert_array_equal(fig.data[0].y, np.sort(values).astype(np.float32))
    assert len(fig.data[2].x) == count
    assert lists(fig.layout.xaxis.range) == [-0.5, count - 0.5]
    assert len(fig.to_json()) < 70_000
    sound(fig, "light")


def test_hidden_units_and_translation() -> None:
    fig = hidden_bars(np.zeros(3), np.arange(3), 2, "light", "Hidden", say=shouting)
    assert fig.data[0].marker.color == colour("hidden", "light")
    assert fig.data[0].hovertemplate.startswith("HIDDEN UNIT %{customdata}")
    assert legend(fig) == ["SELECTED: HIDDEN UNIT 2"]
    sound(fig, "light")
