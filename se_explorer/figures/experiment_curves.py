"""Curves over epochs of trainings with several seeds: a band around the mean, or a thin line a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour, with_alpha
from se_explorer.figures.wording import Say, english, number

__all__ = ["MOST_CURVES", "CurveSeries", "seed_curves"]

_ROLES: tuple[Role, ...] = ("u", "x", "s", "hidden", "z", "edited", "muted")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "pentagon", "star", "cross")
#: Curves that can be told apart.
MOST_CURVES = len(_ROLES)

Points = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class CurveSeries:
    """One recipe.

    Attributes:
        name: in the legend.
        lines: (name of the seed, points), each of (epoch, value).
        band: (epoch, mean, low, high); empty where there is none, and the seeds' lines are drawn.
    """

    name: str
    lines: Sequence[tuple[str, Points]]
    band: Sequence[tuple[int, float, float, float]]


def seed_curves(
    series: Sequence[CurveSeries],
    theme: Theme,
    *,
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    logarithmic: bool = False,
    say: Say = english,
) -> go.Figure:
    """At most ``MOST_CURVES`` recipes: the mean as a line in its band, or every seed as a thin line."""
    fig = go.Figure()
    for place, each in enumerate(series):
        look = _look(place, theme)
        if each.band:
            _add_band(fig, each, look, theme, place)
        else:
            _add_lines(fig, each, look)
    alt = _alt(series, title or y_title, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, height=400, legend=True)
    upright = {"type": "log", "nticks": 6} if logarithmic else {}
    lay_over(fig, xaxis={"nticks": 8, "zeroline": False, "rangemode": "tozero"}, yaxis={"zeroline": False, **upright})
    return fig


def _look(place: int, theme: Theme) -> dict[str, Any]:
    ink = colour(_ROLES[place % len(_ROLES)], theme)
    return {"ink": ink, "dash": _DASHES[place % len(_DASHES)], "symbol": _SYMBOLS[place % len(_SYMBOLS)]}


def _add_band(fig: go.Figure, each: CurveSeries, look: dict[str, Any], theme: Theme, place: int) -> None:
    epochs = [point[0] for point in each.band]
    around = {"x": [*epochs, *reversed(epochs)], "y": [p[3] for p in each.band] + [p[2] for p in reversed(each.band)]}
    fill = with_alpha(colour(_ROLES[place % len(_ROLES)], theme), 0.2)
    fig.add_trace(
        go.Scatter(
            **around,
            mode="lines",
            fill="toself",
            fillcolor=fill,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            name=each.name,
        )
    )
    fig.add_trace(
        go.Scatter(
            x=epochs,
            y=[point[1] for point in each.band],
            mode="lines+markers",
            name=each.name,
            line={"color": look["ink"], "width": 2, "dash": look["dash"]},
            marker={"symbol": look["symbol"], "size": 5, "color": look["ink"]},
            customdata=[[point[2], point[3]] for point in each.band],
            hovertemplate=f"{each.name}, %{{x}}: %{{y:.4f}} (%{{customdata[0]:.4f}}–%{{customdata[1]:.4f}})"
            "<extra></extra>",
        )
    )


def _add_lines(fig: go.Figure, each: CurveSeries, look: dict[str, Any]) -> None:
    for number_, (seed, points) in enumerate(each.lines):
        fig.add_trace(
            go.Scatter(
                x=[epoch for epoch, _value in points],
                y=[value for _epoch, value in points],
                mode="lines+markers",
                name=each.name,
                showlegend=number_ == 0,
                legendgroup=each.name,
                hovertext=[seed] * len(points),
                line={"color": look["ink"], "width": 1, "dash": look["dash"]},
                marker={"symbol": look["symbol"], "size": 4, "color": look["ink"]},
                hovertemplate=f"{each.name}, %{{hovertext}}, %{{x}}: %{{y:.4f}}<extra></extra>",
            )
        )


def _alt(series: Sequence[CurveSeries], what: str, say: Say) -> str:
    parts = []
    for each in series:
        if each.band:
            (first, start, *_rest), (last, end, low, high) = each.band[0], each.band[-1]
            told = say(
                "{name} from {start} in epoch {first} to {end} ({low} to {high}) in epoch {last} (seeds: {count})"
            )
            parts.append(
                told.format(
                    name=each.name,
                    start=number(start),
                    first=first,
                    end=number(end),
                    low=number(low),
                    high=number(high),
                    last=last,
                    count=len(each.lines),
                )
            )
        else:
            ends = [points[-1][1] for _seed, points in each.lines if points]
            told = say("{name}: a thin line a seed, ending at {ends}")
            parts.append(told.format(name=each.name, ends=say(", ").join(map(number, ends))))
    return say("{what}: {parts}.").format(what=what, parts=say("; ").join(parts) or "0")
