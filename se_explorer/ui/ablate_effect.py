"""Ablate, what changed: both answers, and the watched class in figures."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis import Effect, compare
from se_explorer.engine import Trace
from se_explorer.language import _, decimal, percent
from se_explorer.ui import address
from se_explorer.ui.header import draw_predictions, tell_resumed
from se_explorer.ui.state import View

__all__ = ["choose_target", "draw_answers", "draw_effect"]


def choose_target(before: Trace) -> int:
    """The class that is watched: the unedited answer unless another is chosen."""
    answer = before.top(1)[0]
    choice = address.whole("target", -1, len(before.labels) - 1, -1)
    choice.prepare()
    own = _("the answer ({label})").format(label=answer.label)
    chosen = choice.keep(
        st.selectbox(
            _("Watch the class"),
            [-1, *(prediction.index for prediction in before.top(len(before.labels)))],
            format_func=lambda index: own if index < 0 else before.labels[index],
            key="target",
        )
    )
    return answer.index if chosen < 0 else chosen


def draw_effect(before: Trace, after: Trace, target: int) -> Effect:
    """The change of the watched class and of the whole answer, in figures."""
    effect = compare(before, after, target)
    watched = _("Of {label}, the class that is watched.").format(label=effect.before.label)
    row = st.container(horizontal=True)  # wraps where there is little room, so that no figure is cut off
    # Streamlit knows a fall by the hyphen that begins it, so that these changes have no true minus sign.
    row.metric(
        _("Probability"),
        percent(effect.after.probability),
        _("{change} points").format(change=f"{effect.probability_delta * 100:+.1f}"),
        help=watched,
        width="content",
    )
    logit = decimal(effect.after.logit, 3)
    row.metric(_("Logit"), logit, f"{effect.logit_delta:+.3f}", help=watched, width="content")
    row.metric(
        _("KL (nats)"),
        decimal(effect.kl, 4),
        help=_("Kullback-Leibler divergence, sum of p log(p / q): p without, q with the edits. 0: no change."),
        width="content",
    )
    row.metric(
        _("Answer flipped"),
        _("yes") if effect.flipped else _("no"),
        _("to {label}").format(label=effect.answer_after.label) if effect.flipped else None,
        "off",
        help=_("Without edits the answer is {label}.").format(label=effect.answer_before.label),
        delta_arrow="off",
        width="content",
    )
    return effect


def draw_answers(view: View, before: Trace, after: Trace) -> None:
    """The first classes without and with the edits."""
    draw_predictions(view, before, after, "_ablate_answers")
    if view.plan:
        tell_resumed(view, after)
