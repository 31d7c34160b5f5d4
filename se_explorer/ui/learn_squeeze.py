"""Learn, squeeze: one map becomes one number (equation 2)."""

from __future__ import annotations

import streamlit as st

from se_explorer.analysis.lesson import worked_squeeze
from se_explorer.figures.lesson_grid import grid_html
from se_explorer.language import _, decimal
from se_explorer.report.words import squeeze_word
from se_explorer.ui.learn_lesson import Lesson, draw_strip

__all__ = ["idea", "numbers", "tries"]


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "Each value of {u} knows only the neighbourhood that its kernels saw. To judge a channel as a whole, the "
            "block **squeezes** its map into one number {z}: the average over all places, called global average "
            "pooling. Where something was found is gone; how much of it was found stays."
        ).format(u=f"${formulas.u}$", z=f"${formulas.z}$")
    )
    st.latex(formulas.equation(2))


def numbers(lesson: Lesson) -> None:
    work, shape = worked_squeeze(lesson.block, lesson.channel), lesson.block.kept_maps.shape[1:]
    if work is None:
        st.info(
            _("This block squeezes in a way of its own ({kind}), so there are no numbers for equation 2.").format(
                kind=squeeze_word(lesson.block.block.facts.squeeze)
            )
        )
        return
    whole_map = work.cells.shape == shape
    told = (
        _("The map of channel {channel} in {name}, {rows} × {columns}:")
        if whole_map
        else _("The map of channel {channel} in {name}, {rows} × {columns}; each cell is the sum of its part:")
    ).format(channel=lesson.channel, name=lesson.name, rows=shape[0], columns=shape[1])
    digits = work.places.operands
    limit = float(abs(work.cells).max())
    st.html(grid_html(work.cells, limit, lambda value: decimal(value, digits), lesson.view.theme, told))
    st.markdown(
        _("Add all cells up, and divide by the {count} places:").format(count=work.count)
        if work.kind == "average"
        else _("The sum of all cells over {count} places, and the largest value, as this block squeezes:").format(
            count=work.count
        )
    )
    st.latex(lesson.formulas.squeeze(work, lesson.channel))


def tries(lesson: Lesson) -> None:
    st.markdown(
        _(
            "**Choose another channel.** Before you click: is its z large, near 0, or negative? Look at how much "
            "orange and how much blue there is."
        )
    )
    draw_strip(lesson, "squeeze")
