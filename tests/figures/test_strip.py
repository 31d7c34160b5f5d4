"""All blocks at a glance."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import Theme, colour, gate_strip
from se_explorer.figures.strip import QUANTILES
from tests.figures.checks import legend, lists, shouting, sound

NAMES = ["SE_1_1", "SE_1_2", "SE_2_1"]
GATES = [
    np.linspace(1, 0, 64, dtype=np.float32),
    np.full(256, 0.25, dtype=np.float32),
    np.asarray([0, 1], dtype=np.float32),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_columns_are_sorted_gates(theme: Theme) -> None:
    fig = gate_strip(NAMES, GATES, "SE_1_2", {"SE_2_1"}, theme, title="Gates")
    heat = fig.data[0]
    assert heat.z.shape == (QUANTILES, 3)
    assert heat.z.dtype == np.float32
    np.testing.assert_allclose(heat.z[:, 0], np.linspace(0, 1, QUANTILES), atol=1e-6)
    np.testing.assert_allclose(heat.z[:, 1], 0.25)
    np.testing.assert_allclose(heat.z[:, 2], np.linspace(0, 1, QUANTILES), atol=1e-6)
    assert (heat.zmin, heat.zmax) == (0, 1)
    assert heat.colorbar.title.text == "gate"
    alt = sound(fig, theme)
    assert "3 blocks" in alt
    assert "SE_1_2 (0.250)" in alt


def test_every_place_of_a_column_can_be_clicked() -> None:
    fig = gate_strip(NAMES, GATES, None, (), "light")
    points = fig.data[1]
    each = len(points.x) // 3
    assert each > 3
    assert lists(points.customdata) == [name for name in NAMES for _ in range(each)]
    assert lists(points.x) == lists(points.customdata)
    assert points.marker.opacity == points.selected.marker.opacity == points.unselected.marker.opacity == 0
    assert fig.layout.hoverdistance == -1
    assert fig.data[0].hoverinfo == "skip"
    assert points.text[0].startswith("gate 0.0")


def test_the_selected_block_is_outlined_and_named() -> None:
    fig = gate_strip(NAMES, GATES, "SE_1_2", (), "dark")
    outline = {shape.name: shape for shape in fig.layout.shapes}["outline-selected"]
    assert (outline.x0, outline.x1) == (0.5, 1.5)
    assert outline.line.color == colour("selected", "dark")
    assert legend(fig) == ["selected: SE_1_2"]
    assert lists(fig.layout.xaxis.categoryarray) == ["SE_1_1", "<b>SE_1_2</b>", "SE_2_1"]


def test_edited_blocks_carry_a_symbol() -> None:
    fig = gate_strip(NAMES, GATES, None, ["SE_1_1", "SE_2_1"], "light")
    diamonds = fig.data[-1]
    assert diamonds.marker.symbol == "diamond"
    assert lists(diamonds.customdata) == ["SE_1_1", "SE_2_1"]
    assert lists(fig.layout.xaxis.categoryarray) == ["SE_1_1 ◆", "SE_1_2", "SE_2_1 ◆"]
    assert legend(fig) == ["edited (2)"]
    assert not fig.layout.shapes


def test_gates_beyond_one_widen_the_scale() -> None:
    fig = gate_strip(["SE_1_1"], [np.asarray([0, 1.5])], "SE_9_9", (), "light")
    assert fig.data[0].zmax == 1.5
    assert not fig.layout.shapes


def test_fifty_blocks() -> None:
    names = [f"SE_{1 + place // 12}_{1 + place % 12}" for place in range(50)]
    fig = gate_strip(names, [np.full(2048, place / 50) for place in range(50)], names[49], names[:3], "light")
    assert fig.data[0].z.shape == (QUANTILES, 50)
    assert "SE_5_2 (0.980)" in sound(fig, "light")


def test_words_are_translated() -> None:
    fig = gate_strip(NAMES, GATES, "SE_1_1", ["SE_1_1"], "light", say=shouting)
    assert legend(fig) == ["SELECTED: SE_1_1", "EDITED (1)"]
    assert lists(fig.layout.yaxis.ticktext) == ["CLOSED", "MIDDLE", "OPEN"]
    assert sound(fig, "light").startswith("GATES OF 3 BLOCKS")
