"""Learn, excitation, to try: drag a z and watch the gates; let the gates compete."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis.lesson_try import most_moved, regate, softmax_gates
from se_explorer.engine import Mode, Prediction
from se_explorer.figures import Role, channel_bars, gate_limits
from se_explorer.figures.lesson_bars import pair_bars
from se_explorer.language import _, decimal, percent
from se_explorer.ui.learn_lesson import Lesson, donor_gates, show
from se_explorer.ui.waiting import client, waited

__all__ = ["tries"]

MOVED = 6
SOFTMAX = "softmax"  # the donor's name in the plan of one run


def tries(lesson: Lesson) -> None:
    choices = {"drag": _("Drag a z"), "softmax": _("Softmax instead")}
    chosen = st.segmented_control(
        _("Try"),
        list(choices),
        format_func=choices.__getitem__,
        required=True,
        default="drag",
        key="_learn_excite",
        label_visibility="collapsed",
        wrap=True,
    )
    if chosen == "softmax":
        _compete(lesson)
    else:
        _drag(lesson)


def _drag(lesson: Lesson) -> None:
    block, channel = lesson.block, lesson.channel
    z = float(block.squeeze[channel])
    reach = max(1.0, float(np.abs(block.squeeze).max()), 2 * abs(z))
    view = lesson.view
    key = f"_learn_z_{view.network_key}_{lesson.name}_{channel}_{view.picture.digest[:8]}_{view.plan}"
    st.markdown(
        _(
            "**Drag the squeeze of channel {channel}** and watch the gates. The block's own layers answer. One z moves "
            "the gates of many channels: that is what makes them depend on each other."
        ).format(channel=channel)
    )
    dragged = st.slider(f"z {channel}", -reach, reach, z, reach / 100, format="%.3f", key=key)
    squeeze = block.squeeze.copy()
    squeeze[channel] = dragged
    before, after = block.gates, regate(lesson.found, squeeze).gates
    if dragged == z:  # nothing has moved yet: show those that will
        squeeze[channel] = z + reach / 2
        moved = most_moved(before, regate(lesson.found, squeeze).gates, MOVED)
        after = before
    else:
        moved = most_moved(before, after, MOVED)
    shown = [channel, *(other for other in moved if other != channel)][: 4 if lesson.presenting else MOVED]
    left, right = st.columns([1, 3])
    change = decimal(float(after[channel] - before[channel]), 4) if dragged != z else None
    with left:
        st.metric(_("Gate {channel}").format(channel=channel), decimal(float(after[channel]), 4), change)
        hits = int((np.abs(after - before) > 0.01).sum())
        st.caption(_("{count} of {all} gates moved by more than 0.01.").format(count=hits, all=len(after)))
    with right:
        labels = [_("channel {channel}").format(channel=other) for other in shown]
        series: list[tuple[str, list[float], Role]] = [
            (_("with the picture's z"), [float(before[other]) for other in shown], "s"),
            (_("with the dragged z"), [float(after[other]) for other in shown], "edited"),
        ]
        limits = gate_limits(before[shown], after[shown])
        figure = pair_bars(labels, series, lesson.view.theme, x_title=_("gate"), limits=limits, say=_)
        show(lesson, figure, f"{key}_bars")


def _compete(lesson: Lesson) -> None:
    block = lesson.block
    soft = softmax_gates(block)
    st.markdown(
        _(
            "**Swap the gate function for a softmax** of the same sums. The gates now share a single 1 among {count} "
            "channels: where one opens, all others must close. On average a gate is {average}; before it was {mean}."
        ).format(
            count=len(soft),
            average=decimal(float(soft.mean()), 4),
            mean=decimal(float(block.gates.mean(dtype=float)), 4),
        )
    )
    _draw_both(lesson, soft)
    before, after = lesson.trace.top(1)[0], _answer(lesson, soft, lesson.trace.top(1)[0])
    st.markdown(
        _(
            "Run with these gates in {name} alone, the network gives {answer} {after} instead of {before}. The layers "
            "after the block were trained with the other gates: this shows what competing gates take away, not how a "
            "network trained with a softmax would do."
        ).format(
            name=lesson.name,
            answer=before.label,
            after=percent(after.probability),
            before=percent(before.probability),
        )
    )


def _draw_both(lesson: Lesson, soft: np.ndarray) -> None:
    """The gates as they are beside those that compete, in one order and on one scale."""
    block, channel = lesson.block, lesson.channel
    order = np.argsort(-block.gates, kind="stable")
    left, right = st.columns(2)
    for column, values, title in ((left, block.gates, _("As it is")), (right, soft, _("Softmax"))):
        with column:
            figure = channel_bars(
                values,
                order,
                "s",
                channel,
                {},
                lesson.view.theme,
                title,
                _("gate"),
                x_title=_("channels, in the order of the gates as they are"),
                limits=gate_limits(block.gates, soft),
                height=240,
                unit=_("channel"),
                say=_,
            )
            show(lesson, figure, f"_learn_gates_{title}_{lesson.name}")


def _answer(lesson: Lesson, gates: np.ndarray, watched: Prediction) -> Prediction:
    """The watched class when the block is given these gates, all else as the plan has it."""
    view = lesson.view
    plan = view.plan.with_mode(lesson.name, Mode.parse(f"donor:{SOFTMAX}"))
    donors = {**donor_gates(view), SOFTMAX: {lesson.name: gates.astype(np.float32)}}
    asked = view.engine.worker.trace(view.picture, plan, donors=donors, client=client())
    return waited(view.engine.worker, asked).prediction(watched.index)
