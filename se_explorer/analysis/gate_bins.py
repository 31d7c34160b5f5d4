"""Rows of one length for blocks of any number of channels, so that a whole network's gates fit into one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

__all__ = ["MOST", "BinnedBlock", "Lead", "bin_block", "bin_network"]

#: Cells of a row at most.
MOST = 256

#: Which of a cell's channels stands for it: the one nearest to the cell's mean, or the one farthest from 0.
Lead = Literal["nearest", "farthest"]


@dataclass(frozen=True, eq=False)
class BinnedBlock:
    """One block as a row of K cells.

    Where C is above K a cell holds C / K channels, rounded down or up, and shows their mean. Where it is below, a
    channel fills K / C cells, rounded down or up.

    Attributes:
        cells: mean of each cell's channels, (K,).
        leads: the channel that each cell stands for, (K,).
        order: channel numbers from the first place of the row to the last, (C,).
        starts, stops: places in ``order`` that a cell takes, from starts up to, not including, stops, (K,) each.
    """

    cells: np.ndarray
    leads: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    stops: np.ndarray

    @property
    def width(self) -> tuple[int, int]:
        """The least and the largest number of channels of a cell."""
        widths = self.stops - self.starts
        return int(widths.min()), int(widths.max())

    def cells_of(self, channel: int) -> tuple[int, int]:
        """The cells that a channel is in, from the first up to, not including, the last.

        Raises:
            IndexError: the block has no such channel.
        """
        place = int(np.flatnonzero(self.order == channel)[0])
        inside = np.flatnonzero((self.starts <= place) & (place < self.stops))
        return int(inside[0]), int(inside[-1]) + 1


def _leads(values: np.ndarray, cells: np.ndarray, starts: np.ndarray, stops: np.ndarray, lead: Lead) -> np.ndarray:
    """The place that stands for each cell, the first of equals."""
    widths = stops - starts
    of_cell = np.repeat(np.arange(len(cells)), widths)
    within = np.arange(len(of_cell)) - np.repeat(np.cumsum(widths) - widths, widths)
    places = np.repeat(starts, widths) + within
    worth = np.abs(values[places] - cells[of_cell]) if lead == "nearest" else -np.abs(values[places])
    best = np.lexsort((places, worth, of_cell))
    chosen: np.ndarray = places[best[np.cumsum(widths) - widths]]
    return chosen


def bin_block(values: np.ndarray, columns: int, *, by_value: bool = True, lead: Lead = "nearest") -> BinnedBlock:
    """A block's values as a row of cells.

    Args:
        values: one a channel, (C,), C at least 1.
        columns: K, the number of cells.
        by_value: whether channels are sorted by value first, the least first; else they stay in their own order.
        lead: which channel stands for a cell.
    """
    exact = np.asarray(values, dtype=np.float64)
    order = np.argsort(exact, kind="stable") if by_value else np.arange(len(exact))
    placed = exact[order]
    edges = np.arange(columns + 1) * len(exact) // columns
    starts, stops = edges[:-1], np.maximum(edges[:-1] + 1, edges[1:])
    sums = np.concatenate([[0.0], np.cumsum(placed)])
    single = stops - starts == 1
    cells = np.where(single, placed[starts], (sums[stops] - sums[starts]) / (stops - starts))
    leads = order[_leads(placed, cells, starts, stops, lead)]
    return BinnedBlock(cells, leads, order, starts, stops)


def bin_network(
    blocks: Sequence[np.ndarray], *, by_value: bool = True, lead: Lead = "nearest", most: int = MOST
) -> list[BinnedBlock]:
    """All blocks as rows of one length: that of the widest block, ``most`` at most. See ``bin_block``."""
    columns = min(most, max((len(values) for values in blocks), default=1))
    return [bin_block(values, columns, by_value=by_value, lead=lead) for values in blocks]
