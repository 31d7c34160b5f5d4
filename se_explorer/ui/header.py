"""The picture that the network saw, and what it answered."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import EditPlan, Trace
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
    draw(answers_chart(before, after, view.theme), key)


def _tell_limits(view: View) -> None:
    """What must be known before any figure is believed."""
    if not view.engine.traced:
        st.info("This network cannot be traced; it runs with hooks, one run at a time: the slow path.")
    for gate in view.engine.unsupported:
        st.caption(f"Not opened up: `{gate.path}`, {gate.kind} ({gate.reason}).")


def tell_resumed(view: View, trace: Trace) -> None:
    """How much of a run was taken from an earlier one."""
    if trace.resumed_from is None:
        return
    kept = list(view.engine.channels).index(trace.resumed_from)
    before = (
        f"the {kept} blocks before it" if kept > 1 else "what comes before it" if not kept else "the block before it"
    )
    st.caption(f"Worked out from {trace.resumed_from} on; {before} came from an earlier run.")


def draw_picture(view: View) -> None:
    """The crop that the network saw."""
    size = view.engine.network.preprocessing.size
    caption = f"What the network saw: the centre, {size} x {size} px"
    st.image(seen_pixels(view), caption, "stretch", output_format="PNG", alt=f"{view.picture.name}: {caption}")


def draw_answer(view: View, trace: Trace) -> None:
    """The seen crop beside the answer."""
    _tell_limits(view)
    left, right = st.columns([1, 2])
    with left:
        draw_picture(view)
    with right:
        best = trace.top(1)[0]
        st.markdown(f"### {best.label}, {best.probability:.1%}")
        if view.plan:
            st.markdown(f"With the edits `{view.plan}`, beside the network as it is:")
            draw_predictions(view, baseline(view), trace, "_answers")
            tell_resumed(view, trace)
        else:
            draw_predictions(view, trace, None, "_answers")
