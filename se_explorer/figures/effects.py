"""Signed changes, one bar a block or a plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["effect_bars"]


def effect_bars(
    names: Sequence[str],
    values: Sequence[float] | np.ndarray,
    theme: Theme,
    title: str = "",
    x_title: str = "",
    *,
    selected: str | None = None,
    say: Say = english,
) -> go.Figure:
    """Horizontal bars to the right for a rise and to the left for a fall, each with its signed value.

    A click anywhere in a row selects its bar.

    Args:
        names: of blocks or plans, from top to bottom; ``customdata`` holds them.
        values: (N,), in the unit that ``x_title`` names.
        selected: the name to outline, if any.
    """
    drawn = np.asarray(values, dtype=np.float32)
    up, down, ink = colour("up", theme), colour("down", theme), colour("selected", theme)
    rows = [f"<b>{wrap(name, 22)}</b>" if name == selected else wrap(name, 22) for name in names]
    fig = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(rows))),
            x=drawn,
            customdata=list(names),
            text=[number(value, signed=True) for value in drawn.tolist()],
            textposition="outside",
            textfont={"size": 12},
            constraintext="none",
            cliponaxis=False,
            marker={
                "color": [up if value >= 0 else down for value in drawn.tolist()],
                "line": {"color": ink, "width": [2.5 if name == selected else 0 for name in names]},
            },
            unselected={"marker": {"opacity": 1}},
            hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        )
    )
    lines = sum(row.count("<br>") + 1 for row in rows)
    height = 80 + 24 * (title != "") + 14 * lines + 10 * len(rows)
    base_layout(fig, theme, alt=_alt(names, drawn, title or x_title, say), title=title, x_title=x_title, height=height)
    _axes(fig, rows, drawn)
    return fig


def _axes(fig: go.Figure, rows: list[str], drawn: np.ndarray) -> None:
    low, high = min(0.0, float(drawn.min(initial=0.0))), max(0.0, float(drawn.max(initial=0.0)))
    room = 0.34 * ((high - low) or 1.0)
    fig.update_layout(bargap=0.25, hovermode="y", hoverdistance=-1)
    fig.update_xaxes(range=[low - room * (low < 0), high + room], nticks=6, zeroline=True)
    fig.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=rows,
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )


def _alt(names: Sequence[str], drawn: np.ndarray, what: str, say: Say) -> str:
    if not len(drawn):
        return say("{what}: 0 bars.").format(what=what)
    low, high = int(drawn.argmin()), int(drawn.argmax())
    text = say("{what}: {count} bars, from {low} ({low_name}) to {high} ({high_name}).")
    return text.format(
        what=what,
        count=len(drawn),
        low=number(drawn[low], signed=True),
        low_name=names[low],
        high=number(drawn[high], signed=True),
        high_name=names[high],
    )
