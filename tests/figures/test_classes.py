"""Gates by class: lines, spreads, and small panels of all blocks."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import (
    CLASS_LINES,
    BlockPanel,
    ClassLine,
    Theme,
    class_grid,
    class_lines,
    class_spread,
    colour,
)
from tests.figures.checks import legend, lists, shouting, sound

CHANNELS = np.array([3, 7, 20, 41])
LINES = [ClassLine("tench", np.array([0.1, 0.2, 0.3, 0.4])), ClassLine("church", np.array([0.1, 0.4, 0.3, 0.9]))]
OVERALL = np.array([0.1, 0.3, 0.3, 0.6])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_line_a_class_beside_the_mean_of_all(theme: Theme) -> None:
    fig = class_lines(CHANNELS, LINES, OVERALL, theme, selected=20, title="Mean gates in SE_2_3", x_title="channel")
    assert legend(fig) == ["tench", "church", "all classes"]
    np.testing.assert_allclose(fig.data[1].y, LINES[1].means, rtol=1e-6)
    assert all(lists(line.customdata) == [3, 7, 20, 41] for line in fig.data)
    assert all(line.unselected.marker.opacity == 1 for line in fig.data), "a click fades nothing"
    assert fig.data[-1].line.color == colour("selected", theme)
    (mark,) = fig.layout.shapes
    assert mark.x0 == mark.x1 == 2, "the selected channel is marked at its place"
    assert (fig.layout.hovermode, fig.layout.hoverdistance) == ("x", -1), "a whole column can be hit"
    assert fig.layout.xaxis.ticktext[:2] == ("3", "7")
    alt = sound(fig, theme)
    assert alt.startswith("Mean gates in SE_2_3: mean gates of 2 classes")
    assert "differ by 0.175 on average and most at channel 41, by 0.500" in alt


def test_six_classes_can_be_told_apart_without_colour() -> None:
    fig = class_lines(CHANNELS, [LINES[0]] * CLASS_LINES, OVERALL, "light")
    looks = {(line.line.dash, line.marker.symbol) for line in fig.data[:-1]}
    assert len(looks) == CLASS_LINES == 6
    assert len({line.line.color for line in fig.data}) == 7


def test_no_class_and_a_channel_that_is_not_drawn() -> None:
    fig = class_lines(CHANNELS, [], OVERALL, "light", selected=5, limits=None)
    assert legend(fig) == ["all classes"]
    assert not fig.layout.shapes
    assert fig.layout.yaxis.range is None
    assert "differ" not in sound(fig, "light")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bands_lie_around_the_middle(theme: Theme) -> None:
    middle = LINES[0].means
    bands = [("5 % to 95 %", middle - 0.2, middle + 0.2), ("25 % to 75 %", middle - 0.1, middle + 0.1)]
    fig = class_spread(CHANNELS, LINES[0], bands, OVERALL, theme, place=1, title="tench in SE_2_3")
    assert legend(fig) == ["5 % to 95 %", "25 % to 75 %", "tench", "all classes"]
    low, high = fig.data[:2]
    np.testing.assert_allclose(np.array(high.y) - np.array(low.y), 0.4, rtol=1e-6)
    assert (low.fill, high.fill) == (None, "tonexty")
    assert low.hoverinfo == high.hoverinfo == fig.data[-1].hoverinfo == "skip"
    assert lists(fig.data[4].customdata) == [3, 7, 20, 41]
    assert fig.data[4].line.color == class_lines(CHANNELS, LINES, OVERALL, theme).data[1].line.color
    assert "5 % to 95 % is 0.400 wide on average" in sound(fig, theme)


PANELS = [
    BlockPanel("SE_2_1", CHANNELS, [ClassLine("a", OVERALL), ClassLine("b", OVERALL)], OVERALL),
    BlockPanel("SE_2_2", CHANNELS[:2], [ClassLine("a", OVERALL[:2]), ClassLine("b", OVERALL[:2] + 0.5)], OVERALL[:2]),
    BlockPanel("SE_3_1", CHANNELS, LINES, OVERALL),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_panel_a_block_on_one_scale(theme: Theme) -> None:
    fig = class_grid(PANELS, theme, selected="SE_2_2")
    names = [note.text for note in fig.layout.annotations]
    assert names[::2] == ["SE_2_1", "SE_3_1"]
    assert names[1].startswith("<b>SE_2_2")
    assert {trace.xaxis for trace in fig.data} == {"x", "x2", "x3"}
    ranges = {tuple(fig.layout[f"yaxis{place}"].range) for place in ("", "2", "3")}
    assert len(ranges) == 1
    assert fig.layout.xaxis.domain[1] < fig.layout.xaxis2.domain[0], "two beside each other"
    assert fig.layout.yaxis3.domain[1] < fig.layout.yaxis.domain[0], "and the next below"
    assert len(legend(fig)) == 3, "each class once"
    alt = sound(fig, theme)
    assert "3 blocks" in alt
    assert "least in SE_2_1 (by 0 on average) and most in SE_2_2 (by 0.500)" in alt


def test_a_click_in_a_panel_says_block_and_channel() -> None:
    fig = class_grid(PANELS, "light")
    targets = [trace for trace in fig.data if trace.mode == "markers"]
    assert [lists(each.customdata) for each in targets][1] == ["SE_2_2.3", "SE_2_2.7"]
    assert all(each.marker.opacity == each.unselected.marker.opacity == 0 for each in targets)
    assert targets[2].text[3] == "tench 0.400<br>church 0.900<br>all classes 0.600"
    assert all(trace.hoverinfo == "skip" for trace in fig.data if trace.mode == "lines")


def test_words_are_translated() -> None:
    assert legend(class_lines(CHANNELS, LINES, OVERALL, "light", say=shouting))[-1] == "ALL CLASSES"
    assert "MEAN GATES BY CLASS" in sound(class_grid(PANELS, "light", say=shouting), "light")
    spread = class_spread(CHANNELS, LINES[0], [("b", OVERALL, OVERALL)], OVERALL, "light", say=shouting)
    assert legend(spread)[-1] == "ALL CLASSES"
