"""What SE brings, as printed: errors without and with it, with the gain as an arrow, and the rows of an ablation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, wrap

__all__ = ["ErrorPair", "arrow", "end_markers", "error_gains", "error_rows"]

NAME_LETTERS = 20  # of a row's name on a line
PLAIN_SIGN, SE_SIGN = "circle-open", "diamond"


@dataclass(frozen=True)
class ErrorPair:
    """One network without and with SE.

    Attributes:
        key: given back when the pair is clicked.
        name: of the network.
        plain, with_se: errors in %.
        plain_cost, se_cost: what it costs, in the unit of the figure's axis; 0 where no cost is drawn.
    """

    key: str
    name: str
    plain: float
    with_se: float
    plain_cost: float = 0.0
    se_cost: float = 0.0


def error_text(value: float) -> str:
    """An error as it is printed, with two digits."""
    return f"{value:.2f}"


def change_text(change: float) -> str:
    """A difference of errors, in percentage points."""
    return f"{change:+.2f}".replace("-", "−")


def arrow(start: tuple[float, float], end: tuple[float, float], theme: Theme) -> dict[str, Any]:
    """An annotation that points from one place to the other, both in the axes' own numbers (log10 on a log axis)."""
    (x0, y0), (x, y) = start, end
    return {
        "x": x, "y": y, "ax": x0, "ay": y0, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
        "showarrow": True, "arrowhead": 2, "arrowsize": 1.1, "arrowwidth": 1.6, "arrowcolor": colour("s", theme),
        "standoff": 5, "startstandoff": 5,
    }  # fmt: skip


def end_markers(theme: Theme) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a network without SE is drawn, and how one with SE: told apart by shape as well as by colour."""
    plain = {"symbol": PLAIN_SIGN, "size": 11, "color": colour("muted", theme), "line": {"width": 2}}
    return plain, {"symbol": SE_SIGN, "size": 11, "color": colour("s", theme)}


def _range(values: Sequence[float], room: float) -> tuple[float, float]:
    """An axis that holds the values, with ``room`` to their right as a share of what they take."""
    low, high = min(values), max(values)
    width = (high - low) or 1.0
    return low - 0.06 * width, high + room * width


def _axes(fig: go.Figure, names: Sequence[str], reach: tuple[float, float]) -> None:
    down = row_axis([wrap(name, NAME_LETTERS) for name in names], range=[len(names) - 0.4, -0.6], showgrid=None)
    lay_over(fig, xaxis={"range": list(reach), "nticks": 7, "zeroline": False}, yaxis=down)


def _height(names: Sequence[str]) -> int:
    lines = sum(wrap(name, NAME_LETTERS).count("<br>") + 1 for name in names)
    return 110 + 20 * len(names) + 14 * lines


def error_gains(
    pairs: Sequence[ErrorPair], theme: Theme, title: str = "", x_title: str = "", *, say: Say = english
) -> go.Figure:
    """A row a network: its error without SE, its error with SE, an arrow between, and by how much it falls.

    Args:
        pairs: from top to bottom; at least one.
        x_title: which error, of which data.
    """
    keys, rows = [pair.key for pair in pairs], list(range(len(pairs)))
    plain, with_se = end_markers(theme)
    fig = go.Figure()
    names = [pair.name for pair in pairs]
    for values, marker, name in (
        ([pair.plain for pair in pairs], plain, say("without SE")),
        ([pair.with_se for pair in pairs], with_se, say("with SE")),
    ):
        fig.add_trace(
            go.Scatter(
                x=values, y=rows, mode="markers", marker=marker, name=name, customdata=keys, text=names,
                hovertemplate=f"<b>%{{text}}</b><br>{name}: %{{x:.2f}} %<extra></extra>", unselected=_unfaded(),
            )
        )  # fmt: skip
    gains = [pair.with_se - pair.plain for pair in pairs]
    lay_over(fig, annotations=[arrow((p.plain, y), (p.with_se, y), theme) for y, p in enumerate(pairs)])
    for y, (pair, gain) in enumerate(zip(pairs, gains, strict=True)):
        fig.add_annotation(
            x=max(pair.plain, pair.with_se), y=y, text=change_text(gain), showarrow=False, xanchor="left", xshift=10
        )
    best = min(range(len(pairs)), key=lambda place: gains[place])
    alt = say("{what}: {count} networks without and with SE; the largest change is {change} points ({name}).").format(
        what=title or x_title, count=len(pairs), change=change_text(gains[best]), name=pairs[best].name
    )
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=_height(names), legend=True)
    _axes(fig, names, _range([value for p in pairs for value in (p.plain, p.with_se)], 0.24))
    return fig


def _unfaded() -> dict[str, Any]:
    """A click shall fade no point."""
    return {"marker": {"opacity": 1}}


def error_rows(
    keys: Sequence[str],
    names: Sequence[str],
    errors: Sequence[float],
    reference: tuple[str, float],
    theme: Theme,
    title: str = "",
    x_title: str = "",
    *,
    say: Say = english,
) -> go.Figure:
    """A row for each variant of a network: its error, and by how much that is above or below the reference.

    Args:
        keys: given back when a row is clicked.
        names: of the rows, from top to bottom.
        errors: in %.
        reference: name and error of what the rows are compared with; a line marks it.
    """
    named, level = reference
    plain, with_se = end_markers(theme)
    own = [error == level for error in errors]
    marker = {
        "symbol": [with_se["symbol"] if same else "circle" for same in own],
        "size": 11,
        "color": [with_se["color"] if same else plain["color"] for same in own],
    }
    texts = [
        error_text(error) if same else f"{error_text(error)} ({change_text(error - level)})"
        for error, same in zip(errors, own, strict=True)
    ]
    points = go.Scatter(
        x=list(errors), y=list(range(len(names))), mode="markers+text", marker=marker, text=texts,
        textposition="middle right", customdata=list(keys), hovertext=list(names), unselected=_unfaded_texts(theme),
        hovertemplate="<b>%{hovertext}</b>: %{text}<extra></extra>", name=say("error"), cliponaxis=False,
    )  # fmt: skip
    fig = go.Figure([points])
    fig.add_vline(x=level, line={"color": colour("s", theme), "width": 1.5, "dash": "dot"}, layer="below")
    low, high = min(range(len(errors)), key=errors.__getitem__), max(range(len(errors)), key=errors.__getitem__)
    told = say("{what}: {count} rows, from {low} % ({low_name}) to {high} % ({high_name}); {name} has {level} %.")
    alt = told.format(
        what=title or x_title, count=len(names), low=error_text(errors[low]), low_name=names[low],
        high=error_text(errors[high]), high_name=names[high], name=named, level=error_text(level),
    )  # fmt: skip
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=_height(names))
    _axes(fig, names, _range([*errors, level], 0.9))
    return fig


def _unfaded_texts(theme: Theme) -> dict[str, Any]:
    return {**_unfaded(), "textfont": {"color": colour("text", theme)}}
