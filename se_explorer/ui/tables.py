"""A table of a page as CSV. Streamlit's own download knows neither what a table is of nor what a spreadsheet runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from se_explorer.language import _
from se_explorer.report import csv_text, file_table

__all__ = ["offer_csv", "offer_json"]


def offer_csv(
    make: Callable[[], pd.DataFrame],
    name: str,
    about: Callable[[], Mapping[str, object]] = dict,
    *,
    label: str = "",
) -> None:
    """The button of a table's file, which is in English in every language; it is written when somebody asks for it.

    The table is made here and now: what waits for a click holds no network.

    Args:
        make: gives the table in the language in force, with every number in full, units in its headings.
        name: of the file, and of the button among those of the page.
        about: gives what the table is of, as further columns.
        label: of the button, in the page's language; without one it is a small one under the table.
    """
    made = file_table(make, about)
    st.download_button(
        label or "CSV",
        lambda: csv_text(made),
        f"se-explorer-{name}.csv",
        "text/csv",
        on_click="ignore",
        key=f"_csv_{name}",
        type="secondary" if label else "tertiary",
        icon=None if label else ":material/download:",
        help=None if label else _("This table with every number in full."),
    )


def offer_json(make: Callable[[], str], name: str, label: str) -> None:
    """The button of a JSON file of records, which hold no text of the page.

    Args:
        make: gives the file's text when somebody asks for it.
        name: of the file, and of the button among those of the page.
        label: of the button, in the page's language.
    """
    st.download_button(
        label, make, f"se-explorer-{name}.json", "application/json", on_click="ignore", key=f"_json_{name}"
    )
