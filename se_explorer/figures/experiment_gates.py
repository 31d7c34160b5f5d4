"""How one block's gates moved while it was trained: ribbons of quantiles, and a histogram an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour, colourscale, with_alpha
from se_explorer.figures.wording import Say, english, number

__all__ = ["gate_histograms", "gate_ribbons"]


def _ribbons_alt(at: Sequence[int], quantiles: np.ndarray, title: str, say: Say) -> str:
    middle = quantiles.shape[1] // 2
    told = say(
        "{what}: the median goes from {start} at the initialisation to {end} in epoch {last}, the width of the "
        "widest ribbon from {narrow} to {wide}."
    )
    if at and at[0] != 0:
        told = say(
            "{what}: the median goes from {start} in the first epoch logged to {end} in epoch {last}, the width "
            "of the widest ribbon from {narrow} to {wide}."
        )
    widths = quantiles[:, -1] - quantiles[:, 0]
    return told.format(
        what=title or say("Gates over the epochs"),
        start=number(quantiles[0, middle]),
        last=at[-1],
        end=number(quantiles[-1, middle]),
        narrow=number(widths[0]),
        wide=number(widths[-1]),
    )


def _ribbon(at: list[int], low: np.ndarray, high: np.ndarray, name: str, hue: str, opacity: float) -> go.Scatter:
    return go.Scatter(
        x=[*at, *reversed(at)],
        y=[*high.tolist(), *reversed(low.tolist())],
        mode="lines",
        fill="toself",
        fillcolor=with_alpha(hue, opacity),
        line={"width": 0},
        name=name,
        hoverinfo="skip",
    )


def gate_ribbons(
    epochs: Sequence[int],
    quantiles: np.ndarray,
    levels: Sequence[float],
    theme: Theme,
    *,
    title: str = "",
    say: Say = english,
) -> go.Figure:
    """Ribbons between matching quantiles, the median as a line.

    Args:
        epochs: 0 is the initialisation.
        quantiles: (epochs, levels), rising along the levels.
        levels: an odd number, symmetric around 0.5.
    """
    hue, at = colour("s", theme), list(epochs)
    fig, middle = go.Figure(), len(levels) // 2
    for place in range(middle):
        name = say("{low} % to {high} % of the gates").format(
            low=round(100 * levels[place]), high=round(100 * levels[-1 - place])
        )
        fig.add_trace(_ribbon(at, quantiles[:, place], quantiles[:, -1 - place], name, hue, 0.18 + 0.2 * place))
    fig.add_trace(
        go.Scatter(
            x=at,
            y=quantiles[:, middle].tolist(),
            mode="lines+markers",
            name=say("median"),
            line={"color": colour("selected", theme), "width": 2},
            marker={"size": 5},
            customdata=quantiles.tolist(),
            hovertemplate=f"%{{x}}: %{{y:.3f}} (%{{customdata[0]:.3f}}–%{{customdata[{len(levels) - 1}]:.3f}})"
            "<extra></extra>",
        )
    )
    base_layout(
        fig,
        theme,
        alt=_ribbons_alt(at, quantiles, title, say),
        title=title,
        x_title=say("epoch (0: initialisation)"),
        y_title=say("gate s"),
        height=380,
        legend=True,
    )
    lay_over(fig, xaxis={"nticks": 8, "zeroline": False}, yaxis={"zeroline": False})
    return fig


def _histograms_alt(epochs: Sequence[int], shares: np.ndarray, centres: np.ndarray, title: str, say: Say) -> str:
    first, last = int(shares[0].argmax()), int(shares[-1].argmax())
    told = say(
        "{what}: in epoch {start} most gates lie around {first} ({first_share} %), in epoch {end} around {last} "
        "({last_share} %)."
    )
    return told.format(
        what=title or say("Histogram of the gates by epoch"),
        start=epochs[0],
        end=epochs[-1],
        first=number(centres[first]),
        first_share=number(100 * shares[0, first]),
        last=number(centres[last]),
        last_share=number(100 * shares[-1, last]),
    )


def gate_histograms(
    epochs: Sequence[int],
    shares: np.ndarray,
    limits: tuple[float, float],
    theme: Theme,
    *,
    title: str = "",
    say: Say = english,
) -> go.Figure:
    """A column an epoch: which share of the gates lies in each bin.

    Args:
        shares: (epochs, bins), each row's sum at most 1.
        limits: ends of the bins, the same in every epoch.
    """
    bins = shares.shape[1]
    edges = np.linspace(*limits, bins + 1)
    fig = go.Figure(
        go.Heatmap(
            x=[str(epoch) for epoch in epochs],
            y=((edges[:-1] + edges[1:]) / 2).tolist(),
            z=(100 * shares.T).tolist(),
            colorscale=colourscale("sequential"),
            zmin=0,
            colorbar={"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0},
            hovertemplate=say("epoch {epoch}, gates around {gate}: {share} %").format(
                epoch="%{x}", gate="%{y:.3f}", share="%{z:.1f}"
            )
            + "<extra></extra>",
        )
    )
    alt = _histograms_alt(epochs, shares, (edges[:-1] + edges[1:]) / 2, title, say)
    base_layout(
        fig, theme, alt=alt, title=title, x_title=say("epoch (0: initialisation)"), y_title=say("gate s"), height=380
    )
    across = {"type": "category", "nticks": 8, "showgrid": False}
    lay_over(fig, xaxis=across, yaxis={"zeroline": False, "showgrid": False})
    return fig
