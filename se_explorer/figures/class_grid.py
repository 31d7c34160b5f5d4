"""All blocks at once, small: the mean gates of a few classes in one panel a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.classes import ClassLine, look
from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["BlockPanel", "class_grid"]

_ACROSS = 2  # what a phone holds
_ROW = 120  # px
_GAP = 34  # px between rows, for the names


class BlockPanel(NamedTuple):
    """One block: its name, the channels drawn (N,), a line a class, and the mean of all classes (N,)."""

    name: str
    channels: np.ndarray
    lines: Sequence[ClassLine]
    overall: np.ndarray


def class_grid(
    panels: Sequence[BlockPanel],
    theme: Theme,
    *,
    selected: str | None = None,
    limits: tuple[float, float] = (0, 1),
    say: Say = english,
) -> go.Figure:
    """Panels in running order, from left to right and down, all on one scale.

    A click leads to the nearest channel of its panel: ``customdata`` is ``BLOCK.CHANNEL``.
    """
    fig = go.Figure()
    for number_, panel in enumerate(panels):
        _draw(fig, number_, panel, theme, say)
    rows = -(-len(panels) // _ACROSS)
    base_layout(fig, theme, alt=_alt(panels, say), height=70 + rows * (_ROW + _GAP), legend=True)
    _place(fig, panels, rows, selected, theme, limits)
    return fig


def _draw(fig: go.Figure, place: int, panel: BlockPanel, theme: Theme, say: Say) -> None:
    axes = {"xaxis": _axis("x", place), "yaxis": _axis("y", place)}
    at = np.arange(len(panel.channels))
    shared: dict[str, Any] = {"x": at, "mode": "lines", "hoverinfo": "skip", "showlegend": place == 0, **axes}
    for kind, line in enumerate(panel.lines):
        style = {**look(kind, theme)["line"], "width": 1.4}
        fig.add_trace(go.Scatter(**shared, y=_half(line.means), line=style, name=line.label))
    ink = {"color": colour("selected", theme), "width": 2}
    fig.add_trace(go.Scatter(**shared, y=_half(panel.overall), line=ink, name=say("all classes")))
    fig.add_trace(
        go.Scatter(
            x=at,
            y=_half(panel.overall),
            mode="markers",
            marker={"size": 4, "opacity": 0},
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            customdata=[f"{panel.name}.{channel}" for channel in panel.channels.tolist()],
            text=_notes(panel, say),
            hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
            showlegend=False,
            name="",
            **axes,
        )
    )


def _half(values: np.ndarray) -> np.ndarray:
    """Three decimals are more than a small panel shows, and half as long on their way."""
    rounded: np.ndarray = np.round(np.asarray(values, np.float32), 3)
    return rounded


def _notes(panel: BlockPanel, say: Say) -> list[str]:
    rows = [(line.label, line.means) for line in panel.lines] + [(say("all classes"), panel.overall)]
    return ["<br>".join(f"{label} {values[at]:.3f}" for label, values in rows) for at in range(len(panel.channels))]


def _axis(letter: str, place: int) -> str:
    return letter if place == 0 else f"{letter}{place + 1}"


def _place(
    fig: go.Figure,
    panels: Sequence[BlockPanel],
    rows: int,
    selected: str | None,
    theme: Theme,
    limits: tuple[float, float],
) -> None:
    """Give each panel its place and its name."""
    common_x = fig.layout.xaxis.to_plotly_json()
    common_y = fig.layout.yaxis.to_plotly_json()
    width, height = 1 / _ACROSS, 1 / rows
    gap = height * _GAP / (_ROW + _GAP)
    for place, panel in enumerate(panels):
        row, column = divmod(place, _ACROSS)
        across = [column * width + (0.03 if column else 0), (column + 1) * width - (0 if column else 0.03)]
        top = 1 - row * height - gap
        x = {**common_x, "domain": across, "anchor": _axis("y", place), "showticklabels": False, "showgrid": False}
        y = {**common_y, "domain": [max(0, top - height + gap), top], "anchor": _axis("x", place)}
        y |= {"range": [limits[0] - 0.03, limits[1] + 0.03], "nticks": 3, "showticklabels": column == 0}
        x |= {"range": [-1, len(panel.channels)], "zeroline": False, "title": None}
        names = {"xaxis": "x", "yaxis": "y"}
        lay_over(fig, **{f"{name}{place + 1 if place else ''}": axis for name, axis in zip(names, (x, y), strict=True)})
        fig.add_annotation(
            text=f"<b>{panel.name} ◂</b>" if panel.name == selected else panel.name,
            x=across[0],
            y=top,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 12, "color": colour("text", theme)},
        )
    lay_over(fig, hovermode="x", hoverdistance=-1)


def _alt(panels: Sequence[BlockPanel], say: Say) -> str:
    spans = {}
    for panel in panels:
        means = np.stack([line.means for line in panel.lines]) if panel.lines else panel.overall[None]
        spans[panel.name] = float((means.max(axis=0) - means.min(axis=0)).mean())
    most, least = max(spans, key=spans.__getitem__), min(spans, key=spans.__getitem__)
    text = say(
        "Mean gates by class in {count} blocks: the classes differ least in {least} (by {low} on average) and most in "
        "{most} (by {high})."
    )
    return text.format(count=len(panels), least=least, low=number(spans[least]), most=most, high=number(spans[most]))
