"""Changes of an answer, one bar a block or a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number, wide, wrap

__all__ = ["effect_bars"]

_PLOT = 260  # px that a phone leaves beside the names
_LETTER = 6.6  # px
_MOST = 0.35  # of the width that the figure at a bar may take
_HATCH = {"fillmode": "overlay", "size": 7, "solidity": 0.35}


def effect_bars(
    names: Sequence[str],
    values: Sequence[float] | np.ndarray,
    theme: Theme,
    title: str = "",
    x_title: str = "",
    *,
    selected: str | None = None,
    flipped: Collection[str] | None = None,
    notes: Sequence[str] | None = None,
    signed: bool = True,
    say: Say = english,
) -> go.Figure:
    """Horizontal bars to the right for a rise and to the left for a fall, each with its value.

    A click anywhere in a row selects its bar.

    Args:
        names: of blocks or plans, from top to bottom; ``customdata`` holds them.
        values: (N,), in the unit that ``x_title`` names.
        selected: the name to outline, if any.
        flipped: the names without which the answer is another one: hatched, said at the bar, and counted in the legend
            also where there are none. None where it is not known.
        notes: shown on hovering, one a bar; the value where None.
        signed: whether the values are changes; else they are sizes, without sign and in a quiet colour.
    """
    drawn = np.asarray(values, dtype=np.float32)
    rows = [f"<b>{wrap(name, 22)}</b>" if name == selected else wrap(name, 22) for name in names]
    hatched = [flipped is not None and name in flipped for name in names]
    texts = [_text(value, flips, signed, say) for value, flips in zip(drawn.tolist(), hatched, strict=True)]
    bars = _bars(names, drawn, texts, notes, theme)
    bars.marker = _marker(names, drawn, hatched, selected, theme, signed)
    fig = go.Figure([bars, *_keys(selected if selected in names else None, flipped, sum(hatched), theme, say)])
    lines = sum(row.count("<br>") + 1 for row in rows)
    height = 80 + 24 * (title != "") + 14 * lines + 10 * len(rows) + 26 * (len(fig.data) > 1)
    alt = _alt(names, drawn, title or x_title, signed, None if flipped is None else sum(hatched), say)
    legend = len(fig.data) > 1
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=height, legend=legend)
    _axes(fig, rows, drawn, texts)
    return fig


def _text(value: float, flips: bool, signed: bool, say: Say) -> str:
    text = number(value, signed=signed)
    return say("{change} flips").format(change=text) if flips else text


def _bars(
    names: Sequence[str], drawn: np.ndarray, texts: list[str], notes: Sequence[str] | None, theme: Theme
) -> go.Bar:
    return go.Bar(
        orientation="h",
        y=list(range(len(names))),
        x=drawn,
        customdata=list(names),
        text=texts,
        textposition="outside",
        textfont={"size": 12, "color": colour("text", theme)},
        constraintext="none",
        cliponaxis=False,
        # A click shall fade no figure. Both are set: with the second alone plotly.js 4.2 throws and the click is lost.
        selected={"textfont": {"color": colour("text", theme)}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": colour("text", theme)}},
        hovertext=texts if notes is None else list(notes),
        hovertemplate="<b>%{customdata}</b><br>%{hovertext}<extra></extra>",
        showlegend=False,
        name="",
    )


def _marker(
    names: Sequence[str], drawn: np.ndarray, hatched: list[bool], selected: str | None, theme: Theme, signed: bool
) -> dict[str, Any]:
    up, down = (colour("up", theme), colour("down", theme)) if signed else (colour("muted", theme),) * 2
    shapes = ["/" if hatch else "" for hatch in hatched]
    return {
        "color": [up if value >= 0 else down for value in drawn.tolist()],
        "line": {"color": colour("selected", theme), "width": [2.5 if name == selected else 0 for name in names]},
        "pattern": {**_HATCH, "shape": shapes, "fgcolor": colour("background", theme)},
    }


def _keys(selected: str | None, flipped: Collection[str] | None, flips: int, theme: Theme, say: Say) -> list[go.Bar]:
    """Legend entries without bars."""
    hidden = {"x": [None], "y": [None], "orientation": "h", "hoverinfo": "skip", "showlegend": True}
    keys = []
    if flipped is not None:
        pattern = {**_HATCH, "shape": "/", "fgcolor": colour("background", theme)}
        marker = {"color": colour("muted", theme), "pattern": pattern}
        keys.append(go.Bar(**hidden, marker=marker, name=say("the answer flips ({count})").format(count=flips)))
    if selected is not None:
        line = {"color": colour("selected", theme), "width": 2.5}
        marker = {"color": "rgba(0,0,0,0)", "line": line}
        keys.append(go.Bar(**hidden, marker=marker, name=say("selected: {name}").format(name=selected)))
    return keys


def _axes(fig: go.Figure, rows: list[str], drawn: np.ndarray, texts: list[str]) -> None:
    left, right = _reach(drawn, texts)
    across = {"range": [-left, right], "nticks": 6, "zeroline": True}
    looks = {"barmode": "overlay", "bargap": 0.25, "hovermode": "y", "hoverdistance": -1}
    lay_over(fig, **looks, xaxis=across, yaxis=row_axis(rows))


def _reach(drawn: np.ndarray, texts: list[str]) -> tuple[float, float]:
    """How far the axis goes to the left and to the right, so that each bar has room for its figure on a phone."""
    lengths = np.abs(drawn.astype(np.float64))
    shares = np.minimum(_MOST, [(10 + _LETTER * wide(text)) / _PLOT for text in texts])
    rises = drawn >= 0
    width = float(lengths.max(initial=0.0)) or 1.0
    left = right = 0.0
    for _ in range(24):  # the room grows with the width, of which both sides take less than 0.7: it settles
        ends = lengths + shares * width
        left = float(ends[~rises].max(initial=0.02 * width))
        right = float(ends[rises].max(initial=0.02 * width))
        width = left + right
    return left, right


def _alt(names: Sequence[str], drawn: np.ndarray, what: str, signed: bool, flips: int | None, say: Say) -> str:
    if not len(drawn):
        return say("{what}: 0 bars.").format(what=what)
    low, high = int(drawn.argmin()), int(drawn.argmax())
    text = say("{what}: {count} bars, from {low} ({low_name}) to {high} ({high_name})").format(
        what=what,
        count=len(drawn),
        low=number(drawn[low], signed=signed),
        low_name=names[low],
        high=number(drawn[high], signed=signed),
        high_name=names[high],
    )
    if flips is not None:
        text += say("; the answer flips without {flips} of them").format(flips=flips)
    return text + say(".")
