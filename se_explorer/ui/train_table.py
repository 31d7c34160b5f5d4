"""Train, the numbers of both sides in a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.analysis import wilson
from se_explorer.language import _
from se_explorer.training.pair_view import SideView
from se_explorer.training.pairs import Pair
from se_explorer.ui.presenter import is_presenting
from se_explorer.ui.tables import offer_csv
from se_explorer.ui.train_words import side_name

__all__ = ["draw_table"]


def _row(side: SideView) -> dict[str, object]:
    last = side.curve[-1] if side.curve else None
    measured = [report.validation for report in side.curve if report.validation is not None]
    times, record = side.times, side.record
    low, high = wilson(record.right, record.count) if record else (None, None)
    return {
        _("Side"): side_name(side.side),
        _("Epochs done"): len(side.curve),
        _("Training loss"): last.loss if last else None,
        _("Training accuracy (%)"): 100 * last.accuracy if last else None,
        _("Test accuracy (%)"): 100 * (record.accuracy if record else measured[-1]) if measured else None,
        _("95 % interval from (%)"): None if low is None else 100 * low,
        _("to (%)"): None if high is None else 100 * high,
        _("Step, median (ms)"): 1000 * times.median if times else None,
        _("Parameters"): record.parameters if record else None,
    }


def _table(sides: tuple[SideView, SideView]) -> pd.DataFrame:
    return pd.DataFrame([_row(side) for side in sides]).dropna(axis="columns", how="all")


def draw_table(pair: Pair, sides: tuple[SideView, SideView]) -> None:
    """What is known of both sides; what is not known yet is empty."""
    table = _table(sides)
    two, one = st.column_config.NumberColumn(format="%.2f"), st.column_config.NumberColumn(format="%.1f")
    columns = {
        **dict.fromkeys((_("Training accuracy (%)"), _("Test accuracy (%)")), two),
        **dict.fromkeys((_("95 % interval from (%)"), _("to (%)")), two),
        _("Training loss"): st.column_config.NumberColumn(format="%.4f"),
        _("Step, median (ms)"): one,
        _("Parameters"): st.column_config.NumberColumn(format="localized"),
        _("Side"): st.column_config.TextColumn(pinned=True),
    }
    st.dataframe(
        table,
        hide_index=True,
        key="_train_table",
        column_config=columns,
        alt=_("Both sides of the pair in numbers"),
    )
    if pair.is_over and not is_presenting():
        offer_csv(lambda: _table(sides), "training", lambda: {"Pair": pair.id, "Seed": pair.request.seed})
