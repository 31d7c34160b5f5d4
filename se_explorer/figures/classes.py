"""Gates by class, as the paper's Figures 6 and 7 show them: a line a class over a few channels, and spreads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour, with_alpha
from se_explorer.figures.wording import Say, english, number

__all__ = ["CLASS_LINES", "ClassLine", "class_lines", "class_spread"]

_ROLES: tuple[Role, ...] = ("u", "x", "s", "hidden", "z", "edited")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")
_DASHES = ("solid", "dash", "dashdot", "dot", "longdash", "longdashdot")
#: Lines that can be told apart.
CLASS_LINES = len(_ROLES)
_TICKS = 8


class ClassLine(NamedTuple):
    """The mean gates of one class at the channels that are drawn, (N,)."""

    label: str
    means: np.ndarray


def look(place: int, theme: Theme) -> dict[str, Any]:
    """Colour, dashes and symbol of the ``place``-th class."""
    ink = colour(_ROLES[place], theme)
    return {
        "line": {"color": ink, "width": 1.8, "dash": _DASHES[place]},
        "marker": {"symbol": _SYMBOLS[place], "size": 7, "color": ink},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def class_lines(
    channels: np.ndarray,
    lines: Sequence[ClassLine],
    overall: np.ndarray,
    theme: Theme,
    *,
    selected: int | None = None,
    title: str = "",
    x_title: str = "",
    limits: tuple[float, float] | None = (0, 1),
    say: Say = english,
) -> go.Figure:
    """Mean gates of at most ``CLASS_LINES`` classes and of all classes together, channel by channel.

    A click anywhere in a column leads to its channel (``customdata``). Lines differ in colour, dashes and symbols.

    Args:
        channels: numbers of the channels in the order of drawing, (N,).
        overall: mean over all classes, (N,).
        selected: the channel to mark by an upright line, if it is among them.
        limits: of the gates' axis; worked out when None.
    """
    at = np.arange(len(channels))
    fig = go.Figure()
    for place, line in enumerate(lines):
        fig.add_trace(_line(line.label, at, line.means, channels, say).update(**look(place, theme)))
    ink = colour("selected", theme)
    mean = _line(say("all classes"), at, overall, channels, say)
    thick = {"line": {"color": ink, "width": 3}, "marker": {"size": 5, "color": ink}}
    fig.add_trace(mean.update(**thick, unselected={"marker": {"opacity": 1}}))
    base_layout(
        fig,
        theme,
        alt=_alt(channels, lines, overall, title, say),
        title=title,
        x_title=x_title,
        y_title=say("mean gate"),
        height=380,
        legend=True,
    )
    _axes(fig, channels, selected, theme, limits)
    return fig


def _line(label: str, at: np.ndarray, values: np.ndarray, channels: np.ndarray, say: Say) -> go.Scatter:
    unit = say("channel")
    return go.Scatter(
        x=at,
        y=np.asarray(values, np.float32),
        customdata=channels.tolist(),
        mode="lines+markers",
        name=label,
        hovertemplate=f"{label} %{{y:.3f}}, {unit} %{{customdata}}<extra></extra>",
    )


def _axes(
    fig: go.Figure, channels: np.ndarray, selected: int | None, theme: Theme, limits: tuple[float, float] | None
) -> None:
    steps = range(0, len(channels), max(1, -(-len(channels) // _TICKS)))
    across = {
        "tickmode": "array",
        "tickvals": list(steps),
        "ticktext": [str(channels[step]) for step in steps],
        "range": [-0.5, len(channels) - 0.5],
        "zeroline": False,
    }
    upright = {"range": [limits[0] - 0.02, limits[1] + 0.02]} if limits else {}
    # on a phone columns are a few px wide, and lines steep
    lay_over(fig, hovermode="x", hoverdistance=-1, xaxis=across, yaxis={"zeroline": False, **upright})
    if selected is not None and selected in channels:
        place = int(np.flatnonzero(channels == selected)[0])
        line = {"color": colour("selected", theme), "width": 1.5, "dash": "dot"}
        fig.add_shape(
            type="line", x0=place, x1=place, y0=0, y1=1, yref="paper", line=line, layer="below", name="chosen"
        )


def _alt(channels: np.ndarray, lines: Sequence[ClassLine], overall: np.ndarray, what: str, say: Say) -> str:
    text = say("{what}: mean gates of {classes} classes and of all at {count} channels").format(
        what=what or say("Gates by class"), classes=len(lines), count=len(channels)
    )
    if lines:
        means = np.stack([line.means for line in lines])
        spans = means.max(axis=0) - means.min(axis=0)
        most = int(spans.argmax())
        text += say("; the classes differ by {mean} on average and most at channel {channel}, by {span}").format(
            mean=number(float(spans.mean())), channel=int(channels[most]), span=number(float(spans[most]))
        )
    return text + say("; the mean of all is {mean}.").format(mean=number(float(np.mean(overall))))


def class_spread(
    channels: np.ndarray,
    line: ClassLine,
    bands: Sequence[tuple[str, np.ndarray, np.ndarray]],
    overall: np.ndarray,
    theme: Theme,
    *,
    place: int = 0,
    selected: int | None = None,
    title: str = "",
    x_title: str = "",
    limits: tuple[float, float] | None = (0, 1),
    say: Say = english,
) -> go.Figure:
    """How the gates of one class are spread, channel by channel.

    Args:
        line: the middle of the class: its mean or median.
        bands: name, lower and upper end (N,), the widest first.
        overall: mean over all classes, (N,).
        place: of the class among those of ``class_lines``, for the same colour.
    """
    at, style = np.arange(len(channels)), look(place, theme)
    fig = go.Figure()
    for depth, (name, low, high) in enumerate(bands):
        fill = with_alpha(style["line"]["color"], 0.18 + 0.14 * depth)
        edge = {"mode": "lines", "x": at, "line": {"width": 0}, "hoverinfo": "skip"}
        fig.add_trace(go.Scatter(**edge, y=np.asarray(low, np.float32), showlegend=False, name=""))
        fig.add_trace(go.Scatter(**edge, y=np.asarray(high, np.float32), fill="tonexty", fillcolor=fill, name=name))
    fig.add_trace(_line(line.label, at, line.means, channels, say).update(**style))
    ink = {"line": {"color": colour("selected", theme), "width": 1.5}}
    fig.add_trace(_line(say("all classes"), at, overall, channels, say).update(mode="lines", **ink, hoverinfo="skip"))
    fig.data[-1].hovertemplate = None
    widths = bands[0][2] - bands[0][1] if bands else np.zeros(1)
    alt = say("{what}: the gates of {label} at {count} channels; {band} is {width} wide on average.").format(
        what=title or say("Spread within a class"),
        label=line.label,
        count=len(channels),
        band=bands[0][0] if bands else "",
        width=number(float(np.mean(widths))),
    )
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, y_title=say("gate"), height=360, legend=True)
    _axes(fig, channels, selected, theme, limits)
    return fig
