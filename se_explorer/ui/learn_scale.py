"""Learn, scale: the map times its gate (equation 4)."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis.lesson import cells_of, worked_scale
from se_explorer.figures.lesson_grid import grid_html
from se_explorer.language import _, decimal, percent
from se_explorer.ui.learn_lesson import Lesson, draw_strip

__all__ = ["idea", "numbers", "tries"]


def idea(lesson: Lesson) -> None:
    formulas = lesson.formulas
    st.markdown(
        _(
            "The gate is one number for the whole map: {x} is {u} at every place times the same {s}. A gate near 1 "
            "lets the map pass, a gate near 0 takes it away. The map's pattern stays; only its strength changes."
        ).format(x=f"${formulas.x}$", u=f"${formulas.u}$", s=f"${formulas.s}$")
    )
    st.latex(formulas.equation(4))
    st.markdown(
        _(
            "All layers after this one see {x} and not {u}. This is the recalibration that the paper speaks of: for "
            "each picture anew, the network turns its own channels up and down."
        ).format(x=f"${formulas.x}$", u=f"${formulas.u}$")
    )


def numbers(lesson: Lesson) -> None:
    block, channel, (row, column) = lesson.block, lesson.channel, lesson.place
    gate = float(block.applied[channel])
    values = block.kept_maps[channel]
    before = cells_of(values)
    after = cells_of(block.scaled_maps[channel])
    limit = float(max(np.abs(before).max(), np.abs(after).max()))
    marked = (row, column) if before.shape == values.shape else None
    left, right = st.columns(2)
    for side, cells, caption in (
        (left, before, _("u, channel {channel}").format(channel=channel)),
        (right, after, _("x~ = {gate} · u, on the same colours").format(gate=decimal(gate, 4))),
    ):
        with side:
            theme = lesson.view.theme
            st.html(grid_html(cells, limit, lambda value: decimal(value, 2), theme, caption, marked=marked, size=0.7))
    st.markdown(_("At row {row}, column {column}:").format(row=row, column=column))
    st.latex(lesson.formulas.scale(worked_scale(block, channel, row, column), channel))
    if float(block.gates[channel]) != gate:
        st.info(
            _("The edit plan sets this gate: {applied} is applied where the block itself gives {own}.").format(
                applied=decimal(gate, 4), own=decimal(float(block.gates[channel]), 4)
            )
        )


def tries(lesson: Lesson) -> None:
    block = lesson.block
    removed, total = float(block.energy_removed.sum(dtype=float)), float(block.energy.sum(dtype=float))
    st.markdown(
        _(
            "**The same maps after their gates**, on the colour scale of u: compare with the overview. Over all "
            "channels the gates of {name} take {share} of the maps' energy (mean square) away."
        ).format(name=lesson.name, share=percent(removed / total if total else 0.0))
    )
    draw_strip(lesson, "scale", scaled=True)
