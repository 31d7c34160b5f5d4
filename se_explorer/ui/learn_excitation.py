"""Learn, excitation: from all averages to a gate for every channel (equation 3)."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.lesson import strongest_unit, worked_gate, worked_unit
from se_explorer.figures import Role
from se_explorer.language import _
from se_explorer.ui.learn_formulas import Formulas
from se_explorer.ui.learn_lesson import Lesson

__all__ = ["idea", "numbers"]


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "Now all averages are looked at **together**. The first layer {first} brings the C numbers down to C / r "
            "hidden units, a bottleneck; ReLU sets what is negative to 0. The second layer {second} goes back up to C "
            "sums, and the sigmoid makes each of them a **gate** {s} between 0 and 1."
        ).format(first=r"$\mathbf{W}_1$", second=r"$\mathbf{W}_2$", s=f"${formulas.s}$")
    )
    st.latex(formulas.equation(3))
    st.markdown(
        _(
            "Two things are asked of it: it must be able to learn what channels mean **together**, which needs the "
            "ReLU between the layers; and channels must not shut each other out, since several may matter at once. "
            "Hence the sigmoid, which looks at each sum alone, and not a softmax."
        )
    )


def numbers(lesson: Lesson) -> None:
    block, facts = lesson.block, lesson.block.block.facts
    unit = strongest_unit(block, lesson.found, lesson.channel)
    left, right = st.columns(2) if lesson.presenting else (st.container(), st.container())
    formulas = Formulas(lesson.view.theme)
    shown = worked_gate(block, lesson.found, lesson.channel)
    if unit is not None:
        left.markdown(
            _(
                "Of the {hidden} hidden units, number {unit} weighs most in gate {channel}. Its own sum runs over all "
                "{channels} averages:"
            ).format(hidden=facts.hidden_units, unit=unit, channel=lesson.channel, channels=facts.channels)
        )
        first = worked_unit(block, lesson.found, unit)
        left.latex(formulas.unit(first, unit, facts.activation))
        right.markdown(
            _("All hidden units, each times its weight, make the gate of channel {channel}:").format(
                channel=lesson.channel
            )
        )
    else:
        right.markdown(_("This block has a single layer: the gate comes straight from the averages."))
    role: Role = "hidden" if unit is not None else "z"
    right.latex(formulas.gate(shown, lesson.channel, facts.gate, role))
    if unit is not None and facts.activation not in ("ReLU", "SiLU", "none"):
        st.caption(_("δ is {name} here.").format(name=facts.activation))
