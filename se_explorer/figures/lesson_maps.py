"""Maps side by side and the picture with its places, both to be clicked."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.maps import png_bytes
from se_explorer.figures.palette import Theme, colour, colourscale
from se_explorer.figures.wording import Say, english, number

__all__ = ["map_strip", "place_picture"]

GAP = 1.35  # width of a tile and the room beside it, in tiles
DOWN = 1.8  # height of a tile and the two lines of letters below it


def map_strip(
    maps: np.ndarray,
    channels: Sequence[int],
    notes: Sequence[str],
    limit: float,
    selected: int | None,
    theme: Theme,
    *,
    columns: int = 6,
    tile: int = 130,
    title: str = "",
    say: Say = english,
) -> go.Figure:
    """Some channels' maps on one colour scale; a click on one gives its channel as ``customdata``.

    Args:
        maps: (k, h, w).
        channels: their numbers.
        notes: written under each, such as its gate.
        limit: the size of value at both ends of the colour scale.
        selected: a channel to outline.
        tile: px that a map and its letters are high.
    """
    count = len(channels)
    columns = min(columns, count)
    lines = -(-count // columns)
    fig = go.Figure()
    for place in range(count):
        _tile(fig, maps[place], place % columns, place // columns, limit)
    spots = [(place % columns * GAP + 0.5, -(place // columns) * DOWN - 0.5) for place in range(count)]
    fig.add_trace(_targets(spots, channels, notes))
    for (x, y), channel, note in zip(spots, channels, notes, strict=True):
        chosen = channel == selected
        text = f"<b>{channel}</b><br>{note}" if chosen else f"{channel}<br>{note}"
        fig.add_annotation(x=x, y=y - 0.5, text=text, showarrow=False, yanchor="top", font={"size": 12})
        if chosen:
            edge = {"width": 3, "color": colour("selected", theme)}
            fig.add_shape(type="rect", x0=x - 0.54, x1=x + 0.54, y0=y - 0.54, y1=y + 0.54, line=edge)
    alt = say("Maps of {count} channels ({channels}); the colour scale goes from −{limit} to {limit}.").format(
        count=count, channels=", ".join(str(channel) for channel in channels), limit=number(limit)
    )
    base_layout(fig, theme, alt=alt, title=title, height=40 + 24 * (title != "") + tile * lines)
    lay_over(
        fig,
        xaxis={"visible": False, "range": [-0.2, columns * GAP - 0.15]},
        yaxis={"visible": False, "range": [-(lines - 1) * DOWN - 1.55, 0.1], "scaleanchor": "x"},
    )
    return fig


def _tile(fig: go.Figure, values: np.ndarray, column: int, line: int, limit: float) -> None:
    tall, wide = values.shape
    left, top = column * GAP, -line * DOWN
    fig.add_trace(
        go.Heatmap(
            z=np.asarray(values, np.float32),
            x=left + (np.arange(wide) + 0.5) / wide,
            y=top - (np.arange(tall) + 0.5) / tall,
            zmin=-limit or -1,
            zmax=limit or 1,
            colorscale=colourscale("diverging"),
            showscale=False,
            hoverinfo="skip",
        )
    )


def _targets(spots: Sequence[tuple[float, float]], channels: Sequence[int], notes: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in spots],
        y=[y for _, y in spots],
        mode="markers",
        marker={"symbol": "square", "size": 60, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=list(channels),
        text=list(notes),
        hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        showlegend=False,
        name="",
    )


def place_picture(
    seen: np.ndarray,
    shape: tuple[int, int],
    selected: tuple[int, int],
    theme: Theme,
    *,
    title: str = "",
    height: int = 320,
    say: Say = english,
) -> go.Figure:
    """The picture that the network saw, divided like a map; a click on a place gives "row.column" as ``customdata``.

    Args:
        seen: uint8 (H, W, 3).
        shape: rows and columns of the map.
        selected: row and column of the outlined place.
    """
    rows, columns = shape
    centres = [((column + 0.5) / columns, 1 - (row + 0.5) / rows) for row in range(rows) for column in range(columns)]
    names = [f"{row}.{column}" for row in range(rows) for column in range(columns)]
    fig = go.Figure(
        go.Scatter(
            x=[x for x, _ in centres],
            y=[y for _, y in centres],
            mode="markers",
            marker={"symbol": "square", "size": 8, "opacity": 0},
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            customdata=names,
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    )
    data = base64.b64encode(png_bytes(Image.fromarray(seen))).decode()
    place = {"xref": "x", "yref": "y", "x": 0, "y": 1, "sizex": 1, "sizey": 1, "sizing": "stretch", "layer": "below"}
    fig.add_layout_image(source=f"data:image/png;base64,{data}", **place)
    row, column = selected
    box = {"x0": column / columns, "x1": (column + 1) / columns, "y0": 1 - (row + 1) / rows, "y1": 1 - row / rows}
    for width, code in ((6, "#FFFFFF"), (2.5, "#111111")):  # one of them shows on any picture
        fig.add_shape(type="rect", line={"width": width, "color": code}, **box)
    alt = say("The picture that the network saw; the place in row {row} and column {column} is outlined.")
    base_layout(fig, theme, alt=alt.format(row=row, column=column), title=title, height=height)
    square = {"visible": False, "range": [0, 1], "constrain": "domain"}
    lay_over(fig, hoverdistance=-1, xaxis=square, yaxis={**square, "scaleanchor": "x"})
    return fig
