"""What was attributed beside what ablation measured: two rows of bars with their ranks, and a scatter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["agreement_scatter", "rank_bars"]

_LABELLED = 3  # points with their names


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, the largest first; equal values keep their order."""
    places = np.empty(len(values), int)
    places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return places


def rank_bars(
    names: Sequence[str],
    attributed: np.ndarray,
    real: np.ndarray,
    theme: Theme,
    *,
    attributed_title: str,
    real_title: str,
    selected: str | None = None,
    errors: np.ndarray | None = None,
    say: Say = english,
) -> go.Figure:
    """Two panels of horizontal bars that share their rows, each on a scale of its own and each bar with its rank.

    Args:
        names: one a row, from top to bottom; ``customdata`` holds them.
        attributed, real: (N,), contributions.
        attributed_title, real_title: of the panels' axes.
        selected: the name to outline, if any.
        errors: (N,), standard errors of what was attributed.
    """
    fig = go.Figure()
    attributed, real = np.asarray(attributed, np.float64), np.asarray(real, np.float64)
    whiskers = np.zeros(len(names)) if errors is None or not np.isfinite(errors).all() else errors
    for place, values in enumerate((attributed, real)):
        fig.add_trace(_panel(names, values, place, selected, theme, say))
        ends = np.abs(values) + (whiskers if place == 0 else 0)
        fig.add_trace(_rank_texts(values, ends, place, theme))
    if whiskers.any():
        ink = colour("text", theme)
        fig.data[0].error_x = {"type": "data", "array": whiskers, "color": ink, "thickness": 1.2, "width": 3}
    alt = say("{attributed} beside {real}, {count} rows; {best} is first in the one and {other} in the other.").format(
        attributed=attributed_title,
        real=real_title,
        count=len(names),
        best=names[int(np.argmax(attributed))] if len(names) else "",
        other=names[int(np.argmax(real))] if len(names) else "",
    )
    base_layout(fig, theme, alt=alt, height=90 + 23 * len(names))
    _panels(fig, names, selected, (attributed_title, real_title), (_ends(attributed, whiskers), real))
    return fig


def _panel(
    names: Sequence[str], values: np.ndarray, place: int, selected: str | None, theme: Theme, say: Say
) -> go.Bar:
    texts = [f"#{rank}" for rank in ranks(values).tolist()]
    told = say("{value}, rank {rank}")
    return go.Bar(
        orientation="h",
        y=list(range(len(names))),
        x=values,
        xaxis="x" if place == 0 else "x2",
        customdata=list(names),
        unselected={"marker": {"opacity": 1}},
        marker={
            "color": [colour("up" if value >= 0 else "down", theme) for value in values.tolist()],
            "line": {"color": colour("selected", theme), "width": [2 if name == selected else 0 for name in names]},
        },
        hovertext=[
            told.format(value=number(value, signed=True), rank=text)
            for value, text in zip(values.tolist(), texts, strict=True)
        ],
        hovertemplate="<b>%{customdata}</b><br>%{hovertext}<extra></extra>",
        showlegend=False,
        name="",
    )


def _rank_texts(values: np.ndarray, ends: np.ndarray, place: int, theme: Theme) -> go.Scatter:
    """The ranks, beyond the bars and their whiskers."""
    ink = {"color": colour("text", theme)}
    rises = values >= 0
    return go.Scatter(
        mode="text",
        x=np.where(rises, ends, -ends),
        y=list(range(len(values))),
        xaxis="x" if place == 0 else "x2",
        text=[f" #{rank} " for rank in ranks(values).tolist()],
        textposition=["middle right" if rise else "middle left" for rise in rises.tolist()],
        textfont={"size": 11, **ink},
        selected={"textfont": ink},
        unselected={"textfont": ink},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
        name="",
    )


def _panels(
    fig: go.Figure,
    names: Sequence[str],
    selected: str | None,
    titles: tuple[str, str],
    values: tuple[np.ndarray, np.ndarray],
) -> None:
    common = fig.layout.xaxis.to_plotly_json()
    across = {}
    for axis, domain, title, drawn in zip(("xaxis", "xaxis2"), ([0, 0.47], [0.53, 1]), titles, values, strict=True):
        words = {"text": wrap(title, 20), "font": {"size": 12}, "standoff": 6}
        across[axis] = {**common, "domain": domain, "title": words, "range": _reach(drawn), "nticks": 4}
    across["xaxis2"] |= {"anchor": "y", "zeroline": True}
    rows = row_axis([f"<b>{name}</b>" if name == selected else name for name in names])
    lay_over(fig, **across, bargap=0.3, barmode="overlay", hovermode="y", hoverdistance=-1, yaxis=rows)


def _ends(values: np.ndarray, whiskers: np.ndarray) -> np.ndarray:
    """Where bars with their whiskers end."""
    ends: np.ndarray = values + np.where(values >= 0, whiskers, -whiskers)
    return ends


def _reach(values: np.ndarray) -> list[float]:
    """A quarter of the width as room for the ranks, on the sides that have bars."""
    low, high = min(0.0, float(np.min(values, initial=0))), max(0.0, float(np.max(values, initial=0)))
    room = 0.25 * ((high - low) or 1.0)
    return [low - (room if low < 0 else 0.05 * room), high + (room if high > 0 else 0.05 * room)]


def agreement_scatter(
    names: Sequence[str],
    attributed: np.ndarray,
    real: np.ndarray,
    theme: Theme,
    *,
    x_title: str,
    y_title: str,
    selected: str | None = None,
    say: Say = english,
) -> go.Figure:
    """Attribution against ablation, one point a block or channel; signs that agree and that do not are set apart.

    The largest points of either side carry their names. ``customdata`` holds all names.
    """
    attributed, real = np.asarray(attributed, np.float64), np.asarray(real, np.float64)
    same = np.sign(attributed) == np.sign(real)
    shown = set(np.argsort(-np.abs(real))[:_LABELLED].tolist()) | set(np.argsort(-np.abs(attributed))[:1].tolist())
    labels = [name if place in shown or name == selected else "" for place, name in enumerate(names)]
    fig = go.Figure()
    for agrees, title in ((True, say("same sign ({count})")), (False, say("other sign ({count})"))):
        places = np.flatnonzero(same == agrees).tolist()
        points = _points([names[place] for place in places], agrees, selected, theme)
        points.update(x=attributed[places], y=real[places], text=[labels[place] for place in places])
        fig.add_trace(points.update(name=title.format(count=len(places))))
    alt = say("{y} against {x}: {count} points, {same} with the same sign on both sides.").format(
        y=y_title, x=x_title, count=len(names), same=int(same.sum())
    )
    return base_layout(fig, theme, alt=alt, x_title=x_title, y_title=y_title, height=400, legend=True)


def _points(names: Sequence[str], agrees: bool, selected: str | None, theme: Theme) -> go.Scatter:
    ink = {"color": colour("text", theme)}
    return go.Scatter(
        mode="markers+text",
        textposition="top center",
        textfont={"size": 11, **ink},
        customdata=list(names),
        hovertemplate="<b>%{customdata}</b><br>%{x:.4g}, %{y:.4g}<extra></extra>",
        marker={
            "symbol": "circle" if agrees else "x",
            "size": [13 if name == selected else 8 for name in names],
            "color": colour("s" if agrees else "x", theme),
            "line": {"color": colour("selected", theme), "width": [2.5 if name == selected else 0 for name in names]},
        },
        selected={"textfont": ink},
        unselected={"marker": {"opacity": 1}, "textfont": ink},
        cliponaxis=False,
    )
