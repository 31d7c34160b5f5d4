"""Changes of an answer."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, effect_bars
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
VALUES = np.asarray([0.25, -0.5, 0.0])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_show_in_direction_colour_and_text(theme: Theme) -> None:
    fig = effect_bars(NAMES, VALUES, theme, "Off in turn", "change in points", selected="SE_1_2")
    bars = fig.data[0]
    assert lists(bars.x) == [0.25, -0.5, 0]
    assert bars.x.dtype == np.float32
    assert lists(bars.y) == [0, 1, 2]
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1], "the first is at the top"
    assert lists(bars.customdata) == NAMES
    assert lists(bars.text) == lists(bars.hovertext) == ["+0.250", "−0.500", "0"]
    assert bars.unselected.marker.opacity == 1
    fonts = (bars.textfont, bars.selected.textfont, bars.unselected.textfont)
    assert {font.color for font in fonts} == {colour("text", theme)}, "unselected alone breaks clicks in plotly.js"
    up, down = colour("up", theme), colour("down", theme)
    assert lists(bars.marker.color) == [up, down, up]
    assert lists(bars.marker.line.width) == [0, 2.5, 0]
    assert fig.layout.yaxis.ticktext[1] == "<b>SE_1_2</b>"
    assert legend(fig) == ["selected: SE_1_2"]
    alt = sound(fig, theme)
    assert alt == "Off in turn: 3 bars, from −0.500 (SE_1_2) to +0.250 (SE_1_1)."


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_that_flip_the_answer_are_hatched_said_and_counted(theme: Theme) -> None:
    fig = effect_bars(NAMES, VALUES, theme, x_title="logit", flipped=["SE_2_1"], notes=["a", "b", "c"])
    bars, key = fig.data
    assert lists(bars.marker.pattern.shape) == ["", "", "/"]
    assert lists(bars.text) == ["+0.250", "−0.500", "0 flips"]
    assert lists(bars.hovertext) == ["a", "b", "c"]
    assert key.marker.pattern.shape == "/"
    assert list(key.x) == [None], "the key is no bar"
    assert legend(fig) == ["the answer flips (1)"]
    assert "the answer flips without 1 of them" in sound(fig, theme)


def test_no_flip_is_said_too() -> None:
    fig = effect_bars(NAMES, VALUES, "light", x_title="logit", flipped=[], selected="SE_9_9")
    assert legend(fig) == ["the answer flips (0)"]
    assert lists(fig.data[0].marker.pattern.shape) == [""] * 3
    assert "without 0 of them" in sound(fig, "light")


def test_sizes_have_no_sign_and_a_quiet_colour() -> None:
    fig = effect_bars(NAMES, [0.3, 0.2, 0.1], "light", x_title="KL", signed=False)
    assert lists(fig.data[0].text) == ["0.300", "0.200", "0.100"]
    assert set(lists(fig.data[0].marker.color)) == {colour("muted", "light")}
    assert sound(fig, "light") == "KL: 3 bars, from 0.100 (SE_2_1) to 0.300 (SE_1_1)."
    assert legend(fig) == []


@pytest.mark.parametrize("values", [[16.1, -0.9, -0.00863], [-3.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1e-7, 1.0, -1.0]])
def test_every_figure_has_room_at_its_bar_on_a_phone(values: list[float]) -> None:
    fig = effect_bars(NAMES, values, "light", flipped=NAMES)
    low, high = fig.layout.xaxis.range
    for value, text in zip(values, fig.data[0].text, strict=True):
        room = (high - value if value >= 0 else value - low) / (high - low)
        assert room * 260 >= 6.5 * len(text), text


@pytest.mark.parametrize("count", [0, 1, 50])
def test_height_grows_with_the_bars(count: int) -> None:
    fig = effect_bars([f"SE_1_{place}" for place in range(count)], np.zeros(count), "light", "Off")
    assert fig.layout.height == 104 + 24 * count
    sound(fig, "light")


def test_words_are_translated() -> None:
    fig = effect_bars(NAMES, VALUES, "light", "x", selected="SE_1_1", flipped=["SE_1_1"], say=shouting)
    assert legend(fig) == ["THE ANSWER FLIPS (1)", "SELECTED: SE_1_1"]
    assert fig.data[0].text[0] == "+0.250 FLIPS"
    assert "THE ANSWER FLIPS WITHOUT 1 OF THEM" in sound(fig, "light")
