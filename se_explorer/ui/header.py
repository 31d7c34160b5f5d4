"""The picture that the network saw, and what it answered."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import EditPlan, Trace
from se_explorer.language import _, ngettext, percent
from se_explorer.report import answers_chart
from se_explorer.ui.caches import trace_of
from se_explorer.ui.charts import draw
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.state import View

__all__ = ["baseline", "draw_answer", "draw_picture", "draw_predictions", "tell_resumed"]


def baseline(view: View) -> Trace:
    """The picture's trace through the unedited network."""
    return trace_of(view.engine, view.picture, EditPlan())


def draw_predictions(view: View, before: Trace, after: Trace | None, key: str) -> None:
    """The first five classes, without and with the edits; all that are among the first five in either."""
    draw(answers_chart(before, after, view.theme, _), key)


def _tell_limits(view: View) -> None:
    """What must be known before any figure is believed."""
    if not view.engine.traced:
        st.info(_("This network cannot be traced; it runs with hooks, one run at a time: the slow path."))
    for gate in view.engine.unsupported:
        st.caption(
            _("Not opened up: {path}, {kind} ({reason}).").format(
                path=f"`{gate.path}`", kind=gate.kind, reason=gate.reason
            )
        )


def tell_resumed(view: View, trace: Trace) -> None:
    """How much of a run was taken from an earlier one."""
    if trace.resumed_from is None:
        return
    kept = list(view.engine.channels).index(trace.resumed_from)
    told = _("Worked out from {block} on; what comes before it came from an earlier run.")
    if kept:
        told = ngettext(
            "Worked out from {block} on; the block before it came from an earlier run.",
            "Worked out from {block} on; the {count} blocks before it came from an earlier run.",
            kept,
        )
    st.caption(told.format(block=trace.resumed_from, count=kept))


def draw_picture(view: View) -> None:
    """The crop that the network saw."""
    size = view.engine.network.preprocessing.size
    caption = _("What the network saw: the centre, {size} x {size} px").format(size=size)
    alt = _("{name}: {what}").format(name=view.picture.name, what=caption)
    st.image(seen_pixels(view), caption, "stretch", output_format="PNG", alt=alt)


def draw_answer(view: View, trace: Trace) -> None:
    """The seen crop beside the answer."""
    _tell_limits(view)
    left, right = st.columns([1, 2])
    with left:
        draw_picture(view)
    with right:
        best = trace.top(1)[0]
        st.markdown("## " + _("{label}, {share}").format(label=best.label, share=percent(best.probability)))
        if view.plan:
            st.markdown(_("With the edits {plan}, beside the network as it is:").format(plan=f"`{view.plan}`"))
            draw_predictions(view, baseline(view), trace, "_answers")
            tell_resumed(view, trace)
        else:
            draw_predictions(view, trace, None, "_answers")
