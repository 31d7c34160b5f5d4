"""Signed changes."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, effect_bars
from tests.figures.checks import lists, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
VALUES = np.asarray([0.25, -0.5, 0.0])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_show_in_direction_colour_and_text(theme: Theme) -> None:
    fig = effect_bars(NAMES, VALUES, theme, "Off in turn", "change in points", selected="SE_1_2")
    (bars,) = fig.data
    assert lists(bars.x) == [0.25, -0.5, 0]
    assert bars.x.dtype == np.float32
    assert lists(bars.customdata) == NAMES
    assert lists(bars.text) == ["+0.250", "−0.500", "0"]
    up, down = colour("up", theme), colour("down", theme)
    assert lists(bars.marker.color) == [up, down, up]
    assert lists(bars.marker.line.width) == [0, 2.5, 0]
    assert fig.layout.yaxis.ticktext[1] == "<b>SE_1_2</b>"
    low, high = fig.layout.xaxis.range
    assert low < -0.7
    assert high > 0.45
    alt = sound(fig, theme)
    assert alt == "Off in turn: 3 bars, from −0.500 (SE_1_2) to +0.250 (SE_1_1)."


@pytest.mark.parametrize("count", [0, 1, 50])
def test_height_grows_with_the_bars(count: int) -> None:
    fig = effect_bars([f"SE_1_{place}" for place in range(count)], np.zeros(count), "light", "Off")
    assert fig.layout.height == 104 + 24 * count
    sound(fig, "light")
