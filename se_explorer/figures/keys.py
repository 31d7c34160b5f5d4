"""What several charts explain in the same way: the frame of what is selected, and a heat map's colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from se_explorer.figures.palette import Theme, colour

__all__ = ["colour_bar_above", "colour_bar_beside", "selected_key"]


def selected_key(text: str, theme: Theme, anchor: str | None = None) -> go.Scatter:
    """A legend entry without a point.

    Args:
        text: such as "selected: SE_4_6".
        anchor: a category of the horizontal axis, where it has categories: another value would become one more.
    """
    return go.Scatter(
        x=[anchor],
        y=[None],
        mode="markers",
        marker={"symbol": "square-open", "size": 11, "color": colour("selected", theme), "line": {"width": 2.5}},
        name=text,
        hoverinfo="skip",
        showlegend=True,
    )


def _thin(title: str, theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": title, "side": "top", "font": {"size": 12}},
        "thickness": 10,
        "len": 1,
        "tickfont": {"size": 11, "color": colour("text", theme)},
        "outlinewidth": 0,
    }


def colour_bar_above(unit: str, theme: Theme, values: Sequence[float], texts: Sequence[str]) -> dict[str, Any]:
    """A heat map's scale, lying above the plot; ``values`` are in the map's own numbers."""
    return {
        **_thin(f"{unit}<br> " if unit else "", theme),  # a line of its own below the title, else it touches
        "orientation": "h",
        "yref": "container",
        "yanchor": "top",
        "ypad": 2,
        "tickvals": list(values),
        "ticktext": list(texts),
    }


def colour_bar_beside(unit: str, theme: Theme) -> dict[str, Any]:
    """A heat map's scale, standing at the right of the plot."""
    return {**_thin(unit, theme), "xpad": 4, "nticks": 5}
