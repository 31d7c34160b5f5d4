"""The class that a picture's gates are nearest to, block by block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.depth import block_columns
from se_explorer.figures.keys import colour_bar_beside
from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Theme, colourscale
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["nearest_map"]

_FEW = 24  # blocks up to which rings have room


def nearest_map(
    names: Sequence[str],
    labels: Sequence[str],
    distances: np.ndarray,
    theme: Theme,
    *,
    nearest: Sequence[int | None] | None = None,
    answer: int | None = None,
    selected: str | None = None,
    unit: str = "",
    say: Say = english,
) -> go.Figure:
    """How far a picture's gates are from each class at each block; the nearest class of a block has a ring.

    A click on a heatmap tells Streamlit nothing, one on a scatter point does: invisible points lie over the cells,
    whose ``customdata`` is the block.

    Args:
        names: of the blocks, from left to right.
        labels: of the classes, from top to bottom.
        distances: (K, B).
        nearest: the row of the nearest class at each block, None where it is not among the rows; worked out from the
            distances when None.
        answer: the row of the network's answer, whose name is set in bold with a mark.
        unit: of the distances, over the colour scale.
    """
    values = np.asarray(distances, np.float64)
    rings = values.argmin(axis=0).tolist() if nearest is None else list(nearest)
    fig = go.Figure([_cells(values, unit, theme), _targets(names, labels, values, say), _rings(rings, say)])
    alt = _alt(names, labels, rings, answer, values, say)
    base_layout(fig, theme, alt=alt, height=170 + 26 * len(labels), legend=True)
    block_columns(fig, names, selected)
    rows = [wrap(label, 16) for label in labels]
    told = [f"<b>{row} ◀</b>" if place == answer else row for place, row in enumerate(rows)]
    lay_over(fig, hoverdistance=-1, yaxis=row_axis(told))
    return fig


def _cells(values: np.ndarray, unit: str, theme: Theme) -> go.Heatmap:
    return go.Heatmap(
        z=values.astype(np.float32),
        colorscale=colourscale("sequential"),
        reversescale=True,  # near is bright on either ground's scale
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        showlegend=False,
        colorbar=colour_bar_beside(unit, theme),
    )


def _targets(names: Sequence[str], labels: Sequence[str], values: np.ndarray, say: Say) -> go.Scatter:
    rows, columns = values.shape
    told = say("{label}<br>distance {value}")
    return go.Scatter(
        x=np.tile(np.arange(columns), rows),
        y=np.repeat(np.arange(rows), columns),
        mode="markers",
        marker={"symbol": "square", "size": 6, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=list(names) * rows,
        text=[
            told.format(label=label, value=f"{value:.3f}")
            for label, row in zip(labels, values.tolist(), strict=True)
            for value in row
        ],
        hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        showlegend=False,
        name="",
    )


def _rings(rings: list[int | None], say: Say) -> go.Scatter:
    """White rings in dark ones: one of them shows on any cell."""
    marker = {
        "symbol": "circle",
        "size": 10 if len(rings) <= _FEW else 6,
        "color": "#FFFFFF",
        "line": {"width": 2.5, "color": "#111111"},
    }
    return go.Scatter(
        x=list(range(len(rings))),
        y=rings,
        mode="markers",
        marker=marker,
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
        showlegend=True,
        name=say("nearest class of the block"),
    )


def _alt(
    names: Sequence[str],
    labels: Sequence[str],
    rings: list[int | None],
    answer: int | None,
    values: np.ndarray,
    say: Say,
) -> str:
    first, last = (say("another class") if row is None else labels[row] for row in (rings[0], rings[-1]))
    text = say(
        "Distances to {classes} classes at {blocks} blocks: nearest is {first} in {first_name} ({near}), "
        "{last} in {last_name}"
    )
    text = text.format(
        classes=len(labels),
        blocks=len(names),
        first=first,
        first_name=names[0],
        near=number(values[:, 0].min()),
        last=last,
        last_name=names[-1],
    )
    if answer is not None:
        agreeing = rings.count(answer)
        text += say("; the network's answer, {label}, is nearest at {agreeing}").format(
            label=labels[answer], agreeing=agreeing
        )
    return text + say(".")
