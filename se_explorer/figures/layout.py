"""What all plotly figures share: quiet grounds, readable type, margins that hold on a phone, alternative text.

Show the figures with ``st.plotly_chart(figure, theme=None)``: the colours are chosen here, for the theme that was
named. Dragging is off, so that a finger scrolls the page; clicks and hovering stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BasePlotlyType

from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import wide, wrap

__all__ = ["FONT", "alternative_text", "base_layout", "lay_over", "row_axis"]

FONT = '"Source Sans", "Source Sans Pro", "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif'
_LETTERS = 42  # of a title or axis title on a line: what 390 px hold
_LINE = 20  # px
_LEGEND_LINE = 19  # px
_PHONE = 350  # px of a figure on a phone
_BUTTONS = ["pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale"]


def base_layout(
    fig: go.Figure,
    theme: Theme,
    *,
    alt: str,
    title: str = "",
    x_title: str = "",
    y_title: str = "",
    height: int = 360,
    legend: bool = False,
    zoom: bool = False,
) -> go.Figure:
    """Dresses a figure, in place, and gives it back.

    Args:
        fig: with its traces.
        theme: "light" or "dark".
        alt: one sentence that tells the content with its numbers; kept in ``fig.layout.meta["alt"]``.
        title, x_title, y_title: plain text; long ones are broken into lines.
        height: in px, all in all; a legend of several lines adds to it.
        legend: whether there is one, above the plot; room is kept for the lines that its entries take on a phone.
        zoom: whether the horizontal axis can be zoomed (by a button, never by accident).
    """
    wrapped = wrap(title, _LETTERS) if title else ""
    lines = wrapped.count("<br>") + 1 if wrapped else 0
    rows = _legend_rows([str(trace.name) for trace in fig.data if trace.showlegend is not False]) if legend else 0
    height += _LEGEND_LINE * max(0, rows - 1)
    top = 10 + _LINE * lines
    dressed = {
        "template": go.layout.Template(),
        "height": height,
        "meta": {"alt": alt},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colour("text", theme)},
        "margin": {"l": 8, "r": 8, "t": top + _LEGEND_LINE * rows + 6 * (rows > 0), "b": 8, "autoexpand": True},
        "title": _title(wrapped, lines),
        "showlegend": legend,
        "legend": _legend(1 - (top - 2) / height),
        "modebar": {"remove": [*_BUTTONS, *([] if zoom else ["zoom", "resetScale"])], "bgcolor": "rgba(0,0,0,0)"},
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "clickmode": "event+select",
        **_axes(theme, x_title, y_title, zoom),
    }
    fig.layout = _laid_over(fig.layout.to_plotly_json(), dressed)
    return fig


def lay_over(fig: go.Figure, **properties: Any) -> None:
    """Lays properties over a figure's layout, level by level, as ``update_layout`` does, each whole and in one go.

    ``update_layout``, ``update_xaxes`` and ``update_yaxes`` take three times as long and more (docs/architecture.md).
    What is not named is not touched, for plotly checks anew whatever it is handed.

    Args:
        properties: of the layout, such as ``xaxis={"range": [0, 1]}``; names are whole, not ``margin_t``.
    """
    layout = fig.layout
    for name, value in properties.items():
        # a second xaxis is not in it before it is set, and a layout has no get()
        under = layout[name] if name in layout else None  # noqa: SIM401
        if isinstance(value, dict) and isinstance(under, BasePlotlyType):
            layout[name] = _laid_over(under.to_plotly_json(), value)
        else:
            layout[name] = value


def row_axis(rows: Sequence[str], **more: Any) -> dict[str, Any]:
    """A vertical axis with a row for each text, the first on top, for ``lay_over``; ``more`` is added to it."""
    places = {"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": list(rows)}
    return {**places, "range": [len(rows) - 0.5, -0.5], "showgrid": False, "zeroline": False, **more}


def _laid_over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A layout's properties with others over them, as ``update_layout`` has it: level by level."""
    both = {**under, **over}
    for name, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(name), dict):
            both[name] = _laid_over(under[name], value)
    return both


def _title(text: str, lines: int) -> dict[str, Any]:
    """In the upper left corner; the pad makes up for plotly, which lets further lines grow upwards."""
    pad = {"t": 6 + _LINE * max(0, lines - 1), "l": 4}
    place = {"x": 0, "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top", "pad": pad}
    return {"text": text, "font": {"size": 15}, **place}


def _legend(top: float) -> dict[str, Any]:
    """Below the title, from the left edge on, whatever the axes take; ``top`` is a share of the height."""
    across = {"orientation": "h", "xref": "container", "x": 0, "xanchor": "left"}
    down = {"yref": "container", "y": top, "yanchor": "top"}
    quiet = {"bgcolor": "rgba(0,0,0,0)", "itemclick": False, "itemdoubleclick": False}
    return {**across, **down, **quiet, "font": {"size": 12}}


def _axes(theme: Theme, x_title: str, y_title: str, zoom: bool) -> dict[str, dict[str, Any]]:
    grid = colour("grid", theme)
    common = {
        "automargin": True,
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": colour("muted", theme),
        "tickfont": {"size": 12},
    }
    axes = {}
    for axis, title, fixed in (("xaxis", x_title, not zoom), ("yaxis", y_title, True)):
        words = wrap(title, _LETTERS) if title else ""
        label = {"text": words, "font": {"size": 13}, "standoff": 8}
        axes[axis] = {**common, "title": label, "fixedrange": fixed}
    return axes


def _legend_rows(names: list[str]) -> int:
    """Lines that a legend of these entries takes when the page is 390 px wide; wrapped, plotly sets it in columns."""
    widths = [44 + 6.3 * wide(name) for name in names]
    if sum(widths) <= _PHONE:
        return 1
    a_row = max(1, int(_PHONE // max(widths)))
    return -(-len(widths) // a_row)


def alternative_text(fig: go.Figure) -> str:
    """The alternative text that ``base_layout`` was given."""
    return str(fig.layout.meta["alt"])
