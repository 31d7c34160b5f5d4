"""Compare, the answers: what both sides saw and said, and their logits against each other."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis import LogitContrast, contrast_logits
from se_explorer.engine import Trace
from se_explorer.figures import value_scatter
from se_explorer.ui.charts import draw
from se_explorer.ui.header import draw_picture, draw_predictions
from se_explorer.ui.state import View
from se_explorer.ui.versus import Sides

__all__ = ["draw_answers", "draw_logits", "shown_figure"]


def draw_answers(sides: Sides, left: Trace, right: Trace) -> None:
    """Both sides, each with the crop that its network saw and its first five answers."""
    columns = st.columns(2, gap="large")
    for column, side, view, trace in zip(
        columns, ("Left", "Right"), (sides.left, sides.right), (left, right), strict=True
    ):
        with column:
            _draw_side(side, view, trace)


def _draw_side(side: str, view: View, trace: Trace) -> None:
    best = trace.top(1)[0]
    st.markdown(f"### {side}: {best.label}, {best.probability:.1%}")
    network = view.engine.network
    weights = f" ({network.weights})" if network.is_random else ""
    plan = f"`{view.plan}`" if view.plan else "no edits"
    st.caption(f"{network.title}{weights}; {view.picture.name}; {plan}.")
    picture, answers = st.columns([1, 2])
    with picture:
        draw_picture(view)
    with answers:
        draw_predictions(view, trace, None, f"_versus_{side}")


def shown_figure(value: float | None) -> str:
    """A figure of the comparison; a dash where there is none."""
    return "–" if value is None else f"{value:.4f}"


def draw_logits(sides: Sides, left: Trace, right: Trace) -> None:
    """One point a class that both networks know."""
    found = contrast_logits(left, right)
    if not found.classes:
        st.info(
            "The two networks have no class of the same name, so that there is no logit to compare: "
            f"{len(left.labels)} classes on the left, {len(right.labels)} on the right."
        )
        return
    figures, chart = st.columns([1, 2], gap="large")
    with figures:
        _draw_figures(found, left, right)
    with chart:
        one = left.logits[[place for place, _ in found.classes]]
        other = right.logits[[place for _, place in found.classes]]
        names = sides.names
        figure = value_scatter(
            one,
            other,
            [left.labels[place] for place, _ in found.classes],
            sides.left.theme,
            "Logits",
            x_title=f"logit, left: {names[0]}",
            y_title=f"logit, right: {names[1]}",
            role="u",
            unit="class",
            selected=_place(found, int(np.argmax(left.logits))),
        )
        draw(figure, f"_versus_logits_{sides.kind}")


def _place(found: LogitContrast, index: int) -> int | None:
    """Where the left's answer stands among the shared classes."""
    return next((place for place, (one, _) in enumerate(found.classes) if one == index), None)


def _draw_figures(found: LogitContrast, left: Trace, right: Trace) -> None:
    first, second = left.top(1)[0].label, right.top(1)[0].label
    st.metric("Same answer", "yes" if first == second else "no", help=f"Left: {first}. Right: {second}.")
    st.metric("Correlation of the logits", shown_figure(found.pearson), help="Pearson's, over the shared classes.")
    st.metric("Distance of the logits", shown_figure(found.distance), help="Root mean square of right less left.")
    if found.kl is not None:
        st.metric(
            "KL (nats)",
            shown_figure(found.kl),
            help="Kullback-Leibler divergence, sum of p log(p / q): p the left's answer, q the right's.",
        )
    count = len(found.classes)
    if (count, count) != (len(left.labels), len(right.labels)):
        st.caption(
            f"Of the {count} classes whose names both networks have ({len(left.labels)} on the left, "
            f"{len(right.labels)} on the right). The same name need not be the same class of pictures."
        )
    st.caption("Outlined: the left's answer. Logits of two networks need not be on one scale.")
