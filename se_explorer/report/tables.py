"""The one place where a table becomes CSV."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

__all__ = ["csv_text", "spreadsheet_safe"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet_safe(text: str) -> str:
    """A text that starts like a formula would run as one in a spreadsheet: labels and file names come from people."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text


def _safe(value: object) -> object:
    return spreadsheet_safe(value) if isinstance(value, str) else value


def csv_text(table: pd.DataFrame, about: Mapping[str, object] | None = None) -> str:
    """A table as CSV: every number in full, every text safe for a spreadsheet.

    float32 numbers are written with as many digits as give them back exactly.

    Args:
        about: columns to add, the same in each line, so that a line says what it is of: network, picture, plan.
    """
    told = table.assign(**(about or {}))
    told = told.set_axis([spreadsheet_safe(str(name)) for name in told.columns], axis=1)
    text: str = told.map(_safe).to_csv(index=False, lineterminator="\n")
    return text
