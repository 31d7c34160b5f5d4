"""The gates of a whole network in one picture: a row a block, channels (or small groups of them) from left to right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.keys import colour_bar_above, selected_key
from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Role, Theme, colour, colourscale
from se_explorer.figures.wording import Say, english, number

__all__ = ["AtlasRow", "gate_atlas"]

_FEW = 24  # blocks up to which rows are tall and apart
_SCALE = 64  # px of the colour scale, which lies on top: on a phone it leaves the cells the whole width
_STEPS = 255

Kind = Literal["gate", "distance"]


class AtlasRow(NamedTuple):
    """One block.

    Attributes:
        name: of the block.
        cells: what each cell shows, (K,).
        leads: the channel that a click on each cell leads to, (K,).
        channels: of the block.
        selected: the cells to mark, from the first up to, not including, the last; None where none is.
    """

    name: str
    cells: np.ndarray
    leads: np.ndarray
    channels: int
    selected: tuple[int, int] | None = None


def gate_atlas(
    rows: Sequence[AtlasRow],
    kind: Kind,
    edited: Collection[str],
    theme: Theme,
    *,
    unit: str = "",
    x_title: str = "",
    limits: tuple[float, float] | None = None,
    say: Say = english,
) -> go.Figure:
    """Blocks from top to bottom in running order.

    A click on a heatmap tells Streamlit nothing, one on a scatter point does: so a row of invisible points lies over
    each block, one a cell. A point's ``customdata`` is the channel that the cell leads to, its ``y`` the row's number,
    and as the points lie as the cells do, the nearest to any click is that of the cell under it.

    The heat map's cells are whole numbers of 0 to 255 (its colour scale's ticks say values), and the points have no x
    of their own: 16 blocks of 256 cells are some 60 kB on their way to the browser.

    Args:
        rows: of one length.
        kind: "gate": from closed to open, on the scale of gates; "distance": on a signed scale whose middle is 0.
        edited: blocks to mark by a diamond.
        unit: of the values, over the colour scale.
        limits: least and largest value of the colour scale; worked out from the cells when None, for gates 0 to 1 at
            least.
    """
    cells = np.stack([np.asarray(row.cells, dtype=np.float64) for row in rows])
    low, high = limits or _limits(cells, kind)
    fig = go.Figure([_heatmap(cells, low, high, kind, unit, theme), *_targets(rows, unit, theme, say)])
    marked = [place for place, row in enumerate(rows) if row.selected is not None]
    for place in marked:
        _outline(fig, rows[place], place, theme)
        fig.add_trace(selected_key(say("selected: {name}").format(name=rows[place].name), theme))
    height = _SCALE + 70 + (22 if len(rows) <= _FEW else 14) * max(len(rows), 3)
    alt = _alt(rows, cells, unit, marked, say)
    base_layout(fig, theme, alt=alt, x_title=x_title, height=height, legend=bool(marked))
    top = fig.layout.margin.t  # the scale lies between legend and cells; plotly itself would leave a gap
    fig.data[0].colorbar.y = 1 - (top + 14) / fig.layout.height
    lay_over(fig, margin={"t": top + _SCALE, "r": 22})
    _axes(fig, rows, edited, marked)
    return fig


def _limits(cells: np.ndarray, kind: Kind) -> tuple[float, float]:
    if kind == "gate":
        return min(0.0, float(cells.min())), max(1.0, float(cells.max()))
    end = float(np.abs(cells).max()) or 1.0
    return -end, end


def _heatmap(cells: np.ndarray, low: float, high: float, kind: Kind, unit: str, theme: Theme) -> go.Heatmap:
    first = 1 if kind == "distance" else 0  # with 1 to 255 the middle is a whole number
    share = np.clip((cells - low) / (high - low), 0, 1)
    places = np.asarray([0, 0.25, 0.5, 0.75, 1])
    signed = kind == "distance"
    return go.Heatmap(
        z=np.rint(first + share * (_STEPS - first)).astype(np.uint8),
        zmin=first,
        zmax=_STEPS,
        colorscale=colourscale("diverging" if signed else "sequential"),
        ygap=1 if len(cells) <= _FEW else 0,
        hoverinfo="skip",
        showlegend=False,
        colorbar=colour_bar_above(
            unit,
            theme,
            (first + places * (_STEPS - first)).tolist(),
            [number(value, digits=2, signed=signed) for value in (low + places * (high - low)).tolist()],
        ),
    )


def _targets(rows: Sequence[AtlasRow], unit: str, theme: Theme, say: Say) -> list[go.Scatter]:
    """A trace of invisible squares for each block."""
    one, several = say("channel {channel}"), say("about {count} channels, leads to {channel}")
    traces = []
    for place, row in enumerate(rows):
        count = row.channels / len(row.cells)
        what = several if count > 1 else one
        told = what.format(channel="%{customdata}", count=number(count, digits=2))
        traces.append(
            go.Scatter(
                x0=0,
                dx=1,
                y=np.full(len(row.cells), place, np.uint8 if len(rows) < 256 else np.int16),
                mode="markers",
                marker={"symbol": "square", "size": 4, "opacity": 0, "color": colour("muted", theme)},
                selected={"marker": {"opacity": 0}},
                unselected={"marker": {"opacity": 0}},
                customdata=np.asarray(row.leads, dtype=np.int16 if row.channels <= 1 << 15 else np.int32),
                text=[number(value) for value in np.asarray(row.cells).tolist()],
                hovertemplate=f"<b>{row.name}</b><br>{told}<br>{unit} %{{text}}<extra></extra>",
                showlegend=False,
                name=row.name,
            )
        )
    return traces


def _outline(fig: go.Figure, row: AtlasRow, place: int, theme: Theme) -> None:
    """A dark and a light line around the row, and a bar down to the cells that are looked at."""
    first, last = row.selected or (0, 0)
    lines: tuple[tuple[Role, float], ...] = (("background", 5), ("selected", 2))
    for role, width in lines:
        line = {"width": width, "color": colour(role, theme)}
        for name, x0, x1 in (("row", -0.5, len(row.cells) - 0.5), ("cell", first - 0.5, last - 0.5)):
            box = {"x0": x0, "x1": x1, "y0": place - 0.5, "y1": place + 0.5}
            fig.add_shape(type="rect", **box, line=line, layer="above", name=f"{name}-{role}")


def _axes(fig: go.Figure, rows: Sequence[AtlasRow], edited: Collection[str], marked: Sequence[int]) -> None:
    labels = [f"{row.name} ◆" if row.name in edited else row.name for row in rows]
    columns = len(rows[0].cells)
    ticks = {"tickvals": [-0.5, columns / 2 - 0.5, columns - 0.5], "ticktext": ["0 %", "50 %", "100 %"]}
    across = {"range": [-0.5, columns - 0.5], "showgrid": False, "zeroline": False, "ticklabeloverflow": "allow"}
    told = [f"<b>{label}</b>" if place in marked else label for place, label in enumerate(labels)]
    down = row_axis(told, tickfont={"size": 12 if len(rows) <= _FEW else 10})
    lay_over(fig, hoverdistance=-1, xaxis={**across, **ticks}, yaxis=down)


def _alt(rows: Sequence[AtlasRow], cells: np.ndarray, what: str, marked: Sequence[int], say: Say) -> str:
    means = cells.mean(axis=1)
    low, high = int(means.argmin()), int(means.argmax())
    counts = [row.channels for row in rows]
    parts: dict[str, Any] = {
        "what": what,
        "count": len(rows),
        "few": min(counts),
        "many": max(counts),
        "low": number(means[low]),
        "low_name": rows[low].name,
        "high": number(means[high]),
        "high_name": rows[high].name,
        "selected": rows[marked[0]].name if marked else "–",
    }
    template = say(
        "{what}: {count} blocks of {few} to {many} channels; the mean is lowest in {low_name} ({low}) and highest in "
        "{high_name} ({high}); selected: {selected}."
    )
    return template.format(**parts)
