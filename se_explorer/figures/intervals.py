"""Measured changes with their intervals: one point a row and series, the series of a row below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["IntervalSeries", "interval_points"]

_ROLES: tuple[Role, ...] = ("u", "z", "hidden", "s", "x")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon")
_ROW = 26  # px
_MORE = 13  # px for each series beyond the first
_STEP, _SPREAD = 0.34, 0.66  # of a row: between two series, and that all of them take at most


@dataclass(frozen=True)
class IntervalSeries:
    """One colour and symbol.

    Attributes:
        name: in the legend.
        values, lows, highs: one a row.
        sure: whether each is told apart from 0: filled, else open.
        notes: shown on hovering.
    """

    name: str
    values: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    sure: Sequence[bool]
    notes: Sequence[str]


def interval_points(
    names: Sequence[str],
    series: Sequence[IntervalSeries],
    theme: Theme,
    title: str = "",
    x_title: str = "",
    *,
    marks: Sequence[str] | None = None,
    selected: str | None = None,
    sure: str = "",
    say: Say = english,
) -> go.Figure:
    """Points with whiskers; a click anywhere in a row selects its point.

    Args:
        names: of the rows, from top to bottom.
        series: of at most five.
        marks: what ``customdata`` holds of each row; the names where None.
        selected: the row to print bold and to shade, if any.
        sure: what the legend says of filled points; that they are significant where empty.
    """
    rows = [f"<b>{wrap(name, 22)}</b>" if name == selected else wrap(name, 22) for name in names]
    leads = list(names if marks is None else marks)
    fig = go.Figure([_points(each, place, len(series), leads, theme) for place, each in enumerate(series)])
    fig.add_trace(_key(sure or say("filled: significant"), theme))
    if selected is not None and selected in names:
        place = list(names).index(selected)
        fig.add_hrect(
            place - 0.5, place + 0.5, fillcolor=colour("grid", theme), opacity=0.6, layer="below", line_width=0
        )
    lines = sum(row.count("<br>") for row in rows)
    height = 96 + 24 * (title != "") + (_ROW + _MORE * (len(series) - 1)) * len(rows) + 14 * lines
    alt = _alt(names, series, title or x_title, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=height, legend=True)
    across = {"nticks": 6, "zeroline": True, "zerolinewidth": 1.5}
    lay_over(fig, hovermode="y", hoverdistance=-1, xaxis=across, yaxis=row_axis(rows))
    return fig


def _points(series: IntervalSeries, place: int, count: int, leads: list[str], theme: Theme) -> go.Scatter:
    hue = colour(_ROLES[place % len(_ROLES)], theme)
    values, lows, highs = (np.asarray(each, dtype=np.float64) for each in (series.values, series.lows, series.highs))
    step = min(_STEP, _SPREAD / max(1, count - 1))
    shift = step * (place - (count - 1) / 2)
    fills = [hue if sure else colour("background", theme) for sure in series.sure]
    return go.Scatter(
        x=values,
        y=np.arange(len(values)) + shift,
        mode="markers",
        name=series.name,
        customdata=leads,
        hovertext=list(series.notes),
        hovertemplate="<b>%{customdata}</b><br>%{hovertext}<extra></extra>",
        marker={
            "symbol": _SYMBOLS[place % len(_SYMBOLS)],
            "size": 9,
            "color": fills,
            "opacity": 1,
            "line": {"color": hue, "width": 2},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(0, highs - values),
            "arrayminus": np.maximum(0, values - lows),
            "color": hue,
            "thickness": 1.5,
            "width": 3,
        },
    )


def _key(text: str, theme: Theme) -> go.Scatter:
    """A legend entry without points."""
    muted = colour("muted", theme)
    marker = {"symbol": "circle", "size": 9, "color": muted, "line": {"color": muted, "width": 2}}
    return go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=text, hoverinfo="skip")


def _alt(names: Sequence[str], series: Sequence[IntervalSeries], what: str, say: Say) -> str:
    parts = []
    for each in series:
        if len(names):
            values = np.asarray(each.values, dtype=np.float64)
            low, high = int(values.argmin()), int(values.argmax())
            parts.append(
                say("{name} from {low} ({low_name}) to {high} ({high_name}), {sure} of {count} significant").format(
                    name=each.name,
                    low=number(values[low], signed=True),
                    low_name=names[low],
                    high=number(values[high], signed=True),
                    high_name=names[high],
                    sure=sum(each.sure),
                    count=len(names),
                )
            )
    return say("{what}: {parts}.").format(what=what, parts="; ".join(parts) or "0")
