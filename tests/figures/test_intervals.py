"""Changes with their intervals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from se_explorer.figures import IntervalSeries, Theme, colour, interval_points
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_2_1", "SE_2_2", "SE_3_1"]
OFF = IntervalSeries("off", [-4.0, 0.5, 0], [-6, -1, 0], [-1, 2.5, 0], [True, False, False], ["a", "b", "c"])
MEAN = replace(OFF, name="mean", values=[-1.0, 0.25, 0.1], sure=[False, False, True])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_points_whiskers_and_what_is_sure(theme: Theme) -> None:
    fig = interval_points(NAMES, [OFF, MEAN], theme, x_title="points", selected="SE_2_2", sure="filled: sure")
    off, mean, _ = fig.data
    assert lists(off.x) == [-4, 0.5, 0]
    assert lists(off.error_x.array) == [3, 2, 0]
    assert lists(off.error_x.arrayminus) == [2, 1.5, 0]
    assert lists(off.marker.color) == [colour("u", theme), colour("background", theme), colour("background", theme)]
    assert lists(mean.marker.color)[2] == colour("z", theme)
    assert off.marker.symbol != mean.marker.symbol, "no message rests on colour alone"
    assert lists(off.customdata) == NAMES
    assert off.unselected.marker.opacity == 1
    assert legend(fig) == ["off", "mean", "filled: sure"]
    assert fig.layout.yaxis.ticktext[1] == "<b>SE_2_2</b>"
    assert len(fig.layout.shapes) == 1
    for above, below in zip(lists(off.y), lists(mean.y), strict=True):
        assert above < round(above + 0.3) + 0.5
        assert 0 < below - above < 0.7, "one below the other, within their row"
    alt = sound(fig, theme)
    assert "off from −4.00 (SE_2_1) to +0.500 (SE_2_2), 1 of 3 significant" in alt
    assert "mean from −1.00 (SE_2_1)" in alt


def test_rows_may_lead_elsewhere_and_a_single_series_lies_in_the_middle() -> None:
    fig = interval_points(
        ["all but SE_2_1"],
        [replace(OFF, values=[1], lows=[0], highs=[2], sure=[True])],
        "light",
        "Title",
        marks=["SE_2_1"],
        selected="SE_9_9",
    )
    assert lists(fig.data[0].customdata) == ["SE_2_1"]
    assert lists(fig.data[0].y) == [0]
    assert not fig.layout.shapes


def test_a_value_outside_its_interval_breaks_nothing() -> None:
    fig = interval_points(NAMES[:1], [replace(OFF, values=[3.0], lows=[-1.0], highs=[2.0])], "light", "Title")
    assert lists(fig.data[0].error_x.array) == [0]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_height_grows_with_rows_and_series(count: int) -> None:
    names = [f"SE_1_{place}" for place in range(count)]
    series = replace(OFF, values=[0.0] * count, lows=[0.0] * count, highs=[0.0] * count, sure=[True] * count)
    one, two = (interval_points(names, [series] * number, "light", "Title") for number in (1, 2))
    assert two.layout.height - one.layout.height == 13 * count
    sound(one, "light")


def test_words_are_translated() -> None:
    fig = interval_points(NAMES, [OFF], "light", "x", say=shouting)
    assert legend(fig)[-1] == "FILLED: SIGNIFICANT"
    assert "1 OF 3 SIGNIFICANT" in sound(fig, "light")
