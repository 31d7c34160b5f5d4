"""Interactions of pairs."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import PAIR_MARK, Theme, colour, colourscale, pair_heatmap
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
VALUES = np.asarray([[np.nan, 0.25, -4.0], [0.25, np.nan, 0.0], [-4.0, 0.0, np.nan]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_squares_on_a_signed_scale_whose_middle_is_nothing(theme: Theme) -> None:
    fig = pair_heatmap(NAMES, VALUES, theme, "Pairs", "interaction")
    heat = fig.data[0]
    np.testing.assert_allclose(heat.z, [[np.nan, 0.5, -2], [0.5, np.nan, 0], [-2, 0, np.nan]])
    assert (heat.zmin, heat.zmax) == (-2, 2)
    assert [colour for _, colour in heat.colorscale] == [colour for _, colour in colourscale("diverging")]
    assert lists(heat.x) == lists(heat.y) == NAMES
    assert heat.colorbar.title.text.startswith("interaction")
    assert lists(heat.colorbar.tickvals) == [-2, -1, 0, 1, 2]
    assert lists(heat.colorbar.ticktext) == ["−4.0", "−1.0", "0", "+1.0", "+4.0"], "ticks say values, not roots"
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    alt = sound(fig, theme)
    assert alt == "Pairs: 3 pairs of 3 blocks, from −4.00 (SE_1_1 and SE_2_1) to +0.250 (SE_1_1 and SE_1_2)."


def test_the_diagonal_stays_empty_whatever_stands_there() -> None:
    fig = pair_heatmap(NAMES, np.full((3, 3), 9.0) - 8 * (1 - np.eye(3)), "light")
    assert np.isnan(np.diag(fig.data[0].z)).all()
    assert fig.data[0].zmax == 1


def test_every_square_but_the_diagonals_can_be_clicked() -> None:
    fig = pair_heatmap(NAMES, VALUES, "light")
    points = fig.data[1]
    where = dict(zip(zip(points.x, points.y, strict=True), points.customdata, strict=True))
    assert len(where) == 6
    for (x, y), pair in where.items():
        assert pair == PAIR_MARK.join(sorted((x, y), key=NAMES.index)), "the earlier first, on both sides"
    texts = dict(zip(zip(points.x, points.y, strict=True), points.text, strict=True))
    assert texts["SE_1_1", "SE_2_1"] == texts["SE_2_1", "SE_1_1"] == "−4.00"
    assert points.marker.opacity == points.selected.marker.opacity == points.unselected.marker.opacity == 0
    assert fig.layout.hoverdistance == -1
    assert fig.data[0].hoverinfo == "skip"


def test_the_selected_pair_is_outlined_on_both_sides_and_named() -> None:
    fig = pair_heatmap(NAMES, VALUES, "dark", selected=("SE_1_1", "SE_2_1"))
    boxes = [shape for shape in fig.layout.shapes if shape.name == "outline-selected"]
    assert [(box.x0, box.y0) for box in boxes] == [(-0.5, 1.5), (1.5, -0.5)]
    assert all(box.line.color == colour("selected", "dark") for box in boxes)
    assert legend(fig) == ["selected: SE_1_1 and SE_2_1"]
    assert not pair_heatmap(NAMES, VALUES, "dark", selected=("SE_1_1", "SE_9_9")).layout.shapes


@pytest.mark.parametrize("count", [0, 1])
def test_no_pair(count: int) -> None:
    fig = pair_heatmap(NAMES[:count], np.full((count, count), np.nan), "light", "Pairs")
    assert len(fig.data[1].x) == 0
    assert sound(fig, "light") == "Pairs: 0 pairs."


def test_no_interaction_at_all() -> None:
    fig = pair_heatmap(NAMES, np.zeros((3, 3)), "light", "Pairs")
    assert (fig.data[0].zmin, fig.data[0].zmax) == (-1, 1)
    assert set(lists(fig.data[1].text)) == {"0"}


def test_forty_blocks_have_taller_maps_and_smaller_names() -> None:
    names = [f"SE_{1 + place // 10}_{1 + place % 10}" for place in range(40)]
    matrix = np.random.default_rng(0).normal(size=(40, 40))
    large, small = pair_heatmap(names, matrix + matrix.T, "light"), pair_heatmap(NAMES, VALUES, "light")
    assert large.layout.height >= 40 * 18 > small.layout.height
    assert large.layout.yaxis.tickfont.size < small.layout.yaxis.tickfont.size
    assert len(large.data[1].x) == 40 * 39
    assert "780 pairs of 40 blocks" in sound(large, "light")


def test_words_are_translated() -> None:
    fig = pair_heatmap(NAMES, VALUES, "light", "x", selected=("SE_1_1", "SE_1_2"), say=shouting)
    assert legend(fig) == ["SELECTED: SE_1_1 AND SE_1_2"]
    assert "3 PAIRS OF 3 BLOCKS" in sound(fig, "light")
