"""Rows of cells, worked out by hand and against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from se_explorer.analysis.gate_bins import bin_block, bin_network


def test_six_channels_in_three_cells_by_hand() -> None:
    row = bin_block(np.asarray([0.75, 0.125, 0.25, 0.625, 0.375, 0.0]), 3)
    assert row.order.tolist() == [5, 1, 2, 4, 3, 0]
    assert row.cells.tolist() == pytest.approx([0.0625, 0.3125, 0.6875])
    assert row.leads.tolist() == [5, 2, 3], "of equals the first place"
    assert row.width == (2, 2)
    assert [row.cells_of(channel) for channel in (5, 1, 0)] == [(0, 1), (0, 1), (2, 3)]


def test_channels_may_keep_their_order_and_the_extreme_may_lead() -> None:
    row = bin_block(np.asarray([0.1, -0.9, 0.0, 0.3, 0.2, 0.2]), 2, by_value=False, lead="farthest")
    assert row.order.tolist() == list(range(6))
    assert row.cells.tolist() == pytest.approx([-0.8 / 3, 0.7 / 3])
    assert row.leads.tolist() == [1, 3]


def test_few_channels_fill_several_cells_each() -> None:
    row = bin_block(np.asarray([0.3, 0.1]), 5)
    assert row.cells.tolist() == [0.1, 0.1, 0.1, 0.3, 0.3]
    assert row.leads.tolist() == [1, 1, 1, 0, 0]
    assert row.width == (1, 1)
    assert (row.cells_of(1), row.cells_of(0)) == ((0, 3), (3, 5))


@pytest.mark.parametrize("count", [1, 2, 7, 255, 256, 257, 300, 672, 2048])
@pytest.mark.parametrize("by_value", [True, False])
def test_every_channel_has_a_cell_and_every_cell_its_mean(count: int, by_value: bool) -> None:
    values = np.random.default_rng(count).uniform(-1, 1, count)
    row = bin_block(values, 256, by_value=by_value)
    seen: set[int] = set()
    for cell, lead, start, stop in zip(row.cells, row.leads, row.starts, row.stops, strict=True):
        inside = row.order[start:stop]
        seen |= set(inside.tolist())
        assert cell == pytest.approx(values[inside].mean())
        assert abs(values[lead] - cell) == pytest.approx(np.abs(values[inside] - cell).min())
        assert lead in inside
    assert seen == set(range(count))
    for channel in (0, count // 2, count - 1):
        first, last = row.cells_of(channel)
        assert all(channel in row.order[row.starts[c] : row.stops[c]] for c in range(first, last))


def test_a_channel_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        bin_block(np.zeros(3), 3).cells_of(3)


def test_rows_of_a_network_have_the_length_of_the_widest_block() -> None:
    blocks = [np.zeros(8), np.linspace(0, 1, 96)]
    assert [len(row.cells) for row in bin_network(blocks)] == [96, 96]
    wide = bin_network([*blocks, np.linspace(0, 1, 2048)])
    assert [len(row.cells) for row in wide] == [256] * 3
    assert [row.width for row in wide] == [(1, 1), (1, 1), (8, 8)]
    assert bin_network([np.zeros(672)], most=256)[0].width == (2, 3)
    assert bin_network([]) == []
