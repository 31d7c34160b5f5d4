"""How a block's gates lie, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour, colourscale
from se_explorer.figures.wording import Say, english, number

__all__ = ["GateHistory", "gate_history"]


@dataclass(frozen=True)
class GateHistory:
    """One block's gates over a fixed sample of pictures.

    Attributes:
        block: its name.
        epochs: (E,) from 0, the initialisation.
        low, high: ends of the histograms.
        shares: (E, B) shares of all gates by bin; each row sums to 1.
        quantiles: (E, 3), the 5, 50 and 95 per cent points.
    """

    block: str
    epochs: Sequence[int]
    low: float
    high: float
    shares: np.ndarray
    quantiles: np.ndarray


def gate_history(history: GateHistory, epochs: int, theme: Theme, *, say: Say = english) -> go.Figure:
    """A column of shares an epoch, with the median and the 5 and 95 per cent points as lines.

    The lines have one colour in either theme: they lie on the map, not on the page.

    Args:
        epochs: of the whole training; the axis reaches there from the start.
    """
    shares = np.asarray(history.shares, np.float32)
    edges = np.linspace(history.low, history.high, shares.shape[1] + 1)
    fig = go.Figure([_map(history, shares, edges, say), *_lines(history, say)])
    base_layout(
        fig,
        theme,
        alt=_alt(history, say),
        title=history.block,
        x_title=say("epoch (0: initialisation)"),
        y_title=say("gate s"),
        height=340,
        legend=True,
    )
    bare = {"showgrid": False, "zeroline": False}
    across = {**bare, "range": [-0.5, epochs + 0.5], "tickformat": "d"}
    lay_over(fig, xaxis=across, yaxis={**bare, "range": [history.low, history.high]})
    return fig


def _map(history: GateHistory, shares: np.ndarray, edges: np.ndarray, say: Say) -> go.Heatmap:
    told = say("epoch {epoch}: {share} of the gates near {value}")
    return go.Heatmap(
        x=list(history.epochs),
        y=(edges[:-1] + edges[1:]) / 2,
        z=shares.T,
        zmin=0,
        zmax=float(shares.max(initial=0)) or 1.0,
        colorscale=colourscale("sequential"),
        colorbar={"tickformat": ".0%", "thickness": 12, "len": 0.9, "title": {"text": say("share"), "side": "right"}},
        hovertemplate=told.format(epoch="%{x}", share="%{z:.1%}", value="%{y:.2f}") + "<extra></extra>",
        showlegend=False,
    )


def _lines(history: GateHistory, say: Say) -> list[go.Scatter]:
    quantiles = np.asarray(history.quantiles, np.float32)
    names = (say("5% of the gates lie below"), say("median"), say("5% of the gates lie above"))
    dashes = ("dot", "solid", "dash")
    ink, light, dark = colour("x", "dark"), colour("selected", "dark"), colour("selected", "light")
    return [
        go.Scatter(
            x=list(history.epochs),
            y=quantiles[:, place],
            name=name,
            mode="lines+markers",
            line={"color": ink, "width": 2, "dash": dash},
            marker={"size": 5, "color": light, "line": {"width": 1, "color": dark}},
            hovertemplate=say("{name}, epoch {epoch}: {value}").format(name=name, epoch="%{x}", value="%{y:.3f}")
            + "<extra></extra>",
        )
        for place, (name, dash) in enumerate(zip(names, dashes, strict=True))
    ]


def _alt(history: GateHistory, say: Say) -> str:
    quantiles = np.asarray(history.quantiles, np.float32)
    text = say(
        "Gates of {block} over the epochs: in epoch {start} the median is {first} and 90% lie from {first_low} to "
        "{first_high}; in epoch {end} the median is {last} and 90% lie from {last_low} to {last_high}."
    )
    return text.format(
        block=history.block,
        start=history.epochs[0],
        end=history.epochs[-1],
        first=number(quantiles[0, 1]),
        first_low=number(quantiles[0, 0]),
        first_high=number(quantiles[0, 2]),
        last=number(quantiles[-1, 1]),
        last_low=number(quantiles[-1, 0]),
        last_high=number(quantiles[-1, 2]),
    )
