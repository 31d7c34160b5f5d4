"""Compare, the answers: what both sides saw and said, and their logits against each other."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis import LogitContrast, contrast_logits
from se_explorer.engine import Trace
from se_explorer.figures import value_scatter
from se_explorer.language import _, decimal, percent
from se_explorer.ui.charts import draw
from se_explorer.ui.header import draw_picture, draw_predictions
from se_explorer.ui.state import View
from se_explorer.ui.versus import Sides, named_network

__all__ = ["draw_answers", "draw_logits", "shown_figure"]


def draw_answers(sides: Sides, left: Trace, right: Trace) -> None:
    """Both sides, each with the crop that its network saw and its first five answers."""
    columns = st.columns(2, gap="large")
    with columns[0]:
        _draw_side("left", _("Left: {label}, {share}"), sides.left, left)
    with columns[1]:
        _draw_side("right", _("Right: {label}, {share}"), sides.right, right)


def _draw_side(side: str, headline: str, view: View, trace: Trace) -> None:
    best = trace.top(1)[0]
    st.markdown("## " + headline.format(label=best.label, share=percent(best.probability)))
    plan = f"`{view.plan}`" if view.plan else _("no edits")
    st.caption(
        _("{network}; {picture}; {plan}.").format(
            network=named_network(view.engine), picture=view.picture.name, plan=plan
        )
    )
    picture, answers = st.columns([1, 2])
    with picture:
        draw_picture(view)
    with answers:
        draw_predictions(view, trace, None, f"_versus_{side}")


def shown_figure(value: float | None) -> str:
    """A figure of the comparison; a dash where there is none."""
    return "–" if value is None else decimal(value, 4)


def draw_logits(sides: Sides, left: Trace, right: Trace) -> None:
    """One point a class that both networks know."""
    found = contrast_logits(left, right)
    if not found.classes:
        st.info(
            _(
                "The two networks have no class of the same name, so that there is no logit to compare: {left} classes "
                "on the left, {right} on the right."
            ).format(left=len(left.labels), right=len(right.labels))
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
            _("Logits"),
            x_title=_("logit, left: {name}").format(name=names[0]),
            y_title=_("logit, right: {name}").format(name=names[1]),
            role="u",
            unit=_("class"),
            selected=_place(found, int(np.argmax(left.logits))),
            say=_,
        )
        draw(figure, f"_versus_logits_{sides.kind}")


def _place(found: LogitContrast, index: int) -> int | None:
    """Where the left's answer stands among the shared classes."""
    return next((place for place, (one, _) in enumerate(found.classes) if one == index), None)


def _draw_figures(found: LogitContrast, left: Trace, right: Trace) -> None:
    first, second = left.top(1)[0].label, right.top(1)[0].label
    same = _("yes") if first == second else _("no")
    st.metric(_("Same answer"), same, help=_("Left: {first}. Right: {second}.").format(first=first, second=second))
    st.metric(
        _("Correlation of the logits"), shown_figure(found.pearson), help=_("Pearson's, over the shared classes.")
    )
    st.metric(_("Distance of the logits"), shown_figure(found.distance), help=_("Root mean square of right less left."))
    if found.kl is not None:
        st.metric(
            _("KL (nats)"),
            shown_figure(found.kl),
            help=_("Kullback-Leibler divergence, sum of p log(p / q): p the left's answer, q the right's."),
        )
    count = len(found.classes)
    if (count, count) != (len(left.labels), len(right.labels)):
        st.caption(
            _(
                "Of the {count} classes whose names both networks have ({left} on the left, {right} on the right). The "
                "same name need not be the same class of pictures."
            ).format(count=count, left=len(left.labels), right=len(right.labels))
        )
    st.caption(_("Outlined: the left's answer. Logits of two networks need not be on one scale."))
