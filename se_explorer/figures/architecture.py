"""Parameters against the reduction ratio: equation 5, the layers as they are, and what the paper prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["parameters_by_reduction"]

MILLION = 1e6


def _line(name: str, ratios: Sequence[float], values: Sequence[float], code: str, dash: str, symbol: str) -> go.Scatter:
    return go.Scatter(
        x=list(ratios),
        y=[value / MILLION for value in values],
        name=name,
        mode="lines+markers",
        line={"color": code, "width": 2, "dash": dash},
        marker={"symbol": symbol, "size": 8},
        hovertemplate=f"{name}<br>r = %{{x:g}}: %{{y:.3f}} M<extra></extra>",
    )


def _published(name: str, published: Mapping[int, float], theme: Theme) -> go.Scatter:
    marker = {"symbol": "diamond-open", "size": 13, "color": colour("x", theme), "line": {"width": 2}}
    return go.Scatter(
        x=list(published),
        y=list(published.values()),
        name=name,
        mode="markers",
        marker=marker,
        hovertemplate=f"{name}<br>r = %{{x:g}}: %{{y:.1f}} M<extra></extra>",
    )


def parameters_by_reduction(
    ratios: Sequence[float],
    equation5: Sequence[float],
    counted: Sequence[float],
    plain: int,
    selected: float,
    published: Mapping[int, float],
    theme: Theme,
    title: str = "",
    *,
    say: Say = english,
) -> go.Figure:
    """All parameters of a network, in millions, for each reduction ratio r.

    Args:
        ratios: r, rising.
        equation5, counted: parameters of the SE blocks, one for each r.
        plain: parameters of the network without them.
        selected: the r that is looked at.
        published: total parameters in millions by r, as printed in the paper; may be empty.
    """
    fig = go.Figure()
    by_rule = say("without SE + equation 5")
    by_count = say("without SE + SE layers")
    fig.add_trace(_line(by_rule, ratios, [plain + v for v in equation5], colour("muted", theme), "dot", "x"))
    fig.add_trace(_line(by_count, ratios, [plain + v for v in counted], colour("s", theme), "solid", "circle"))
    if published:
        fig.add_trace(_published(say("printed in Table 10"), published, theme))
    fig.add_hline(y=plain / MILLION, line={"color": colour("muted", theme), "width": 1, "dash": "dash"}, layer="below")
    fig.add_vline(x=selected, line={"color": colour("selected", theme), "width": 1}, layer="below")
    place = list(ratios).index(selected)
    alt = say(
        "Parameters against r: {first} M at r = {low}, {last} M at r = {high}; {here} M at the chosen r = {selected}, "
        "{plain} M without SE."
    ).format(
        first=number((plain + counted[0]) / MILLION),
        low=f"{ratios[0]:g}",
        last=number((plain + counted[-1]) / MILLION),
        high=f"{ratios[-1]:g}",
        here=number((plain + counted[place]) / MILLION),
        selected=f"{selected:g}",
        plain=number(plain / MILLION),
    )
    x_title, y_title = say("reduction ratio r"), say("parameters, millions")
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, legend=True, height=340)
    ticks = {"tickmode": "array", "tickvals": list(ratios), "ticktext": [f"{r:g}" for r in ratios]}
    lay_over(fig, xaxis={"type": "log", **ticks})
    return fig
