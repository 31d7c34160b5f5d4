"""Error against cost: networks without and with SE, the gain as an arrow; and a cloud of many networks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.published_gain import ErrorPair, arrow, change_text, end_markers, error_text
from se_explorer.figures.published_labels import label_places
from se_explorer.figures.wording import Say, english, number

__all__ = ["error_against_cost", "error_cloud"]

TICKS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150)
MOST_TICKS = 7
ROOM = 0.16  # of the axis' width, beside the outermost points


def _reach(costs: Sequence[float]) -> tuple[float, float]:
    """The ends of a logarithmic axis that holds the costs."""
    low, high = math.log10(min(costs)), math.log10(max(costs))
    room = ROOM * ((high - low) or 0.5)
    return low - room, high + room


def _log_axis(fig: go.Figure, reach: tuple[float, float]) -> None:
    ticks = [tick for tick in TICKS if reach[0] <= math.log10(tick) <= reach[1]]
    ticks = ticks[:: -(-len(ticks) // MOST_TICKS)] if ticks else []
    places = {"tickmode": "array", "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    lay_over(fig, xaxis={"type": "log", "range": list(reach), **places})


def _trace(
    pairs: Sequence[ErrorPair], places: Sequence[tuple[bool, str]], at_se: bool, theme: Theme, name: str, unit: str
) -> go.Scatter:
    """The points without SE, or those with it; each name stands at one of the two."""
    text = {"color": colour("text", theme)}
    return go.Scatter(
        x=[pair.se_cost if at_se else pair.plain_cost for pair in pairs],
        y=[pair.with_se if at_se else pair.plain for pair in pairs],
        mode="markers+text",
        text=[pair.name if place[0] == at_se else "" for pair, place in zip(pairs, places, strict=True)],
        textposition=[side for _, side in places],
        textfont={"size": 12},
        marker=end_markers(theme)[at_se],
        name=name,
        customdata=[pair.key for pair in pairs],
        hovertext=[pair.name for pair in pairs],
        hovertemplate=f"<b>%{{hovertext}}</b><br>{name}: %{{y:.2f}} %, %{{x:.4g}} {unit}<extra></extra>",
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}, "textfont": text},
        selected={"textfont": text},
    )


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
    costs = _reach([cost for pair in pairs for cost in (pair.plain_cost, pair.se_cost)])
    low, high = min(pair.with_se for pair in pairs), max(pair.plain for pair in pairs)
    errors = (low - 0.1 * (high - low), high + 0.12 * (high - low))
    places = label_places(pairs, costs, errors)
    names = (say("without SE"), say("with SE"))
    fig = go.Figure([_trace(pairs, places, bool(at_se), theme, name, x_unit) for at_se, name in enumerate(names)])
    ends = [((math.log10(pair.plain_cost), pair.plain), (math.log10(pair.se_cost), pair.with_se)) for pair in pairs]
    lay_over(fig, annotations=[arrow(start, end, theme) for start, end in ends])
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
    _log_axis(fig, costs)
    lay_over(fig, yaxis={"range": list(errors), "zeroline": False})
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
    _log_axis(fig, _reach([cost for *_, cost, _ in found]))
    return fig
