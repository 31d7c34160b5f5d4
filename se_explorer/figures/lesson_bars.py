"""Two values a thing side by side: a gate before and after, a sigmoid beside a softmax; and answers to a question."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, number, wrap

__all__ = ["answer_bars", "pair_bars"]


def pair_bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float], Role]],
    theme: Theme,
    *,
    title: str = "",
    x_title: str = "",
    limits: tuple[float, float] | None = None,
    say: Say = english,
) -> go.Figure:
    """Horizontal bars, those of one thing under one another; the second of each pair is hatched.

    Args:
        series: name, values and colour, each with one value a label.
    """
    fig = go.Figure()
    for place, (name, values, role) in enumerate(series):
        fig.add_trace(
            go.Bar(
                orientation="h",
                y=list(range(len(labels))),
                x=list(values),
                name=name,
                text=[number(value) for value in values],
                textposition="outside",
                textangle=0,
                constraintext="none",
                textfont={"size": 12, "color": colour("text", theme)},
                cliponaxis=False,
                marker={"color": colour(role, theme), "pattern": {"shape": "/" if place else "", "size": 6}},
                hovertemplate=f"{name}: %{{x:.4f}}<extra></extra>",
            )
        )
    parts = [
        f"{label}: " + ", ".join(f"{name} {number(values[place])}" for name, values, _ in series)
        for place, label in enumerate(labels)
    ]
    alt = say("{title}: {list}.").format(title=title or x_title, list="; ".join(parts))
    height = 90 + 24 * (title != "") + 20 * len(labels) * len(series) + 8 * len(labels)
    base_layout(fig, theme, alt=alt, title=title, x_title=x_title, height=height, legend=len(series) > 1)
    lay_over(fig, barmode="group", bargap=0.3, bargroupgap=0.08)
    _axes(fig, labels, [value for _, values, _ in series for value in values], limits)
    return fig


def _axes(fig: go.Figure, labels: Sequence[str], values: Sequence[float], limits: tuple[float, float] | None) -> None:
    low, high = limits or (min(0.0, *values), max(0.0, *values))
    room = 0.18 * ((high - low) or 1.0)
    across = {"range": [low - room * (low < 0), high + room], "nticks": 6}
    lay_over(fig, xaxis=across, yaxis=row_axis([wrap(label, 20) for label in labels]))


def answer_bars(
    labels: Sequence[str],
    values: Sequence[float],
    right: int,
    theme: Theme,
    *,
    x_title: str = "",
    say: Say = english,
) -> go.Figure:
    """What was measured of each option of a question; the right one has a check mark before its name."""
    marked = [f"✓ {label}" if place == right else label for place, label in enumerate(labels)]
    return pair_bars(marked, [(x_title, values, "s")], theme, x_title=x_title, say=say)
