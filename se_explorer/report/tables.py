"""The one place where a table becomes CSV, in English whatever the language of the page: programs read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from se_explorer.language import SOURCE, language

__all__ = ["csv_text", "file_table", "spreadsheet_safe"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet_safe(text: str) -> str:
    """A text that starts like a formula would run as one in a spreadsheet: labels and file names come from people."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text


def _safe(value: object) -> object:
    return spreadsheet_safe(value) if isinstance(value, str) else value


def file_table(make: Callable[[], pd.DataFrame], about: Callable[[], Mapping[str, object]] = dict) -> pd.DataFrame:
    """A table as its file holds it: said in English, in every language of the page.

    Args:
        make: gives the table in the language in force.
        about: gives columns to add, the same in each line, so that a line says what it is of: network, picture, plan.
    """
    with language(SOURCE):
        return make().assign(**about())


def csv_text(table: pd.DataFrame) -> str:
    """A table of ``file_table`` as CSV: every number in full, every text safe for a spreadsheet.

    float32 numbers are written with as many digits as give them back exactly.
    """
    told = table.set_axis([spreadsheet_safe(str(name)) for name in table.columns], axis=1)
    text: str = told.map(_safe).to_csv(index=False, lineterminator="\n")
    return text
