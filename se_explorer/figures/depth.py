"""One share a block from first to last, beside what chance alone would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number

__all__ = ["block_columns", "depth_bars"]


def depth_bars(
    names: Sequence[str],
    values: Sequence[float] | np.ndarray,
    chance: Sequence[float] | np.ndarray,
    theme: Theme,
    *,
    title: str = "",
    y_title: str = "",
    selected: str | None = None,
    say: Say = english,
) -> go.Figure:
    """Upright bars in running order; a click anywhere in a column leads to its block (``customdata``).

    Args:
        names: of the blocks.
        values, chance: (B,), in the unit that ``y_title`` names.
    """
    drawn, by_chance = np.asarray(values, np.float32), np.asarray(chance, np.float32)
    fig = go.Figure([_bars(names, drawn, selected, theme), _chance(names, by_chance, theme, say)])
    base_layout(
        fig,
        theme,
        alt=_alt(names, drawn, by_chance, title or y_title, say),
        title=title,
        y_title=y_title,
        height=340,
        legend=True,
    )
    low = float(min(0.0, by_chance.min(initial=0), drawn.min(initial=0)))
    high = float(max(drawn.max(initial=0), by_chance.max(initial=0))) or 1.0
    lay_over(fig, bargap=0.25, hovermode="x", hoverdistance=-1, yaxis={"range": [1.05 * low, 1.08 * high]})
    block_columns(fig, names, selected)
    return fig


def _bars(names: Sequence[str], drawn: np.ndarray, selected: str | None, theme: Theme) -> go.Bar:
    outlines = [2.5 if name == selected else 0 for name in names]
    return go.Bar(
        x=list(range(len(names))),
        y=drawn,
        customdata=list(names),
        marker={"color": colour("s", theme), "line": {"color": colour("selected", theme), "width": outlines}},
        unselected={"marker": {"opacity": 1}},
        hovertemplate="<b>%{customdata}</b><br>%{y:.4f}<extra></extra>",
        showlegend=False,
        name="",
    )


def _chance(names: Sequence[str], by_chance: np.ndarray, theme: Theme, say: Say) -> go.Scatter:
    ink = colour("x", theme)
    return go.Scatter(
        x=list(range(len(names))),
        y=by_chance,
        customdata=list(names),
        mode="lines+markers",
        line={"color": ink, "width": 1.5, "dash": "dot"},
        marker={"color": ink, "size": 6, "symbol": "line-ew-open"},
        unselected={"marker": {"opacity": 1}},
        hovertemplate=say("by chance {value}").format(value="%{y:.4f}") + "<extra></extra>",
        name=say("by chance ({mean} on average)").format(mean=number(float(by_chance.mean()))),
    )


def block_columns(fig: go.Figure, names: Sequence[str], selected: str | None) -> None:
    """Name the columns of a figure after blocks."""
    columns = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [f"<b>{name}</b>" if name == selected else name for name in names],
        "tickangle": -90,
        "tickfont": {"size": 12 if len(names) <= 24 else 10},
        "range": [-0.5, len(names) - 0.5],
        "showgrid": False,
        "zeroline": False,
    }
    lay_over(fig, xaxis=columns)


def _alt(names: Sequence[str], drawn: np.ndarray, chance: np.ndarray, what: str, say: Say) -> str:
    low, high = int(drawn.argmin()), int(drawn.argmax())
    text = say(
        "{what}: {count} blocks from {first} in the first to {last} in the last; least {low} ({low_name}), most {high} "
        "({high_name}); by chance {chance} on average."
    )
    return text.format(
        what=what,
        count=len(names),
        first=number(drawn[0]),
        last=number(drawn[-1]),
        low=number(drawn[low]),
        low_name=names[low],
        high=number(drawn[high]),
        high_name=names[high],
        chance=number(float(chance.mean())),
    )
