"""Gate atlas, the picture: all blocks by all channels; a click on a cell leads to its block and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
import streamlit as st

from se_explorer.analysis import BinnedBlock, bin_network
from se_explorer.engine import Trace
from se_explorer.figures import AtlasRow, gate_atlas
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block, select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View

__all__ = ["choose_atlas_order", "choose_shown", "draw_atlas", "select_cell", "tell_widths"]

Shown = Literal["gate", "distance"]
SHOWN: dict[Shown, str] = {"gate": "Gates as applied", "distance": "Distance from the data-set mean"}
ORDERS = {"value": "By value", "channel": "By channel number"}


def choose_shown() -> Shown:
    """What a cell's colour says."""
    choice = address.one_of("atlas", list(SHOWN), "gate")
    choice.prepare()
    chosen: Shown = st.selectbox("Show", list(SHOWN), format_func=SHOWN.__getitem__, key=choice.key)
    choice.keep(chosen)
    return chosen


def choose_atlas_order() -> str:
    """How a block's channels lie from left to right."""
    choice = address.one_of("atlas_order", list(ORDERS), "value")
    choice.prepare()
    return choice.keep(st.selectbox("Channels", list(ORDERS), format_func=ORDERS.__getitem__, key=choice.key))


def select_cell(names: Sequence[str], point: Mapping[str, Any]) -> None:
    """Choose block and channel by a click on a cell."""
    select_block(names[int(point["y"])])
    select_channel(point["customdata"])


def tell_widths(rows: Sequence[BinnedBlock]) -> str:
    """How many channels a cell is, for the sizes of block that the network has."""
    told: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: len(row.order)):
        least, most = row.width
        held = f"{least}" if least == most else f"{least} or {most}"
        sizes = told.setdefault(f"{held} channel{'' if most == 1 else 's'}", [])
        if len(row.order) not in sizes:
            sizes.append(len(row.order))
    return "; ".join(f"a cell is {held} in blocks of {_listed(sizes)}" for held, sizes in told.items())


def _listed(sizes: Sequence[int]) -> str:
    return f"{sizes[0]}" if len(sizes) == 1 else f"{', '.join(str(size) for size in sizes[:-1])} and {sizes[-1]}"


def _tell_missing_means(view: View) -> None:
    st.info(
        "There are no data-set means of this network's gates, so that no distance from them can be shown. "
        f"`python -m se_explorer profile DIR --model {view.engine.network.id} --out FILE` measures them over a folder "
        "of labelled pictures; the bundled network comes with those of its training split. Shown are the gates."
    )


def _values(view: View, trace: Trace, shown: Shown) -> list[np.ndarray]:
    if shown == "gate":
        return [block.applied for block in trace.blocks]
    means = view.engine.network.gate_means
    return [block.applied.astype(np.float64) - means[block.block.name] for block in trace.blocks]


def draw_atlas(view: View, trace: Trace, shown: Shown, order: str, block: str, channel: int) -> None:
    """The picture, and what a cell is."""
    names = [each.block.name for each in trace.blocks]
    if shown == "distance" and not set(names) <= set(view.engine.network.gate_means):
        _tell_missing_means(view)
        shown = "gate"
    lead: Literal["nearest", "farthest"] = "nearest" if shown == "gate" else "farthest"
    binned = bin_network(_values(view, trace, shown), by_value=order == "value", lead=lead)
    rows = [
        AtlasRow(name, row.cells, row.leads, len(row.order), row.cells_of(channel) if name == block else None)
        for name, row in zip(names, binned, strict=True)
    ]
    unit = "gate" if shown == "gate" else "gate less its mean"
    sorting = "sorted by value within each block" if order == "value" else "by their number in the block"
    figure = gate_atlas(
        rows,
        shown,
        frozenset(edit.block for edit in view.plan.edits),
        view.theme,
        unit=unit,
        x_title=f"channels of the block, {sorting}",
    )
    draw(figure, f"_atlas_{view.network_key}_{shown}_{order}", partial(select_cell, names), whole=True)
    _tell(shown, binned)


def _tell(shown: Shown, binned: Sequence[BinnedBlock]) -> None:
    if shown == "gate":
        what = "Gates as they multiplied this picture's maps; a cell shows the mean of its channels."
        leads = "the channel whose gate is nearest to the cell's mean"
    else:
        what = (
            "Each gate less its mean over the network's training split, so that what is white is as usual; a cell "
            "shows the mean of its channels, and in cells of several channels opposite ones cancel."
        )
        leads = "the channel of the cell that is farthest from its mean"
    st.caption(
        f"{what} Each row is stretched to the same width, whatever the block's number of channels: "
        f"{tell_widths(binned)}. A click leads to {leads}. Rows say nothing of which channels of two blocks belong "
        "together. ◆: edited."
    )
