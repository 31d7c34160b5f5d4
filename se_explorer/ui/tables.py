"""A table of a page as CSV. Streamlit's own download knows neither what a table is of nor what a spreadsheet runs."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from se_explorer.language import _
from se_explorer.report import csv_text

__all__ = ["offer_csv"]


def offer_csv(table: pd.DataFrame, name: str, about: Mapping[str, object] | None = None) -> None:
    """A small button under a table; the file is written when somebody asks for it.

    Args:
        table: with every number in full, units in its headings.
        name: of the file, and of the button among those of the page.
        about: what the table is of, as further columns.
    """
    st.download_button(
        "CSV",
        lambda: csv_text(table, about),
        f"se-explorer-{name}.csv",
        "text/csv",
        on_click="ignore",
        key=f"_csv_{name}",
        type="tertiary",
        icon=":material/download:",
        help=_("This table with every number in full."),
    )
