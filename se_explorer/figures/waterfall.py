"""A sum that visibly adds up: why a gate opened, term by term."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["sum_waterfall"]


def sum_waterfall(
    labels: Sequence[str],
    contributions: Sequence[float] | np.ndarray,
    total_label: str,
    theme: Theme,
    title: str = "",
    *,
    keys: Sequence[int | str | None] | None = None,
    x_title: str = "",
    say: Say = english,
) -> go.Figure:
    """Bars that start where the one above ended, and the total below; one row a term, read from top to bottom.

    These are plotly waterfall bars: in Streamlit 1.67 (plotly.js 4.2) a click on one reaches ``on_select`` with its
    ``customdata``, tried in Chromium; the whole row can be hit. Rows rather than columns, because names and values
    then fit on a phone.

    Args:
        labels: one a term; the caller groups small terms ("all others").
        contributions: one a term, in the unit of the sum.
        total_label: of the last bar, whose length is the sum of the contributions.
        keys: where a click on a term leads to, kept as ``customdata``; None leads nowhere, as does the total.
    """
    terms = np.asarray(contributions, dtype=np.float64)
    total = float(terms.sum())
    rows = [*(wrap(label, 20) for label in labels), f"<b>{wrap(total_label, 20)}</b>"]
    known = list(keys) if keys is not None else [None] * len(terms)
    fig = go.Figure(_bars(terms, total, [*labels, total_label], [*known, None], theme))
    lines = sum(row.count("<br>") + 1 for row in rows)
    height = 70 + 20 * (title != "") + 14 * lines + 12 * len(rows)
    alt = _alt(labels, terms, total, total_label, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=height)
    _axes(fig, rows, terms)
    return fig


def _bars(
    terms: np.ndarray, total: float, names: list[str], keys: list[int | str | None], theme: Theme
) -> go.Waterfall:
    return go.Waterfall(
        orientation="h",
        y=list(range(len(names))),
        x=[*terms.tolist(), total],
        measure=["relative"] * len(terms) + ["total"],
        customdata=keys,
        text=[*(number(term, signed=True) for term in terms.tolist()), f"<b>= {number(total)}</b>"],
        textposition="outside",
        textfont={"color": colour("text", theme), "size": 12},
        hovertext=names,
        hovertemplate="<b>%{hovertext}</b><br>%{text}<extra></extra>",
        cliponaxis=False,
        increasing={"marker": {"color": colour("up", theme)}},
        decreasing={"marker": {"color": colour("down", theme)}},
        totals={"marker": {"color": colour("muted", theme)}},
        connector={"line": {"color": colour("muted", theme), "width": 1, "dash": "dot"}},
    )


def _axes(fig: go.Figure, rows: list[str], terms: np.ndarray) -> None:
    sums = np.concatenate([[0.0], np.cumsum(terms)])
    low, high = float(sums.min()), float(sums.max())
    room = 0.22 * ((high - low) or 1.0)
    across = {"range": [low - room, high + room], "zeroline": True, "nticks": 6}
    lay_over(fig, hovermode="y", hoverdistance=-1, xaxis=across, yaxis=row_axis(rows))


def _alt(labels: Sequence[str], terms: np.ndarray, total: float, total_label: str, say: Say) -> str:
    if not len(terms):
        return say("{total_label}: {total}, the sum of no terms.").format(total_label=total_label, total=number(total))
    low, high = int(terms.argmin()), int(terms.argmax())
    text = say(
        "{count} terms add up to {total} ({total_label}): the largest is {high} ({high_name}), the least {low} "
        "({low_name})."
    )
    return text.format(
        count=len(terms),
        total=number(total),
        total_label=total_label,
        high=number(terms[high], signed=True),
        high_name=labels[high],
        low=number(terms[low], signed=True),
        low_name=labels[low],
    )
