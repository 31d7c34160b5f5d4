"""A share a block from first to last, and the nearest class at every block."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, depth_bars, nearest_map
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
LABELS = ["tench", "church"]
DISTANCES = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 4.0]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_beside_chance(theme: Theme) -> None:
    fig = depth_bars(NAMES, [0.1, 0.5, 0.3], [0.02] * 3, theme, title="Share", y_title="of variance", selected="SE_1_2")
    bars, chance = fig.data
    np.testing.assert_allclose(bars.y, [0.1, 0.5, 0.3], rtol=1e-6)
    assert lists(bars.customdata) == lists(chance.customdata) == NAMES
    assert lists(bars.marker.line.width) == [0, 2.5, 0]
    assert fig.layout.xaxis.ticktext[1] == "<b>SE_1_2</b>"
    assert bars.marker.color == colour("s", theme) != chance.line.color
    assert legend(fig) == ["by chance (0.0200 on average)"]
    assert (fig.layout.hovermode, fig.layout.hoverdistance) == ("x", -1), "a whole column can be hit"
    assert bars.unselected.marker.opacity == 1
    assert fig.layout.yaxis.range[0] == 0
    alt = sound(fig, theme)
    assert alt == (
        "Share: 3 blocks from 0.100 in the first to 0.300 in the last; least 0.100 (SE_1_1), most 0.500 (SE_1_2); by "
        "chance 0.0200 on average."
    )


def test_estimates_below_zero_have_room_and_nothing_at_all_too() -> None:
    assert depth_bars(NAMES, [0.1, -0.02, 0.3], [-0.01] * 3, "light").layout.yaxis.range[0] < -0.02
    assert depth_bars(NAMES, [0, 0, 0], [0, 0, 0], "light").layout.yaxis.range[1] > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rings_mark_the_nearest(theme: Theme) -> None:
    fig = nearest_map(NAMES, LABELS, DISTANCES, theme, answer=0, selected="SE_2_1", unit="distance")
    cells, targets, rings = fig.data
    np.testing.assert_allclose(cells.z, DISTANCES)
    assert lists(rings.y) == [0, 1, 0]
    assert lists(targets.customdata) == NAMES * 2
    assert lists(targets.x) == [0, 1, 2] * 2
    assert lists(targets.y) == [0, 0, 0, 1, 1, 1]
    assert targets.text[4] == "church<br>distance 1.000"
    assert targets.marker.opacity == targets.selected.marker.opacity == targets.unselected.marker.opacity == 0
    assert fig.layout.yaxis.ticktext[0].startswith("<b>tench")
    assert fig.layout.yaxis.ticktext[1] == "church"
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1], "the nearest class on top"
    assert "the network's answer, tench, is nearest at 2" in sound(fig, theme)


def test_a_nearest_class_that_is_not_shown_has_no_ring() -> None:
    fig = nearest_map(NAMES, LABELS, DISTANCES, "light", nearest=[0, None, 1])
    assert lists(fig.data[2].y) == [0, None, 1]
    assert "answer" not in sound(fig, "light")
    assert "nearest is another class in SE_1_1" in sound(
        nearest_map(NAMES, LABELS, DISTANCES, "light", nearest=[None, None, 1]), "light"
    )


def test_words_are_translated() -> None:
    assert legend(depth_bars(NAMES, [1, 2, 3], [0, 0, 0], "light", say=shouting)) == ["BY CHANCE (0 ON AVERAGE)"]
    assert legend(nearest_map(NAMES, LABELS, DISTANCES, "light", say=shouting)) == ["NEAREST CLASS OF THE BLOCK"]
