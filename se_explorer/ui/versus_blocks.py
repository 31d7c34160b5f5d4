"""Compare, all blocks: how far the gates of both sides agree, from the first block to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from se_explorer.analysis import BlockContrast, Contrast
from se_explorer.figures import effect_bars
from se_explorer.report import csv_text
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View
from se_explorer.ui.versus import Sides
from se_explorer.ui.versus_answers import shown_figure

__all__ = ["draw_block_bars", "draw_block_table", "side_columns"]


@dataclass(frozen=True)
class Measure:
    """What the bars show: in the list, on the axis, of a block (None where it has none), and whether it has a sign."""

    name: str
    unit: str
    value: Callable[[BlockContrast], float | None]
    signed: bool


MEASURES = {
    "pearson": Measure("Correlation", "Pearson's correlation of the gates", lambda row: row.pearson, True),
    "spearman": Measure("Rank correlation", "Spearman's correlation of the gates", lambda row: row.spearman, True),
    "rms": Measure(
        "Distance", "root mean square of right less left, channel by channel", lambda row: row.distance, False
    ),
    "quantiles": Measure(
        "Distance of the distributions",
        "root mean square distance of the quantiles",
        lambda row: row.quantile_distance,
        False,
    ),
}


def draw_block_bars(sides: Sides, found: Contrast, selected: str) -> None:
    """One bar a block that has the figure; a click leads to the block."""
    if not found.blocks:
        st.info("No block of the left has a namesake on the right: there are no gates to compare block by block.")
        return
    known = [key for key, measure in MEASURES.items() if any(measure.value(row) is not None for row in found.blocks)]
    correlated = [row for row in found.blocks if row.pearson is not None]
    default = "pearson" if 2 * len(correlated) >= len(found.blocks) else "quantiles"
    choice = address.one_of("agreement", known, default)
    choice.prepare()
    chosen = choice.keep(st.selectbox("Measure", known, format_func=lambda key: MEASURES[key].name, key=choice.key))
    measure = MEASURES[chosen]
    rows = [(row, value) for row in found.blocks if (value := measure.value(row)) is not None]
    figure = effect_bars(
        [row.name for row, _ in rows],
        [value for _, value in rows],
        sides.left.theme,
        x_title=measure.unit,
        selected=selected,
        notes=[_note(row) for row, _ in rows],
        signed=measure.signed,
    )
    draw(figure, f"_agreement_{sides.left.network_key}_{sides.kind}_{chosen}", select_block)
    _tell_missing(found, [row.name for row, _ in rows])


def _note(row: BlockContrast) -> str:
    return (
        f"correlation {shown_figure(row.pearson)}, by rank {shown_figure(row.spearman)}<br>"
        f"distance {shown_figure(row.distance)}, of the distributions {shown_figure(row.quantile_distance)}"
    )


def _tell_missing(found: Contrast, drawn: Sequence[str]) -> None:
    """What has no bar, and why."""
    rest = [row for row in found.blocks if row.name not in drawn]
    sized = [f"{row.name} ({row.channels[0]} and {row.channels[1]} channels)" for row in rest if not row.matched]
    flat = [row.name for row in rest if row.matched]
    if sized:
        st.caption(f"Of two sizes, so that no channel has its counterpart: {', '.join(sized)}.")
    if flat:
        st.caption(f"Without a correlation, since all gates of one side are the same: {', '.join(flat)}.")
    if found.only_left:
        st.caption(f"Only on the left: {', '.join(found.only_left)}.")
    if found.only_right:
        st.caption(f"Only on the right: {', '.join(found.only_right)}.")


def _table(found: Contrast) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Block": row.name,
                "Channels left": row.channels[0],
                "Channels right": row.channels[1],
                "Correlation": row.pearson,
                "Rank correlation": row.spearman,
                "Distance": row.distance,
                "Distance of distributions": row.quantile_distance,
                "Differs most": row.channel,
                "Right less left there": row.difference,
            }
            for row in found.blocks
        ]
    )


def side_columns(sides: Sides) -> dict[str, Any]:
    """What both sides are, the same on each line of a CSV."""

    def of_side(side: str, view: View) -> dict[str, str]:
        network = view.engine.network
        return {
            f"Network {side}": network.id,
            f"Weights {side}": network.weights,
            f"Picture {side}": view.picture.name,
            f"Edits {side}": str(view.plan),
        }

    return {**of_side("left", sides.left), **of_side("right", sides.right)}


def draw_block_table(sides: Sides, found: Contrast) -> None:
    """All figures of all blocks that both have."""
    if not found.blocks:
        return
    table = _table(found)
    four = st.column_config.NumberColumn(format="%.4f")
    names = ("Correlation", "Rank correlation", "Distance", "Distance of distributions", "Right less left there")
    columns = {**dict.fromkeys(names, four), "Block": st.column_config.TextColumn(pinned=True)}
    st.dataframe(
        table, hide_index=True, column_config=columns, key="_agreement_table", alt="Both sides, block by block"
    )
    st.caption(
        "Of the gates as applied. Correlation and distance go over channels of the same number; the distance of the "
        "distributions compares the sorted gates (Wasserstein's distance of order 2) and knows nothing of channels. A "
        "high correlation says that the same channels are open, not that the gates mean the same."
    )
    st.download_button(
        "Blocks as CSV",
        csv_text(table, side_columns(sides)),
        "se-explorer-comparison.csv",
        "text/csv",
        on_click="ignore",
        key="_agreement_csv",
    )
