"""Error against cost: networks without and with SE, the gain as an arrow; and a cloud of many networks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.published_gain import ErrorPair, arrow, change_text, end_markers, error_text
from se_explorer.figures.wording import Say, english, number

__all__ = ["error_against_cost", "error_cloud"]

TICKS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150)
MOST_TICKS = 7
ROOM = 0.16  # of the axis' width, beside the outermost points


def _sides(costs: Sequence[float]) -> list[str]:
    """Names stand above the points without SE, since arrows go down; near an edge they lean inwards."""
    logs = [math.log10(cost) for cost in costs]
    low, width = min(logs), (max(logs) - min(logs)) or 1.0
    return [
        "top left" if place > 0.66 else "top right" if place < 0.33 else "top center"
        for place in ((log - low) / width for log in logs)
    ]


def _log_axis(fig: go.Figure, costs: Sequence[float]) -> None:
    low, high = math.log10(min(costs)), math.log10(max(costs))
    room = ROOM * ((high - low) or 0.5)
    reach = (low - room, high + room)
    ticks = [tick for tick in TICKS if reach[0] <= math.log10(tick) <= reach[1]]
    ticks = ticks[:: -(-len(ticks) // MOST_TICKS)] if ticks else [round(10**low, 3)]
    fig.update_xaxes(
        type="log", range=list(reach), tickmode="array", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks]
    )


def _points(pairs: Sequence[ErrorPair], theme: Theme, say: Say, x_unit: str) -> list[go.Scatter]:
    plain, with_se = end_markers(theme)
    keys, names = [pair.key for pair in pairs], [pair.name for pair in pairs]
    hover = "<b>%{hovertext}</b><br>{name}: %{{y:.2f}} %, %{{x:.4g}} {unit}<extra></extra>"
    hover = hover.replace("%{hovertext}", "%{{hovertext}}")
    shared: dict[str, Any] = {"customdata": keys, "hovertext": names}
    first, second = say("without SE"), say("with SE")
    text = {"color": colour("text", theme)}
    return [
        go.Scatter(
            x=[pair.plain_cost for pair in pairs], y=[pair.plain for pair in pairs], mode="markers+text", text=names,
            textposition=_sides([pair.plain_cost for pair in pairs]), textfont={"size": 12}, marker=plain, name=first,
            hovertemplate=hover.format(name=first, unit=x_unit), cliponaxis=False,
            unselected={"marker": {"opacity": 1}, "textfont": text}, **shared,
        ),
        go.Scatter(
            x=[pair.se_cost for pair in pairs], y=[pair.with_se for pair in pairs], mode="markers", marker=with_se,
            name=second, hovertemplate=hover.format(name=second, unit=x_unit),
            unselected={"marker": {"opacity": 1}}, **shared,
        ),
    ]  # fmt: skip


def error_against_cost(
    pairs: Sequence[ErrorPair],
    theme: Theme,
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    *,
    x_unit: str = "",
    say: Say = english,
) -> go.Figure:
    """Error over cost on a logarithmic axis, an arrow from each network without SE to the same with SE.

    Args:
        pairs: with their costs, all above 0; at least one.
        x_unit: of the costs, for hovering.
    """
    fig = go.Figure(_points(pairs, theme, say, x_unit))
    ends = [((math.log10(pair.plain_cost), pair.plain), (math.log10(pair.se_cost), pair.with_se)) for pair in pairs]
    fig.update_layout(annotations=[arrow(start, end, theme) for start, end in ends])
    best = min(pairs, key=lambda pair: pair.with_se)
    gains = [pair.with_se - pair.plain for pair in pairs]
    more = [pair.se_cost / pair.plain_cost - 1 for pair in pairs]
    alt = say(
        "{what}: {count} networks without and with SE. Errors change by {low} to {high} points, costs by {cheap} to "
        "{dear}; the lowest error is {best} % ({name} with SE)."
    ).format(
        what=title or y_title,
        count=len(pairs),
        low=change_text(max(gains)),
        high=change_text(min(gains)),
        cheap=f"{min(more):+.1%}",
        dear=f"{max(more):+.1%}",
        best=error_text(best.with_se),
        name=best.name,
    )
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, height=440, legend=True)
    _log_axis(fig, [cost for pair in pairs for cost in (pair.plain_cost, pair.se_cost)])
    low, high = min(p.with_se for p in pairs), max(p.plain for p in pairs)
    fig.update_yaxes(range=[low - 0.08 * (high - low), high + 0.14 * (high - low)], zeroline=False)
    return fig


def error_cloud(
    groups: Mapping[str, Sequence[tuple[str, str, float, float]]],
    theme: Theme,
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    *,
    say: Say = english,
) -> go.Figure:
    """Many networks, a point each, error over cost on a logarithmic axis.

    Args:
        groups: by whose figures they are; of each network the key that a click gives back, its name, cost and error.
    """
    symbols = ("circle", "square-open", "triangle-up")
    codes = (colour("u", theme), colour("hidden", theme), colour("z", theme))
    fig = go.Figure()
    for (group, networks), symbol, code in zip(groups.items(), symbols, codes, strict=False):
        fig.add_trace(
            go.Scatter(
                x=[cost for *_, cost, _ in networks], y=[error for *_, error in networks], mode="markers", name=group,
                marker={"symbol": symbol, "size": 9, "color": code, "line": {"width": 1.5}},
                customdata=[key for key, *_ in networks], hovertext=[name for _, name, *_ in networks],
                hovertemplate="<b>%{hovertext}</b><br>%{y:.2f} %, %{x:.4g}<extra></extra>",
                unselected={"marker": {"opacity": 1}},
            )
        )  # fmt: skip
    found = [network for networks in groups.values() for network in networks]
    best, worst = min(found, key=lambda one: one[3]), max(found, key=lambda one: one[3])
    alt = say("{what}: {count} networks, from {low} % ({low_name}) to {high} % ({high_name}).").format(
        what=title or y_title, count=len(found), low=number(best[3]), low_name=best[1], high=number(worst[3]),
        high_name=worst[1],
    )  # fmt: skip
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, height=400, legend=True)
    _log_axis(fig, [cost for *_, cost, _ in found])
    return fig
