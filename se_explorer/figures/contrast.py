"""Two sides against each other: one point a channel or a class, or quantile against quantile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["quantile_plot", "value_scatter"]

_QUANTILES = 101
_MANY = 512  # points from which on they are smaller


def value_scatter(
    left: np.ndarray,
    right: np.ndarray,
    names: Sequence[int] | Sequence[str] | np.ndarray,
    theme: Theme,
    title: str = "",
    *,
    x_title: str,
    y_title: str,
    role: Role = "s",
    marked: Sequence[int] = (),
    marked_name: str = "",
    selected: int | None = None,
    limits: tuple[float, float] | None = None,
    unit: str = "channel",
    say: Say = english,
) -> go.Figure:
    """One point a channel: the left's value across, the right's up, and a line where both are equal.

    Args:
        left, right: (N,).
        names: of the points, (N,); a point's ``customdata``.
        role: whose colour the points wear.
        marked: places (not names) of points to mark, such as those farthest from the line.
        marked_name: what the legend calls them.
        selected: the place of the point to outline.
        limits: of both axes; worked out from the values when None.
        unit: what a point is, in the reader's language.
    """
    one, other = (np.asarray(values, dtype=np.float32) for values in (left, right))
    low, high = limits or _reach(one, other)
    fig = go.Figure([_diagonal(low, high, theme, say), _points(one, other, names, role, theme, unit)])
    if len(marked):
        fig.add_trace(_rings(one, other, list(marked), marked_name, theme))
    if selected is not None:
        name = say("selected: {unit} {number}").format(unit=unit, number=names[selected])
        fig.add_trace(_selected(one, other, selected, name, names, theme))
    alt = _alt(one, other, names, title or unit, say)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, height=420, legend=True)
    _axes(fig, low, high)
    return fig


def quantile_plot(
    left: np.ndarray,
    right: np.ndarray,
    theme: Theme,
    title: str = "",
    *,
    x_title: str,
    y_title: str,
    limits: tuple[float, float] | None = None,
    say: Say = english,
) -> go.Figure:
    """Quantiles of the left's values across, those of the right's up: (N,) and (M,) of any two sizes.

    On the line both distributions agree; above it the right's values are larger at that share of channels.
    """
    levels = np.linspace(0, 1, _QUANTILES)
    one, other = (np.quantile(np.asarray(values, np.float64), levels).astype(np.float32) for values in (left, right))
    low, high = limits or _reach(one, other)
    line = go.Scatter(
        x=one,
        y=other,
        mode="lines+markers",
        marker={"size": 5, "color": colour("s", theme)},
        line={"width": 1.5, "color": colour("s", theme)},
        text=[f"{level:.0%}" for level in levels.tolist()],
        hovertemplate="%{text}: %{x:.3f}, %{y:.3f}<extra></extra>",
        name=say("quantiles, 0 to 100 %"),
    )
    fig = go.Figure([_diagonal(low, high, theme, say), line])
    gap = np.abs(other - one)
    alt = say(
        "{what}: quantiles of {left} and {right} values; medians {left_median} and {right_median}; at most {gap} apart."
    ).format(
        what=title or x_title,
        left=len(left),
        right=len(right),
        left_median=number(float(np.median(left))),
        right_median=number(float(np.median(right))),
        gap=number(float(gap.max())),
    )
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=y_title, height=420, legend=True)
    _axes(fig, low, high)
    return fig


def _reach(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    low, high = min(float(one.min()), float(other.min())), max(float(one.max()), float(other.max()))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _diagonal(low: float, high: float, theme: Theme, say: Say) -> go.Scatter:
    return go.Scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        line={"width": 1, "dash": "dash", "color": colour("muted", theme)},
        hoverinfo="skip",
        name=say("both equal"),
    )


def _points(one: np.ndarray, other: np.ndarray, names: Any, role: Role, theme: Theme, unit: str) -> go.Scatter:
    return go.Scatter(
        x=one,
        y=other,
        mode="markers",
        marker={
            "size": 7 if len(one) <= _MANY else 5,
            "opacity": 0.65,
            "color": colour(role, theme),
            "line": {"width": 0},
        },
        unselected={"marker": {"opacity": 0.65}},
        customdata=names if isinstance(names, np.ndarray) else list(names),
        hovertemplate=f"{unit} %{{customdata}}<br>%{{x:.4g}}, %{{y:.4g}}<extra></extra>",
        showlegend=False,
        name="",
    )


def _rings(one: np.ndarray, other: np.ndarray, marked: list[int], name: str, theme: Theme) -> go.Scatter:
    return go.Scatter(
        x=one[marked],
        y=other[marked],
        mode="markers",
        marker={"symbol": "circle-open", "size": 12, "color": colour("x", theme), "line": {"width": 2}},
        cliponaxis=False,
        hoverinfo="skip",
        name=f"{name} ({len(marked)})",
    )


def _selected(one: np.ndarray, other: np.ndarray, place: int, name: str, names: Any, theme: Theme) -> go.Scatter:
    ink = colour("selected", theme)
    return go.Scatter(
        x=[float(one[place])],
        y=[float(other[place])],
        mode="markers",
        marker={"symbol": "square-open", "size": 16, "color": ink, "line": {"width": 2.5}},
        customdata=[names[place].item() if isinstance(names, np.ndarray) else names[place]],
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        hoverinfo="skip",
        name=name,
    )


def _axes(fig: go.Figure, low: float, high: float) -> None:
    """A click anywhere goes to the nearest point."""
    room = 0.04 * (high - low)
    axis = {"range": [low - room, high + room], "zeroline": False, "nticks": 6}
    lay_over(fig, hoverdistance=-1, xaxis=axis, yaxis=axis)


def _alt(one: np.ndarray, other: np.ndarray, names: Any, what: str, say: Say) -> str:
    gap = other.astype(np.float64) - one
    most = int(np.abs(gap).argmax())
    text = say(
        "{what}: {count} points; on the left from {left_low} to {left_high}, on the right from {right_low} to "
        "{right_high}; they differ most at {name}: {left} and {right}."
    )
    return text.format(
        what=what,
        count=len(one),
        left_low=number(one.min()),
        left_high=number(one.max()),
        right_low=number(other.min()),
        right_high=number(other.max()),
        name=names[most],
        left=number(one[most]),
        right=number(other[most]),
    )
