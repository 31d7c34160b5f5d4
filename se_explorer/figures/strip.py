"""All blocks of a network at a glance: one column of gates a block."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.keys import colour_bar_beside, selected_key
from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Role, Theme, colour, colourscale
from se_explorer.figures.wording import Say, english, number

__all__ = ["QUANTILES", "gate_strip"]

QUANTILES = 48
_TARGETS = 12  # clickable points a column
_HALF = 0.5 / (QUANTILES - 1)  # half a cell's height


def gate_strip(
    names: Sequence[str],
    gates: Sequence[np.ndarray],
    selected: str | None,
    edited: Collection[str],
    theme: Theme,
    *,
    title: str = "",
    height: int = 360,
    say: Say = english,
) -> go.Figure:
    """A column a block, its gates sorted from closed (bottom) to open (top), coloured by their value.

    A click on a heatmap tells Streamlit nothing, one on a scatter point does: so invisible points lie over the columns
    (``customdata`` is the block's name), and as a click goes to the nearest of them however far it is, every place of
    the plot belongs to the column under it, whatever the width of the screen. Names that do not fit side by side are
    left out by plotly; the legend names the selected block in any case.

    Args:
        names: of the blocks, in running order.
        gates: the applied gates of each, (C,), in 0..1 for a sigmoid.
        selected: the block to outline, if any.
        edited: the blocks to mark by a diamond, above the column and behind the name.
        theme: "light" or "dark".
    """
    levels = np.linspace(0, 1, QUANTILES)
    columns = np.stack([np.quantile(np.asarray(values, dtype=np.float64), levels) for values in gates], axis=1)
    z = columns.astype(np.float32)
    labels = [_label(name, name == selected, name in edited) for name in names]
    fig = go.Figure([_heatmap(labels, z, theme, say), _targets(names, labels, z, say)])
    place = list(names).index(selected) if selected is not None and selected in names else None
    marked = [place for place, name in enumerate(names) if name in edited]
    if place is not None:
        _outline(fig, place, theme)
        fig.add_trace(selected_key(say("selected: {name}").format(name=names[place]), theme, labels[place]))
    if marked:
        fig.add_trace(_diamonds(names, labels, marked, theme, say))
    alt = _alt(names, z, place, marked, say)
    base_layout(fig, theme, alt=alt, title=title, height=height, legend=len(fig.data) > 2)
    _axes(fig, labels, bool(marked), say)
    return fig


def _label(name: str, selected: bool, edited: bool) -> str:
    label = f"{name} ◆" if edited else name
    return f"<b>{label}</b>" if selected else label


def _heatmap(labels: list[str], z: np.ndarray, theme: Theme, say: Say) -> go.Heatmap:
    return go.Heatmap(
        z=z,
        x=labels,
        y=np.linspace(0, 1, QUANTILES, dtype=np.float32),
        zmin=min(0.0, float(z.min())),
        zmax=max(1.0, float(z.max())),
        colorscale=colourscale("sequential"),
        xgap=1,
        showlegend=False,
        hoverinfo="skip",
        colorbar=colour_bar_beside(say("gate"), theme),
    )


def _targets(names: Sequence[str], labels: list[str], z: np.ndarray, say: Say) -> go.Scatter:
    """Invisible squares: ``_TARGETS`` a block, column after column from the bottom up."""
    rows = np.rint((np.arange(_TARGETS) + 0.5) / _TARGETS * (QUANTILES - 1)).astype(int)
    told = say("gate {value}<br>{part} % of the gates are below")
    return go.Scatter(
        x=[label for label in labels for _ in rows],
        y=np.tile((rows / (QUANTILES - 1)).astype(np.float32), len(names)),
        mode="markers",
        marker={"symbol": "square", "size": 6, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[name for name in names for _ in rows],
        text=[
            told.format(value=number(value), part=round(100 * row / (QUANTILES - 1)))
            for column in z.T
            for row, value in zip(rows.tolist(), column[rows].tolist(), strict=True)
        ],
        hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        showlegend=False,
        name="",
    )


def _diamonds(names: Sequence[str], labels: list[str], marked: list[int], theme: Theme, say: Say) -> go.Scatter:
    return go.Scatter(
        x=[labels[place] for place in marked],
        y=[1.06] * len(marked),
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 10,
            "color": colour("edited", theme),
            "line": {"width": 1, "color": colour("text", theme)},
        },
        unselected={"marker": {"opacity": 1}},
        cliponaxis=False,
        customdata=[names[place] for place in marked],
        name=say("edited ({count})").format(count=len(marked)),
        hovertemplate="<b>%{customdata}</b><br>" + say("edited") + "<extra></extra>",
        showlegend=True,
    )


def _outline(fig: go.Figure, place: int, theme: Theme) -> None:
    """A dark and a light line around the column: one of them shows on any gate."""
    lines: tuple[tuple[Role, float], ...] = (("background", 6), ("selected", 2.5))
    for role, width in lines:
        fig.add_shape(
            type="rect",
            x0=place - 0.5,
            x1=place + 0.5,
            y0=-_HALF,
            y1=1 + _HALF,
            line={"width": width, "color": colour(role, theme)},
            layer="above",
            name=f"outline-{role}",
        )


def _axes(fig: go.Figure, labels: list[str], marked: bool, say: Say) -> None:
    across = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": labels,
        "tickangle": -90,
        "tickfont": {"size": 12 if len(labels) <= 24 else 11},
        "range": [-0.5, len(labels) - 0.5],
        "showgrid": False,
        "zeroline": False,
    }
    up = {
        "tickvals": [0, 0.5, 1],
        "ticktext": [say("closed"), say("middle"), say("open")],
        "range": [-_HALF, 1.1 if marked else 1 + _HALF],
        "showgrid": False,
        "zeroline": False,
    }
    lay_over(fig, hoverdistance=-1, xaxis=across, yaxis=up)


def _alt(names: Sequence[str], z: np.ndarray, place: int | None, marked: list[int], say: Say) -> str:
    medians = np.median(z, axis=0)
    low, high = int(medians.argmin()), int(medians.argmax())
    text = say(
        "Gates of {count} blocks: the median gate is lowest in {low_name} ({low}) and highest in {high_name} ({high}); "
        "{edited} blocks are edited; selected: {selected}."
    )
    return text.format(
        count=len(names),
        low_name=names[low],
        low=number(medians[low]),
        high_name=names[high],
        high=number(medians[high]),
        edited=len(marked),
        selected="–" if place is None else names[place],
    )
