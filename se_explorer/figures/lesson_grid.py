"""A small map as a table of its numbers, each cell in the colour that the map has there."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np

from se_explorer.figures.maps import colour_map
from se_explorer.figures.palette import Theme, colour, contrast

__all__ = ["grid_html"]


def grid_html(
    cells: np.ndarray,
    limit: float,
    write: Callable[[float], str],
    theme: Theme,
    caption: str,
    *,
    marked: tuple[int, int] | None = None,
    size: float = 0.78,
) -> str:
    """An HTML table of (h, w) numbers on the colours of the signed scale.

    Args:
        cells: (h, w), at most 8 a side to be readable.
        limit: the size of value at both ends of the colour scale.
        write: a number as the reader's language has it.
        caption: above the table; it is escaped.
        marked: a cell with an outline.
        size: of the letters, in rem; where there is less room they are smaller, so that no column is cut off.
    """
    rows = []
    for row, values in enumerate(cells):
        line = "".join(
            _cell(float(value), limit, write, theme, (row, column) == marked) for column, value in enumerate(values)
        )
        rows.append(f"<tr>{line}</tr>")
    fitting = 27 / cells.shape[1]  # a column takes 3.7 times the size of its letters
    style = (
        f"border-collapse:collapse;font-size:min({size}rem,{fitting:.3g}cqw);font-variant-numeric:tabular-nums;margin:0"
    )
    told = (
        f'<caption style="caption-side:top;text-align:left;padding:0 0 .3rem;opacity:.85">{escape(caption)}</caption>'
    )
    table = f'<table style="{style}">{told}{"".join(rows)}</table>'
    return f'<div style="overflow-x:auto;container-type:inline-size">{table}</div>'


def _cell(value: float, limit: float, write: Callable[[float], str], theme: Theme, marked: bool) -> str:
    ground = "#{:02X}{:02X}{:02X}".format(*colour_map(np.array([[value]]), limit)[0, 0].tolist())
    letters = max(("#111111", "#FFFFFF"), key=lambda code: contrast(code, ground))
    edge = f"outline:3px solid {colour('selected', theme)};outline-offset:-3px;font-weight:700;" if marked else ""
    style = f"background:{ground};color:{letters};padding:.25em .35em;text-align:right;border:0;{edge}"
    return f'<td style="{style}">{escape(write(value))}</td>'
