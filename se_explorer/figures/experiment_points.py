"""Figures of several trainings: each seed as a small point, their mean with its interval beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["SeedRow", "SeedSeries", "seed_points"]

_ROLES: tuple[Role, ...] = ("u", "x", "s", "hidden", "z")
_SYMBOLS = ("diamond", "square", "circle", "triangle-up", "pentagon")
_ROW = 40  # px
_MORE = 22  # px for each series beyond the first
_NAME = 22  # letters of a row's name on a line
_SPREAD = 0.62  # of a row: what all series take of it
_LIFT = 0.11  # of a row: from the mean up to the seeds


@dataclass(frozen=True)
class SeedRow:
    """One row's figures.

    Attributes:
        seeds: (name of the seed, value); none where there is nothing to show.
        mean: of the values.
        low, high: of the mean's interval; None where it has none.
        note: shown on hovering over the mean.
    """

    seeds: Sequence[tuple[str, float]]
    mean: float | None
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True)
class SeedSeries:
    """One colour and symbol: a figure a row."""

    name: str
    rows: Sequence[SeedRow]


def seed_points(
    names: Sequence[str],
    series: Sequence[SeedSeries],
    theme: Theme,
    *,
    title: str = "",
    x_title: str = "",
    zero: bool = False,
    marks: Sequence[str] | None = None,
    say: Say = english,
) -> go.Figure:
    """A row for each name; a click in a row gives its mark.

    Args:
        names: of the rows, from top to bottom; at least one.
        series: at most five, each with a figure for every row.
        zero: whether 0 is marked and always in sight, as for differences.
        marks: what ``customdata`` holds of each row; the names where None.
    """
    leads = list(names if marks is None else marks)
    fig = go.Figure()
    for place, each in enumerate(series):
        shift = _SPREAD * (place - (len(series) - 1) / 2) / max(1, len(series) - 1) if len(series) > 1 else 0.0
        fig.add_trace(_means(each, place, shift, leads, theme))
        fig.add_trace(_seeds(each, place, shift, leads, theme, say))
    if zero:
        fig.add_vline(x=0, line={"color": colour("muted", theme), "width": 1.5}, layer="below")
    rows = [wrap(name, _NAME) for name in names]
    lines = sum(row.count("<br>") for row in rows)
    height = 110 + 24 * (title != "") + (_ROW + _MORE * (len(series) - 1)) * len(rows) + 12 * lines
    alt = _alt(names, series, title or x_title, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=height, legend=len(series) > 1)
    down = row_axis(rows, range=[len(rows) - 0.4, -0.6])
    lay_over(fig, hovermode="closest", xaxis={"nticks": 6, "zeroline": False}, yaxis=down)
    return fig


def _means(series: SeedSeries, place: int, shift: float, leads: list[str], theme: Theme) -> go.Scatter:
    shown = [(at, row) for at, row in enumerate(series.rows) if row.mean is not None]
    hue = colour(_ROLES[place % len(_ROLES)], theme)
    return go.Scatter(
        x=[row.mean for _at, row in shown],
        y=[at + shift for at, _row in shown],
        mode="markers",
        name=series.name,
        customdata=[leads[at] for at, _row in shown],
        hovertext=[row.note for _at, row in shown],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 10, "color": hue, "opacity": 1},
        unselected={"marker": {"opacity": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [0 if row.high is None else row.high - (row.mean or 0) for _at, row in shown],
            "arrayminus": [0 if row.low is None else (row.mean or 0) - row.low for _at, row in shown],
            "color": hue,
            "thickness": 2,
            "width": 5,
        },
    )


def _seeds(series: SeedSeries, place: int, shift: float, leads: list[str], theme: Theme, say: Say) -> go.Scatter:
    points = [(at, name, value) for at, row in enumerate(series.rows) for name, value in row.seeds]
    hue = colour(_ROLES[place % len(_ROLES)], theme)
    return go.Scatter(
        x=[value for _at, _name, value in points],
        y=[at + shift - _LIFT for at, _name, _value in points],
        mode="markers",
        name=series.name,
        showlegend=False,
        customdata=[leads[at] for at, _name, _value in points],
        hovertext=[
            say("seed {seed}: {value}").format(seed=name, value=number(value, digits=4)) for _at, name, value in points
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"symbol": "circle-open", "size": 6, "color": hue, "opacity": 0.9, "line": {"width": 1.2}},
        unselected={"marker": {"opacity": 0.9}},
    )


def _alt(names: Sequence[str], series: Sequence[SeedSeries], what: str, say: Say) -> str:
    parts = []
    for each in series:
        told = [_row_alt(name, row, say) for name, row in zip(names, each.rows, strict=True) if row.mean is not None]
        listed = say("; ").join(told) or "0"
        parts.append(listed if len(series) == 1 else say("{name}: {rows}").format(name=each.name, rows=listed))
    return say("{what}: {parts}.").format(what=what, parts=say("; ").join(parts))


def _row_alt(name: str, row: SeedRow, say: Say) -> str:
    fields = {"name": name, "mean": number(row.mean or 0, digits=4), "count": len(row.seeds)}
    if row.low is None or row.high is None:
        return say("{name} {mean} (seeds: {count}, no interval)").format(**fields)
    told = say("{name} {mean} ({low} to {high}; seeds: {count})")
    return told.format(low=number(row.low, digits=4), high=number(row.high, digits=4), **fields)
