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
from se_explorer.language import _, list_of, ngettext
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block, select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View

__all__ = ["choose_atlas_order", "choose_shown", "draw_atlas", "select_cell", "tell_widths"]

Shown = Literal["gate", "distance"]
SHOWN: tuple[Shown, ...] = ("gate", "distance")
ORDERS = ("value", "channel")


def choose_shown() -> Shown:
    """What a cell's colour says."""
    choice = address.one_of("atlas", list(SHOWN), "gate")
    choice.prepare()
    names = {"gate": _("Gates as applied"), "distance": _("Distance from the data-set mean")}
    chosen: Shown = st.selectbox(_("Show"), list(SHOWN), format_func=names.__getitem__, key=choice.key)
    choice.keep(chosen)
    return chosen


def choose_atlas_order() -> str:
    """How a block's channels lie from left to right."""
    choice = address.one_of("atlas_order", list(ORDERS), "value")
    choice.prepare()
    names = {"value": _("By value"), "channel": _("By channel number")}
    return choice.keep(st.selectbox(_("Channels"), list(ORDERS), format_func=names.__getitem__, key=choice.key))


def select_cell(names: Sequence[str], point: Mapping[str, Any]) -> None:
    """Choose block and channel by a click on a cell."""
    select_block(names[int(point["y"])])
    select_channel(point["customdata"])


def tell_widths(rows: Sequence[BinnedBlock]) -> str:
    """How many channels a cell is, for the sizes of block that the network has."""
    told: dict[tuple[int, int], list[int]] = {}
    for row in sorted(rows, key=lambda row: len(row.order)):
        sizes = told.setdefault(row.width, [])
        if len(row.order) not in sizes:
            sizes.append(len(row.order))
    return _("; ").join(_width(width, sizes) for width, sizes in told.items())


def _width(width: tuple[int, int], sizes: Sequence[int]) -> str:
    least, most = width
    if least < most:
        text = _("a cell is {least} or {most} channels in blocks of {sizes}")
    else:
        text = ngettext(
            "a cell is {most} channel in blocks of {sizes}", "a cell is {most} channels in blocks of {sizes}", most
        )
    return text.format(least=least, most=most, sizes=_listed(sizes))


def _listed(sizes: Sequence[int]) -> str:
    if len(sizes) == 1:
        return f"{sizes[0]}"
    return _("{some} and {last}").format(some=list_of([str(size) for size in sizes[:-1]]), last=sizes[-1])


def _tell_missing_means(view: View) -> None:
    st.info(
        _(
            "There are no data-set means of this network's gates, so that no distance from them can be shown. "
            "{command} measures them over a folder of labelled pictures; the bundled network comes with those of its "
            "training split. Shown are the gates."
        ).format(command=f"`python -m se_explorer profile DIR --model {view.engine.network.id} --out FILE`")
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
    unit = _("gate") if shown == "gate" else _("gate less its mean")
    by_value, by_number = _("channels, sorted by value within each block"), _("channels, by their number in the block")
    figure = gate_atlas(
        rows,
        shown,
        frozenset(edit.block for edit in view.plan.edits),
        view.theme,
        unit=unit,
        x_title=by_value if order == "value" else by_number,
        say=_,
    )
    draw(figure, f"_atlas_{view.network_key}_{shown}_{order}", partial(select_cell, names), whole=True)
    _tell(shown, binned)


def _tell(shown: Shown, binned: Sequence[BinnedBlock]) -> None:
    if shown == "gate":
        what = _("Gates as they multiplied this picture's maps; a cell shows the mean of its channels.")
        leads = _("the channel whose gate is nearest to the cell's mean")
    else:
        what = _(
            "Each gate less its mean over the network's training split, so that what is white is as usual; a cell "
            "shows the mean of its channels, and in cells of several channels opposite ones cancel."
        )
        leads = _("the channel of the cell that is farthest from its mean")
    st.caption(
        _(
            "{what} Each row is stretched to the same width, whatever the block's number of channels: {widths}. A "
            "click leads to {leads}. Rows say nothing of which channels of two blocks belong together. ◆: edited."
        ).format(what=what, widths=tell_widths(binned), leads=leads)
    )
