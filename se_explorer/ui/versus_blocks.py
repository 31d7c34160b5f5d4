"""Compare, all blocks: how far the gates of both sides agree, from the first block to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from se_explorer.analysis import BlockContrast, Contrast
from se_explorer.figures import effect_bars
from se_explorer.language import _, list_of
from se_explorer.ui import address
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv
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


def _measures() -> dict[str, Measure]:
    return {
        "pearson": Measure(_("Correlation"), _("Pearson's correlation of the gates"), lambda row: row.pearson, True),
        "spearman": Measure(
            _("Rank correlation"), _("Spearman's correlation of the gates"), lambda row: row.spearman, True
        ),
        "rms": Measure(
            _("Distance"), _("root mean square of right less left, channel by channel"), lambda row: row.distance, False
        ),
        "quantiles": Measure(
            _("Distance of the distributions"),
            _("root mean square distance of the quantiles"),
            lambda row: row.quantile_distance,
            False,
        ),
    }


def draw_block_bars(sides: Sides, found: Contrast, selected: str) -> None:
    """One bar a block that has the figure; a click leads to the block."""
    if not found.blocks:
        st.info(_("No block of the left has a namesake on the right: there are no gates to compare block by block."))
        return
    measures = _measures()
    known = [key for key, measure in measures.items() if any(measure.value(row) is not None for row in found.blocks)]
    correlated = [row for row in found.blocks if row.pearson is not None]
    default = "pearson" if 2 * len(correlated) >= len(found.blocks) else "quantiles"
    choice = address.one_of("agreement", known, default)
    choice.prepare()
    chosen = choice.keep(st.selectbox(_("Measure"), known, format_func=lambda key: measures[key].name, key=choice.key))
    measure = measures[chosen]
    rows = [(row, value) for row in found.blocks if (value := measure.value(row)) is not None]
    figure = effect_bars(
        [row.name for row, _ in rows],
        [value for _, value in rows],
        sides.left.theme,
        x_title=measure.unit,
        selected=selected,
        notes=[_note(row) for row, _ in rows],
        signed=measure.signed,
        say=_,
    )
    draw(figure, f"_agreement_{sides.left.network_key}_{sides.kind}_{chosen}", select_block)
    _tell_missing(found, [row.name for row, _ in rows])


def _note(row: BlockContrast) -> str:
    return _(
        "correlation {pearson}, by rank {spearman}<br>distance {distance}, of the distributions {quantiles}"
    ).format(
        pearson=shown_figure(row.pearson),
        spearman=shown_figure(row.spearman),
        distance=shown_figure(row.distance),
        quantiles=shown_figure(row.quantile_distance),
    )


def _tell_missing(found: Contrast, drawn: Sequence[str]) -> None:
    """What has no bar, and why."""
    rest = [row for row in found.blocks if row.name not in drawn]
    sizes = _("{name} ({left} and {right} channels)")
    sized = [
        sizes.format(name=row.name, left=row.channels[0], right=row.channels[1]) for row in rest if not row.matched
    ]
    flat = [row.name for row in rest if row.matched]
    if sized:
        st.caption(_("Of two sizes, so that no channel has its counterpart: {names}.").format(names=list_of(sized)))
    if flat:
        st.caption(
            _("Without a correlation, since all gates of one side are the same: {names}.").format(names=list_of(flat))
        )
    if found.only_left:
        st.caption(_("Only on the left: {names}.").format(names=list_of(list(found.only_left))))
    if found.only_right:
        st.caption(_("Only on the right: {names}.").format(names=list_of(list(found.only_right))))


def _table(found: Contrast) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("Block"): row.name,
                _("Channels left"): row.channels[0],
                _("Channels right"): row.channels[1],
                _("Correlation"): row.pearson,
                _("Rank correlation"): row.spearman,
                _("Distance"): row.distance,
                _("Distance of distributions"): row.quantile_distance,
                _("Differs most"): row.channel,
                _("Right less left there"): row.difference,
            }
            for row in found.blocks
        ]
    )


def side_columns(sides: Sides) -> dict[str, Any]:
    """What both sides are, for a file alone."""

    def of_side(view: View) -> tuple[str, str, str, str]:
        network = view.engine.network
        return network.id, network.weights, view.picture.name, str(view.plan)

    left = ("Network left", "Weights left", "Picture left", "Edits left")
    right = ("Network right", "Weights right", "Picture right", "Edits right")
    return dict(zip((*left, *right), (*of_side(sides.left), *of_side(sides.right)), strict=True))


def draw_block_table(sides: Sides, found: Contrast) -> None:
    """All figures of all blocks that both have."""
    if not found.blocks:
        return
    four = st.column_config.NumberColumn(format="%.4f")
    names = (
        _("Correlation"), _("Rank correlation"), _("Distance"), _("Distance of distributions"),
        _("Right less left there"),
    )  # fmt: skip
    columns = {**dict.fromkeys(names, four), _("Block"): st.column_config.TextColumn(pinned=True)}
    st.dataframe(
        _table(found),
        hide_index=True,
        column_config=columns,
        key="_agreement_table",
        alt=_("Both sides, block by block"),
    )
    st.caption(
        _(
            "Of the gates as applied. Correlation and distance go over channels of the same number; the distance of "
            "the distributions compares the sorted gates (Wasserstein's distance of order 2) and knows nothing of "
            "channels. A high correlation says that the same channels are open, not that the gates mean the same."
        )
    )
    offer_csv(lambda: _table(found), "comparison", lambda: side_columns(sides), label=_("Blocks as CSV"))
