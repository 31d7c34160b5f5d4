"""One value a channel (or a hidden unit), as bars in a given order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import cycle
from typing import Any

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["channel_bars", "gate_limits", "hidden_bars"]

_SYMBOLS = ("triangle-up", "triangle-down", "x", "diamond", "circle", "square", "star", "cross")
_MANY = 256  # bars from which on zooming is offered

Marks = Mapping[str, "Collection[int] | np.ndarray"]


def gate_limits(*values: np.ndarray) -> tuple[float, float]:
    """Of an axis for these gates: 0 to 1 at least; those of tanh, ReLU or an edit take what they need."""
    return min(0.0, *(float(each.min()) for each in values)), max(1.0, *(float(each.max()) for each in values))


def channel_bars(
    values: np.ndarray,
    order: np.ndarray,
    role: Role,
    selected: int | None,
    marks: Marks,
    theme: Theme,
    title: str = "",
    y_title: str = "",
    *,
    x_title: str = "",
    limits: tuple[float, float] | None = None,
    height: int = 300,
    unit: str = "channel",
    say: Say = english,
) -> go.Figure:
    """Bars in the given order, without gaps; 2048 of them work.

    Every bar's ``customdata`` is its channel number, also that of the selected bar, which is drawn once more on top.
    Hovering and clicks look at the whole height above and below a bar, so that short bars can be hit.

    Args:
        values: (C,).
        order: channel numbers in the order to draw them; all of 0..C-1 or some of them.
        role: whose colour to wear: "u", "z", "hidden", "s" or "x".
        selected: a channel number, or None.
        marks: channels to mark, by what the mark says ("dead", "saturated open"); each gets its own symbol on top of
            the bars and a legend entry with its count, also when it is 0.
        x_title: such as "channels, sorted by gate".
        limits: of the vertical axis; worked out from the values when None.
        unit: what a bar is, in the reader's language.
    """
    order = np.asarray(order, dtype=np.int32)
    drawn = np.asarray(values, dtype=np.float32)[order]
    fig = go.Figure(_bars(drawn, order, colour(role, theme), unit))
    if selected is not None and selected in order:
        place = int(np.flatnonzero(order == selected)[0])
        fig.add_trace(_selected_bar(place, float(drawn[place]), selected, theme, unit, say))
    for (name, channels), symbol in zip(marks.items(), cycle(_SYMBOLS), strict=False):
        places = np.flatnonzero(np.isin(order, [int(channel) for channel in channels]))
        fig.add_trace(_mark(name, places, drawn, symbol, theme))
    alt = _alt(drawn, order, selected, marks, title or y_title, unit, say)
    titles = {"title": title, "x_title": x_title, "y_title": y_title}
    base_layout(fig, theme, alt=alt, height=height, legend=len(fig.data) > 1, zoom=len(order) > _MANY, **titles)
    _axes(fig, len(order), limits)
    return fig


def hidden_bars(
    values: np.ndarray,
    order: np.ndarray,
    selected: int | None,
    theme: Theme,
    title: str = "",
    y_title: str = "",
    *,
    x_title: str = "",
    marks: Marks | None = None,
    height: int = 300,
    say: Say = english,
) -> go.Figure:
    """The same for relu(W1 z): values (hidden units,), ``customdata`` the unit's number."""
    return channel_bars(
        values,
        order,
        "hidden",
        selected,
        marks or {},
        theme,
        title,
        y_title,
        x_title=x_title,
        height=height,
        unit=say("hidden unit"),
        say=say,
    )


def _bars(drawn: np.ndarray, order: np.ndarray, fill: str, unit: str) -> go.Bar:
    return go.Bar(
        x=np.arange(len(order), dtype=np.int32),
        y=drawn,
        customdata=order,
        width=1 if len(order) > 96 else 0.85,
        marker={"color": fill, "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hovertemplate=f"{unit} %{{customdata}}<br>%{{y:.4f}}<extra></extra>",
        showlegend=False,
        name="",
    )


def _selected_bar(place: int, value: float, channel: int, theme: Theme, unit: str, say: Say) -> go.Bar:
    ink = colour("selected", theme)
    return go.Bar(
        x=[place],
        y=np.asarray([value], dtype=np.float32),
        customdata=[channel],
        width=1,
        marker={"color": ink, "line": {"width": 2, "color": ink}},
        hoverinfo="skip",
        showlegend=True,
        name=say("selected: {unit} {number}").format(unit=unit, number=channel),
    )


def _mark(name: str, places: np.ndarray, drawn: np.ndarray, symbol: str, theme: Theme) -> go.Scatter:
    some = len(places) > 0
    return go.Scatter(
        x=places.astype(np.int32) if some else [None],
        y=drawn[places] if some else [None],
        mode="markers",
        marker={
            "symbol": symbol,
            "size": 8 if len(drawn) <= _MANY else 6,
            "color": colour("background", theme),
            "line": {"width": 1.2, "color": colour("text", theme)},
        },
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=True,
        name=f"{name} ({len(places)})",
    )


def _axes(fig: go.Figure, count: int, limits: tuple[float, float] | None) -> None:
    across = {"range": [-0.5, count - 0.5], "showgrid": False, "zeroline": False, "nticks": 8, "tickformat": "d"}
    up = {} if limits is None else {"range": list(limits)}
    lay_over(fig, bargap=0, barmode="overlay", hovermode="x", hoverdistance=-1, xaxis=across, yaxis=up)


def _alt(
    drawn: np.ndarray, order: np.ndarray, selected: int | None, marks: Marks, what: str, unit: str, say: Say
) -> str:
    low, high = int(drawn.argmin()), int(drawn.argmax())
    parts: dict[str, Any] = {
        "what": what,
        "count": len(drawn),
        "unit": unit,
        "low": number(drawn[low]),
        "low_at": order[low],
        "high": number(drawn[high]),
        "high_at": order[high],
        "mean": number(float(drawn.mean(dtype=np.float64))),
    }
    template = say("{what}: {count} bars from {low} ({unit} {low_at}) to {high} ({unit} {high_at}), on average {mean}")
    text = template.format(**parts)
    if selected is not None and selected in order:
        value = number(float(drawn[np.flatnonzero(order == selected)[0]]))
        text += say("; selected {unit} {channel}: {value}").format(unit=unit, channel=selected, value=value)
    text += "".join(f"; {name}: {len({int(channel) for channel in channels})}" for name, channels in marks.items())
    return text + say(".")
