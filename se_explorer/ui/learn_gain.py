"""Learn, what it brings: the paper's figures, and what the network at hand does without its gates."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from se_explorer.engine import EditPlan, Mode
from se_explorer.language import _, decimal, percent
from se_explorer.models import Card
from se_explorer.models.paper import paper_system, paper_systems
from se_explorer.ui.caches import trace_of
from se_explorer.ui.header import baseline
from se_explorer.ui.learn_lesson import Lesson
from se_explorer.ui.state import View

__all__ = ["all_bypassed", "idea", "numbers", "tries"]


def idea(_lesson: Lesson) -> None:
    st.markdown(
        _(
            "Every network that the paper tried became better with SE. Networks were trained twice by the same recipe, "
            "without and with; the gain is the difference of their errors on pictures that they had not seen."
        )
    )
    plain, gated = paper_system("table2-resnet50"), paper_system("table2-resnet50-se")
    gain = plain.top1_error - gated.top1_error
    st.latex(
        rf"{plain.top1_error:.2f}\,\% - {gated.top1_error:.2f}\,\% = \mathbf{{{gain:.2f}}}"
        rf"\qquad \frac{{{gain:.2f}}}{{{plain.top1_error:.2f}}} = {100 * gain / plain.top1_error:.1f}\,\%"
    )
    st.markdown(
        _(
            "That is ResNet-50 and SE-ResNet-50 on ImageNet (Table 2, top-1, single crop): about one of sixteen errors "
            "is gone, for 0.26 % more multiply-adds. SE-ResNet-50 with {with_se} % comes near ResNet-101, "
            "{deeper} %, at half its cost."
        ).format(with_se=decimal(gated.top1_error, 2), deeper=decimal(paper_system("table2-resnet101").top1_error, 2))
    )


def numbers(lesson: Lesson) -> None:
    rows = []
    for plain in paper_systems():
        if plain.table in (2, 3) and plain.insertion is None:
            gated = paper_system(f"{plain.id}-se")
            gain = plain.top1_error - gated.top1_error
            rows.append((plain.row, plain.top1_error, gated.top1_error, gain, 100 * gain / plain.top1_error))
    names = (
        _("Network"),
        _("Error without SE (%)"),
        _("Error with SE (%)"),
        _("Gain (points)"),
        _("Of all errors (%)"),
    )
    config = dict.fromkeys(names[1:4], st.column_config.NumberColumn(format="%.2f"))
    config[names[4]] = st.column_config.NumberColumn(format="%.1f")
    height = 34 if lesson.presenting else None
    table = pd.DataFrame(rows, columns=names)
    st.dataframe(table, hide_index=True, column_config=config, key="_learn_gain", row_height=height)
    st.caption(
        _("Tables 2 and 3 of the paper, its own re-implementations: top-1 error on ImageNet. Not measured by us.")
    )
    card = lesson.view.engine.network.card
    if isinstance(card, Card) and lesson.view.engine.network.weights == "pretrained":
        found = card.accuracy
        st.markdown(
            _("Measured by us: **{network}** answers {share} ({low} to {high}) of the {split} rightly.").format(
                network=lesson.view.engine.network.title,
                share=percent(found.top1, 2),
                low=percent(found.low, 2),
                high=percent(found.high, 2),
                split=_(found.split),
            )
        )


def all_bypassed(view: View) -> EditPlan:
    """Every block bypassed."""
    plan = EditPlan()
    for block in view.engine.blocks:
        plan = plan.with_mode(block.name, Mode.parse("off"))
    return plan


def tries(lesson: Lesson) -> None:
    view = lesson.view
    before = baseline(view).top(1)[0]
    after = trace_of(view.engine, view.picture, all_bypassed(view))
    same, answer = after.prediction(before.index), after.top(1)[0]
    st.markdown(
        _(
            "**This network without its gates.** With every block bypassed (all gates 1), {label} goes from {before} "
            "to {after}; the answer is {answer} with {share}."
        ).format(
            label=before.label,
            before=percent(before.probability),
            after=percent(same.probability),
            answer=answer.label,
            share=percent(answer.probability),
        )
    )
    st.caption(
        _(
            "This is an intervention: the layers were trained with the gates and now miss them. It is no measure of "
            "what a network trained without SE would do; that is what the table is for."
        )
    )
    st.page_link("pages/ablate.py", label=_("Switch blocks off one by one: Ablate"), icon=":material/toggle_off:")
