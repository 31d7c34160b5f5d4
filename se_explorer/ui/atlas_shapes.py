"""Gate atlas, block by block in figures: distribution, saturation, entropy, distance from the data-set mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import GateShape, gate_deviation, gate_range, gate_shape
from se_explorer.analysis.gate_shapes import BINS, Deviation
from se_explorer.engine import Trace
from se_explorer.figures import effect_bars, number
from se_explorer.language import _, decimal, percent
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["BlockShape", "about_gates", "draw_shape_bars", "draw_shape_table", "shape_file", "shapes_of"]


@dataclass(frozen=True, eq=False)
class BlockShape:
    """One block's distribution, and its distance from the data-set mean where that is known."""

    name: str
    shape: GateShape
    deviation: Deviation | None


@dataclass(frozen=True)
class Measure:
    """What the bars show: in the list, on the axis, of a block (None where it has none)."""

    name: str
    unit: str
    value: Callable[[BlockShape], float | None]


def _measures() -> dict[str, Measure]:
    return {
        "entropy": Measure(_("Entropy"), _("entropy of the gates' histogram, in bits"), lambda row: row.shape.entropy),
        "shut": Measure(_("Near 0"), _("gates within 0.01 of 0, in percent"), lambda row: 100 * row.shape.shut),
        "open": Measure(_("Near 1"), _("gates of at least 0.99, in percent"), lambda row: 100 * row.shape.open),
        "distance": Measure(
            _("Distance from the mean"),
            _("root mean square of gate less data-set mean"),
            lambda row: row.deviation.distance if row.deviation else None,
        ),
        "standardised": Measure(
            _("Distance in standard deviations"),
            _("root mean square of gate less data-set mean, in standard deviations"),
            lambda row: row.deviation.standardised if row.deviation else None,
        ),
    }


def shapes_of(view: View, trace: Trace) -> tuple[list[BlockShape], tuple[float, float]]:
    """All blocks in running order, and the range that their histograms cut into bins."""
    limits = gate_range(block.applied for block in trace.blocks)
    means, deviations = view.engine.network.gate_means, view.engine.network.gate_deviations
    rows = []
    for block in trace.blocks:
        name, gates = block.block.name, block.applied
        known = means.get(name)
        apart = None if known is None else gate_deviation(gates, known, deviations.get(name))
        rows.append(BlockShape(name, gate_shape(gates, limits), apart))
    return rows, limits


def draw_shape_bars(view: View, rows: Sequence[BlockShape], selected: str) -> None:
    """One figure a block, from the first to the last; a click leads to the block."""
    measures = _measures()
    known = [key for key, measure in measures.items() if all(measure.value(row) is not None for row in rows)]
    choice = address.one_of("shape", known, known[0])
    choice.prepare()
    chosen = choice.keep(st.selectbox(_("Measure"), known, format_func=lambda key: measures[key].name, key=choice.key))
    measure = measures[chosen]
    figure = effect_bars(
        [row.name for row in rows],
        np.asarray([measure.value(row) for row in rows], dtype=np.float64),
        view.theme,
        x_title=measure.unit,
        selected=selected,
        notes=[_note(row) for row in rows],
        signed=False,
        say=_,
    )
    draw(figure, f"_shape_{view.network_key}_{chosen}", select_block)


def _note(row: BlockShape) -> str:
    shape = row.shape
    text = _(
        "{count} gates from {low} to {high}, median {median}<br>near 0: {shut}, near 1: {open}, entropy {entropy} bits"
    ).format(
        count=shape.channels,
        low=number(shape.low),
        high=number(shape.high),
        median=number(shape.median),
        shut=percent(shape.shut),
        open=percent(shape.open),
        entropy=decimal(shape.entropy, 2),
    )
    if row.deviation is not None:
        text += _("<br>distance from the mean {distance}").format(distance=number(row.deviation.distance))
    return text


def _figures(row: BlockShape) -> dict[str, Any]:
    shape, apart = row.shape, row.deviation
    return {
        _("Block"): row.name,
        _("Channels"): shape.channels,
        _("Mean"): shape.mean,
        _("Median"): shape.median,
        _("Least"): shape.low,
        _("Largest"): shape.high,
        _("Near 0"): shape.shut,
        _("Near 1"): shape.open,
        _("Negative"): shape.negative,
        _("Entropy (bits)"): shape.entropy,
        _("Distance"): None if apart is None else apart.distance,
        _("Distance (SD)"): None if apart is None else apart.standardised,
        _("Still channels"): None if apart is None else apart.still,
    }


def _table(rows: Sequence[BlockShape]) -> pd.DataFrame:
    table = pd.DataFrame([_figures(row) for row in rows])
    unknown = [name for name in (_("Distance"), _("Distance (SD)"), _("Still channels")) if table[name].isna().all()]
    none = [] if table[_("Negative")].any() else [_("Negative")]
    return table.drop(columns=[*unknown, *none])


def shape_file(rows: Sequence[BlockShape], limits: tuple[float, float]) -> pd.DataFrame:
    """The table with the shares of each bin, for the file alone."""
    edges = np.linspace(*limits, BINS + 1)
    bins = {
        f"Share {low:.4g} to {high:.4g}": [row.shape.histogram[place] for row in rows]
        for place, (low, high) in enumerate(pairwise(edges.tolist()))
    }
    return _table(rows).assign(**bins)


def about_gates(view: View) -> dict[str, object]:
    """What a table of the gates is of, for its file alone."""
    network = view.engine.network
    return {
        "Network": network.id,
        "Weights": network.weights,
        "Picture": view.picture.name,
        "Edits": str(view.plan),
    }


def draw_shape_table(view: View, rows: Sequence[BlockShape], limits: tuple[float, float]) -> None:
    """A line a block, with its histogram; a click on a column's head sorts."""
    table = _table(rows)
    table.insert(1, _("Distribution"), [row.shape.histogram.tolist() for row in rows])
    three = st.column_config.NumberColumn(format="%.3f")
    low, high = (number(value) for value in limits)
    shares = _("Shares of {count} bins from {low} to {high}; each block's highest fills.").format(
        count=BINS, low=low, high=high
    )
    columns = {
        **dict.fromkeys((_("Mean"), _("Median"), _("Least"), _("Largest"), _("Entropy (bits)")), three),
        **dict.fromkeys((_("Distance"), _("Distance (SD)")), three),
        **dict.fromkeys((_("Near 0"), _("Near 1"), _("Negative")), st.column_config.NumberColumn(format="percent")),
        _("Block"): st.column_config.TextColumn(pinned=True),
        _("Distribution"): st.column_config.BarChartColumn(width="small", y_min=0, help=shares),
    }
    st.dataframe(
        table, hide_index=True, column_config=columns, key="_shapes", alt=_("Each SE block's gates in figures")
    )
    st.caption(_tell(view, rows, low, high))
    offer_csv(lambda: shape_file(rows, limits), "gates", lambda: about_gates(view), label=_("Table as CSV"))


def _tell(view: View, rows: Sequence[BlockShape], low: str, high: str) -> str:
    text = _(
        "Of the gates as applied to {picture}, this one picture. Near 0: within 0.01 of it; near 1: at least 0.99. "
        "Entropy: −sum p log2 p over the shares of {count} equal bins from {low} to {high}, 0 bits where all gates lie "
        "in one bin, 4 where they spread evenly; a block of few channels cannot reach 4. "
    ).format(picture=view.picture.name, count=BINS, low=low, high=high)
    if any(row.deviation is None for row in rows):
        return text + _("There are no data-set means of this network's gates, and so no distance from them.")
    text += _(
        "Distance: root mean square over channels of gate less its mean over the network's training split. "
        "In standard deviations (SD) a picture like those is about 1 away, and more says unusual, not wrong; channels "
        "whose deviation is under 0.01 are left out there (still channels)."
    )
    return text
