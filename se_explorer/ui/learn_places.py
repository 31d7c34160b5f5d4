"""Learn, where it goes: SE in the unit at hand, in Inception modules, and the places that the paper tried."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from se_explorer.analysis.complexity import BlockCost
from se_explorer.analysis.lesson_places import POSITIONS, system_block
from se_explorer.figures.diagram import unit_alt, unit_svg
from se_explorer.figures.paper_figures import inception_branches_svg, se_inception_svg, se_resnet_svg
from se_explorer.figures.paper_variants import VARIANTS, se_variant_svg
from se_explorer.language import _, decimal
from se_explorer.models.paper import paper_system
from se_explorer.ui.architecture import architecture
from se_explorer.ui.architecture_block import drawing_of
from se_explorer.ui.learn_lesson import Lesson

__all__ = ["idea", "inception", "numbers", "tries"]

INCEPTION = "table2-bn-inception-se"


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(name: str) -> BlockCost:
    return system_block(name)


def _block(name: str) -> BlockCost:
    with st.spinner(_("Reading the paper's systems")):
        return _kept(name)


def idea(lesson: Lesson) -> None:
    text, right = st.columns(2) if lesson.presenting else (st.container(), st.container())
    text.markdown(
        _(
            "The block takes maps and gives maps of the same size, so it fits after any layer. In an **Inception** "
            "network it stands behind the module, where its branches have come together. In a **residual** network it "
            "stands on the residual branch, before the sum: the identity shortcut goes past it untouched."
        )
    )
    with right:
        width = 280 if lesson.presenting else 340
        svg = se_resnet_svg(drawing_of(_block(POSITIONS[0])), lesson.view.theme, _)
        st.image(svg, width=width, alt=_("Figure 3 of the paper, with a unit of ResNet-50"))


def inception(lesson: Lesson) -> None:
    """The other network that the paper draws; on a screen of its own."""
    drawing, theme = drawing_of(_block(INCEPTION)), lesson.view.theme
    alt = _("Figure 2 of the paper, with a module of BN-Inception")
    if not lesson.presenting:
        st.image(se_inception_svg(drawing, theme, _), width=340, alt=alt)
        return
    left, right = st.columns(2)
    left.image(se_inception_svg(drawing, theme, _, inside=False), width=340, alt=alt)
    right.image(inception_branches_svg(drawing, theme, _), width=560, alt=_("Inside this Inception module"))


def numbers(lesson: Lesson) -> None:
    drawing = drawing_of(architecture(lesson.view).block(lesson.name))
    st.markdown(
        _("This is the unit of **{name}** in the network at hand, module `{path}`:").format(
            name=lesson.name, path=lesson.block.block.path
        )
    )
    width = 290 if lesson.presenting else 400
    st.image(unit_svg(drawing, lesson.view.theme, _), width=width, alt=unit_alt(drawing, _))
    blocks = architecture(lesson.view).blocks
    stages = sorted({block.stage for block in blocks})
    st.caption(
        _("{network} has {count} SE blocks, in the stages {stages}.").format(
            network=lesson.view.engine.network.title, count=len(blocks), stages=", ".join(map(str, stages))
        )
    )


def tries(lesson: Lesson) -> None:
    st.markdown(
        _(
            "**Does the place matter?** The paper tried five in ResNet-50 (Tables 14 and 15; top-1 error in per cent "
            "on ImageNet, each trained anew). Before the unit, on its identity or on the usual place it does alike; "
            "after the sum it does worse."
        )
    )
    for column, (name, title) in zip(st.columns(5), zip(POSITIONS, VARIANTS.values(), strict=True), strict=True):
        error = decimal(paper_system(name).top1_error, 2)
        with column:
            width: Literal["stretch"] | int = 180 if lesson.presenting else "stretch"
            st.image(se_variant_svg(drawing_of(_block(name)), lesson.view.theme, _), width=width, alt=title)
            st.markdown(_("{name}: **{error} %**").format(name=title, error=error))
    without = decimal(paper_system("table10-original").top1_error, 2)
    st.caption(_("Without SE: {error} %. The figures are the paper's, not measured by us.").format(error=without))
