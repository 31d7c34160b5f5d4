"""The whole network's gates in one picture."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.figures import AtlasRow, Theme, colour, colourscale, gate_atlas
from tests.figures.checks import legend, lists, shouting, sound

ROWS = [
    AtlasRow("SE_2_1", np.asarray([0.0, 0.25, 0.5]), np.asarray([2, 0, 1]), 3),
    AtlasRow("SE_2_2", np.asarray([0.5, 0.75, 1.0]), np.asarray([7, 4, 40]), 48, (1, 2)),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_of_cells_on_the_scale_of_gates(theme: Theme) -> None:
    fig = gate_atlas(ROWS, "gate", (), theme, unit="gate", x_title="channels")
    heat = fig.data[0]
    assert lists(heat.z) == [[0, 64, 128], [128, 191, 255]]
    assert (heat.zmin, heat.zmax) == (0, 255)
    assert [entry for _, entry in heat.colorscale] == [entry for _, entry in colourscale("sequential")]
    assert lists(heat.colorbar.ticktext) == ["0", "0.25", "0.50", "0.75", "1.0"], "ticks say values"
    assert fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    assert sound(fig, theme) == (
        "gate: 2 blocks of 3 to 48 channels; the mean is lowest in SE_2_1 (0.250) and highest in SE_2_2 (0.750); "
        "selected: SE_2_2."
    )


def test_a_cell_tells_its_row_and_the_channel_that_it_leads_to() -> None:
    fig = gate_atlas(ROWS, "gate", (), "light", unit="gate")
    first, second = fig.data[1:3]
    assert (lists(first.customdata), lists(second.customdata)) == ([2, 0, 1], [7, 4, 40])
    assert (lists(first.y), lists(second.y)) == ([0] * 3, [1] * 3)
    assert (first.x, first.x0, first.dx) == (None, 0, 1), "they lie as the cells do"
    assert lists(second.text) == ["0.500", "0.750", "1.00"]
    assert "channel %{customdata}" in first.hovertemplate
    assert "about 16 channels, leads to %{customdata}" in second.hovertemplate
    for points in (first, second):
        assert points.marker.opacity == points.selected.marker.opacity == points.unselected.marker.opacity == 0
    assert fig.data[0].hoverinfo == "skip"
    assert fig.layout.hoverdistance == -1


def test_gates_that_are_no_sigmoid_stretch_the_scale() -> None:
    rows = [AtlasRow("SE_1_1", np.asarray([-1.0, 3.0]), np.asarray([0, 1]), 2)]
    heat = gate_atlas(rows, "gate", (), "light").data[0]
    assert lists(heat.z) == [[0, 255]]
    assert lists(heat.colorbar.ticktext) == ["−1.0", "0", "1.0", "2.0", "3.0"]
    assert lists(gate_atlas(rows, "gate", (), "light", limits=(0, 1)).data[0].z) == [[0, 255]], "beyond is the end"


def test_distances_have_nothing_in_the_middle() -> None:
    rows = [AtlasRow("SE_1_1", np.asarray([-0.5, 0.0, 0.25]), np.asarray([0, 1, 2]), 3)]
    heat = gate_atlas(rows, "distance", (), "light", unit="gate less its mean").data[0]
    assert lists(heat.z) == [[1, 128, 192]]
    assert (heat.zmin, heat.zmax) == (1, 255)
    assert [entry for _, entry in heat.colorscale] == [entry for _, entry in colourscale("diverging")]
    assert lists(heat.colorbar.ticktext)[::2] == ["−0.50", "0", "+0.50"]
    none = [AtlasRow("SE_1_1", np.zeros(3), np.arange(3), 3)]
    assert lists(gate_atlas(none, "distance", (), "light").data[0].z) == [[128] * 3]


def test_what_is_selected_is_outlined_and_what_is_edited_marked() -> None:
    fig = gate_atlas(ROWS, "gate", {"SE_2_1"}, "dark")
    boxes = {shape.name: shape for shape in fig.layout.shapes}
    assert (boxes["row-selected"].y0, boxes["row-selected"].x1) == (0.5, 2.5)
    assert (boxes["cell-selected"].x0, boxes["cell-selected"].x1) == (0.5, 1.5)
    assert boxes["cell-selected"].line.color == colour("selected", "dark")
    assert lists(fig.layout.yaxis.ticktext) == ["SE_2_1 ◆", "<b>SE_2_2</b>"]
    assert legend(fig) == ["selected: SE_2_2"]
    quiet = gate_atlas(ROWS[:1], "gate", (), "dark")
    assert not quiet.layout.shapes
    assert legend(quiet) == []


@pytest.mark.parametrize(("count", "bytes_at_most"), [(16, 75_000), (50, 225_000)])
def test_a_large_network_stays_small_on_its_way(count: int, bytes_at_most: int) -> None:
    random = np.random.default_rng(0)
    rows = [AtlasRow(f"SE_4_{row}", random.uniform(size=256), np.arange(256), 2048) for row in range(count)]
    fig = gate_atlas(rows, "gate", (), "light", unit="gate")
    assert len(fig.to_json()) < bytes_at_most
    assert fig.layout.height > 14 * count
    assert f"{count} blocks of 2048 to 2048" in sound(fig, "light")


def test_words_are_translated() -> None:
    fig = gate_atlas(ROWS, "gate", (), "light", say=shouting)
    assert "2 BLOCKS OF 3 TO 48 CHANNELS" in sound(fig, "light")
    assert legend(fig) == ["SELECTED: SE_2_2"]
