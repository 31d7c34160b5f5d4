"""The lesson's figures: maps that can be clicked, the picture with its places, bars in pairs, a map as a table."""

from __future__ import annotations

import re

import numpy as np
import pytest

from se_explorer.figures import Theme
from se_explorer.figures.lesson_bars import answer_bars, pair_bars
from se_explorer.figures.lesson_grid import grid_html
from se_explorer.figures.lesson_maps import map_strip, place_picture
from se_explorer.figures.palette import contrast
from tests.figures.checks import legend, lists, shouting, sound

MAPS = np.random.default_rng(0).normal(size=(8, 4, 6)).astype(np.float32)
CHANNELS = [5, 9, 300, 7, 1, 2, 0, 44]
THEMES: tuple[Theme, ...] = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_a_strip_of_maps(theme: Theme) -> None:
    fig = map_strip(MAPS, CHANNELS, [f"s = {channel}" for channel in CHANNELS], 3.0, 300, theme)
    assert "8 channels (5, 9, 300, 7, 1, 2, 0, 44)" in sound(fig, theme)
    assert len(fig.data) == 9
    assert [lists(tile.z) for tile in fig.data[:8]] == [lists(values) for values in MAPS]
    assert {(tile.zmin, tile.zmax) for tile in fig.data[:8]} == {(-3.0, 3.0)}
    assert lists(fig.data[8].customdata) == CHANNELS
    assert len(fig.layout.shapes) == 1
    for tile, x, y in zip(fig.data[:8], fig.data[8].x, fig.data[8].y, strict=True):
        assert min(tile.x) < x < max(tile.x)  # a click in the middle of a map is on its target
        assert min(tile.y) < y < max(tile.y)
    assert "MAPS OF" in map_strip(MAPS, CHANNELS, [""] * 8, 3.0, None, theme, say=shouting).layout.meta["alt"]


def test_maps_that_are_nothing_have_a_scale_all_the_same() -> None:
    fig = map_strip(np.zeros((2, 3, 3), np.float32), [0, 1], ["", ""], 0.0, None, "light")
    assert fig.data[0].zmin < fig.data[0].zmax


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_and_its_places(theme: Theme) -> None:
    seen = np.zeros((30, 20, 3), np.uint8)
    fig = place_picture(seen, (3, 2), (2, 1), theme)
    assert "row 2 and column 1" in sound(fig, theme)
    assert lists(fig.data[0].customdata) == ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"]
    assert fig.layout.images[0].source.startswith("data:image/png;base64,")
    box = fig.layout.shapes[-1]
    assert (box.x0, box.x1) == (0.5, 1.0)
    assert (box.y0, box.y1) == pytest.approx((0, 1 / 3))
    place = lists(fig.data[0].customdata).index("2.1")
    assert box.x0 < fig.data[0].x[place] < box.x1
    assert box.y0 < fig.data[0].y[place] < box.y1


@pytest.mark.parametrize("theme", THEMES)
def test_bars_in_pairs(theme: Theme) -> None:
    fig = pair_bars(["a", "b"], [("before", [0.1, 0.5], "s"), ("after", [0.2, 0.4], "edited")], theme, x_title="gate")
    alt = sound(fig, theme)
    assert "a: before 0.100, after 0.200" in alt
    assert legend(fig) == ["before", "after"]
    assert [bar.marker.pattern.shape for bar in fig.data] == ["", "/"]  # told apart without colours


def test_the_right_answer_has_a_mark() -> None:
    fig = answer_bars(["one", "two"], [-0.5, 0.25], 1, "light", x_title="z")
    assert list(fig.layout.yaxis.ticktext) == ["one", "✓ two"]
    assert fig.layout.xaxis.range[0] < -0.5


@pytest.mark.parametrize("theme", THEMES)
def test_a_map_as_a_table_can_be_read(theme: Theme) -> None:
    cells = np.array([[-2.0, 0.0, 2.0], [1.0, -1.0, 0.5]])
    html = grid_html(cells, 2.0, lambda value: f"{value:.1f}", theme, "a <map>", marked=(1, 2))
    assert re.findall(r">(-?[\d.]+)</td>", html) == ["-2.0", "0.0", "2.0", "1.0", "-1.0", "0.5"]
    assert "a &lt;map&gt;" in html
    assert html.count("outline:3px") == 1
    for ground, letters in re.findall(r"background:(#\w{6});color:(#\w{6})", html):
        assert contrast(ground, letters) >= 4.5
