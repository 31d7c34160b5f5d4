"""Learn, convolution and channels: where u comes from (equation 1)."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.lesson_convolution import WorkedConvolution, worked_convolution
from se_explorer.engine import making_of
from se_explorer.language import _
from se_explorer.ui.learn_lesson import Lesson, donor_gates, draw_place_picture, draw_strip, type_place
from se_explorer.ui.waiting import client, waited

__all__ = ["idea", "numbers", "tries"]


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "A **convolution** slides a small kernel over its input. At every place it multiplies the numbers under "
            "the kernel by the kernel's weights and adds them up, over **all** input channels. One kernel "
            "{kernel} makes one map {u}; the number of kernels is the number of channels C."
        ).format(kernel=r"$\mathbf{v}_c$", u=f"${formulas.u}$")
    )
    st.latex(formulas.equation(1))
    st.markdown(
        _(
            "So what belongs to the channels and what belongs to the places is mixed in one sum, and a kernel sees "
            "no further than its own small window. The block that follows looks at whole channels instead. The "
            "equation leaves biases out; what a network does after its sum, such as batch normalisation, is below."
        )
    )


def _worked(lesson: Lesson) -> WorkedConvolution | None:
    view, name = lesson.view, lesson.name
    donors = donor_gates(view)
    asked = view.engine.worker.call(lambda: making_of(view.engine, view.picture, view.plan, name, donors), client())
    making = waited(view.engine.worker, asked)
    if making is None:
        return None
    row, column = lesson.place
    u = float(lesson.block.kept_maps[lesson.channel, row, column])
    return worked_convolution(making, u, lesson.channel, row, column)


def numbers(lesson: Lesson) -> None:
    work, (row, column) = _worked(lesson), lesson.place
    if work is None:
        st.info(
            _(
                "What makes the maps of {name} is no single convolution that can be followed, so equation 1 has no "
                "numbers here. Choose another block or network."
            ).format(name=lesson.name)
        )
        return
    st.markdown(
        _(
            "Channel {channel} at the place in row {row} and column {column} (counted from 0): {taps} products, of a "
            "kernel of {tall} × {wide} over {channels} input channels. The largest are written out."
        ).format(
            channel=lesson.channel,
            row=row,
            column=column,
            taps=len(work.taps) + work.others,
            tall=work.kernel[0],
            wide=work.kernel[1],
            channels=work.channels,
        )
    )
    st.latex(lesson.formulas.convolution(work, lesson.channel, row, column))
    if work.gain != 1 or work.shift:
        told = _("The last line is batch normalisation: the sum times a gain, plus a shift, both learned.")
        then = _("Then comes the activation.")
        st.caption(told if work.activation == "none" else f"{told} {then}")


def tries(lesson: Lesson) -> None:
    st.markdown(
        _(
            "**Choose a place** on the picture; the maps beside it are those with the largest values there. A click "
            "on a map chooses the channel."
        )
    )
    left, right = st.columns([2, 3])
    with left:
        draw_place_picture(lesson)
        if not lesson.presenting:
            type_place(lesson)
    with right:
        draw_strip(lesson, "convolution", at_place=True)
