"""Learn, overview: what a Squeeze-and-Excitation block is for, and the one that is looked at."""

from __future__ import annotations

import streamlit as st

from se_explorer.figures.paper_figures import se_block_svg
from se_explorer.language import _, decimal
from se_explorer.ui.architecture import architecture
from se_explorer.ui.architecture_block import drawing_of
from se_explorer.ui.learn_lesson import Lesson, draw_strip

__all__ = ["idea", "numbers", "tries"]


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "A convolutional network looks at a picture through many **channels**. Each channel is a map that says "
            "where one learned pattern was found. A **Squeeze-and-Excitation block** asks for the picture at hand "
            "how much each channel is worth, and multiplies the channel's whole map by that number."
        )
    )
    st.latex(formulas.way())
    st.markdown(
        _(
            "1. **Squeeze**: every map {u} becomes one number, its average {z}.\n"
            "2. **Excitation**: two small layers look at all the averages together and give every channel a "
            "**gate** {s} between 0 and 1.\n"
            "3. **Scale**: every map is multiplied by its gate, which gives {x}."
        ).format(u=f"${formulas.u}$", z=f"${formulas.z}$", s=f"${formulas.s}$", x=f"${formulas.x}$")
    )


def numbers(lesson: Lesson) -> None:
    block, facts, formulas, channel = lesson.block, lesson.block.block.facts, lesson.formulas, lesson.channel
    left, right = st.columns([3, 2]) if lesson.presenting else (st.container(), st.container())
    with left:
        found = architecture(lesson.view).block(lesson.name)
        svg = se_block_svg(drawing_of(found), lesson.view.theme, _, gates=block.gates.tolist())
        alt = _("Figure 1 of the paper with the numbers of {name}").format(name=lesson.name)
        st.image(svg, width=320 if lesson.presenting else 400, alt=alt)
    with right:
        st.markdown(
            _("In **{name}**, {channels} maps of {height} × {width} become {channels} numbers:").format(
                name=lesson.name, channels=facts.channels, height=block.block.height, width=block.block.width
            )
        )
        z, s = f"z_{{{channel}}}", f"s_{{{channel}}}"
        st.latex(f"{formulas.paint('z', z)} = {formulas.paint('z', f'{block.squeeze[channel]:.3f}')}")
        st.latex(f"{formulas.paint('s', s)} = {formulas.paint('s', f'{block.gates[channel]:.4f}')}")
        if facts.hidden_units:
            st.caption(
                _("Between them lie {hidden} hidden units, {reduction} times fewer than channels.").format(
                    hidden=facts.hidden_units, reduction=f"{facts.reduction:g}"
                )
            )
        best = lesson.trace.top(1)[0]
        st.caption(
            _("For the picture {picture} the network answers {answer} (logit {logit}).").format(
                picture=lesson.view.picture.name, answer=best.label, logit=decimal(best.logit, 3)
            )
        )


def tries(lesson: Lesson) -> None:
    st.markdown(
        _(
            "**Choose a channel.** First the strongest maps u that their gates let through, then the strongest that "
            "they take away, on one colour scale: blue is negative, orange positive. A click on one makes it the "
            "channel of all steps."
        )
    )
    draw_strip(lesson, "overview")
