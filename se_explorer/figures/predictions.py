"""What the network answers, before and after the edits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from se_explorer.figures.layout import base_layout, lay_over, row_axis
from se_explorer.figures.palette import Role, Theme, colour
from se_explorer.figures.wording import Say, english, wrap

__all__ = ["compare_predictions"]


def compare_predictions(
    labels: Sequence[str],
    before: Sequence[float] | np.ndarray,
    after: Sequence[float] | np.ndarray | None,
    theme: Theme,
    *,
    title: str = "",
    say: Say = english,
) -> go.Figure:
    """Horizontal bars of probabilities in percent, in the given order from top to bottom.

    Args:
        labels: one a class; long ones are broken into lines.
        before: probabilities in 0..1 of the untouched network.
        after: those with the edits, or None when there are none: then one bar a class.
    """
    series: list[tuple[str, np.ndarray, Role]] = [(say("before"), _percent(before), "u")]
    if after is not None:
        series.append((say("after the edits"), _percent(after), "edited"))
    hatches = ("", "/")  # beside the colours, for those who do not see these apart
    fig = go.Figure(
        [
            _bars(name, values, colour(role, theme), hatch, labels)
            for (name, values, role), hatch in zip(series, hatches, strict=False)
        ]
    )
    rows = [wrap(label, 17) for label in labels]
    lines = sum(max(row.count("<br>") + 1, len(series)) for row in rows)
    base_layout(
        fig,
        theme,
        alt=_alt(labels, [values for _, values, _ in series], say),
        title=title,
        x_title=say("probability in percent"),
        height=80 + 24 * (title != "") + 18 * lines + 14 * len(rows),
        legend=len(series) > 1,
    )
    _axes(fig, rows, max(float(values.max(initial=0.0)) for _, values, _ in series))
    return fig


def _percent(probabilities: Sequence[float] | np.ndarray) -> np.ndarray:
    return (100 * np.asarray(probabilities, dtype=np.float64)).astype(np.float32)


def _text(percent: float) -> str:
    return "< 0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"


def _bars(name: str, values: np.ndarray, fill: str, hatch: str, labels: Sequence[str]) -> go.Bar:
    return go.Bar(
        orientation="h",
        y=list(range(len(labels))),
        x=values,
        customdata=list(labels),
        text=[_text(value) for value in values.tolist()],
        textposition="outside",
        textfont={"size": 12},
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        marker={"color": fill, "line": {"width": 0}, "pattern": {"shape": hatch, "size": 6}},
        unselected={"marker": {"opacity": 1}, "textfont": {}},
        name=name,
        hovertemplate="<b>%{customdata}</b><br>" + name + " %{x:.2f} %<extra></extra>",
    )


def _axes(fig: go.Figure, rows: list[str], highest: float) -> None:
    across = {"range": [0, 1.3 * max(highest, 1.0)], "nticks": 5, "ticksuffix": " %"}
    looks = {"barmode": "group", "bargap": 0.25, "bargroupgap": 0.05, "hovermode": "y", "hoverdistance": -1}
    lay_over(fig, **looks, xaxis=across, yaxis=row_axis(rows))


def _alt(labels: Sequence[str], series: list[np.ndarray], say: Say) -> str:
    texts = []
    for place, label in enumerate(labels):
        values = [_text(float(values[place])) for values in series]
        texts.append(f"{label} {' → '.join(values)}")
    text = (
        say("Probabilities before and after the edits: {list}.") if len(series) > 1 else say("Probabilities: {list}.")
    )
    return text.format(list="; ".join(texts))
