"""Experiments: what can be concluded, accuracy and differences, curves, cost."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from se_explorer.analysis.experiment_seeds import Comparison
from se_explorer.figures import Theme
from se_explorer.figures.experiment_curves import MOST_CURVES
from se_explorer.language import _, sentences
from se_explorer.report.experiment_charts import (
    Curve,
    cost_chart,
    curve_chart,
    difference_chart,
    final_chart,
)
from se_explorer.report.experiment_page import conclusions
from se_explorer.report.experiment_tables import (
    cost_table,
    difference_table,
    final_table,
)
from se_explorer.report.experiment_words import tell_cost
from se_explorer.training.experiments import compared, step_ratio
from se_explorer.ui import address
from se_explorer.ui.charts import draw
from se_explorer.ui.experiments import Shown
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_accuracy", "draw_conclusions", "draw_cost", "draw_curves"]

CURVE = "curve"


def draw_conclusions(shown: Shown) -> None:
    """Sentences worked out from the intervals."""
    st.header(_("What can be concluded"), divider="green")
    for text in conclusions(shown.experiment, shown.base, shown.spoken):
        st.markdown(text)
    if any(len(runs.records) < 3 for runs in shown.experiment.runs):
        st.caption(
            _("With fewer than three seeds there is no interval over seeds: curves are thin lines, one for each seed.")
        )


def draw_accuracy(shown: Shown, theme: Theme) -> None:
    """Accuracy by recipe, and the differences from the base."""
    st.header(_("Accuracy"), divider="green")
    found = compared(shown.experiment, shown.base)
    left, right = st.columns(2, gap="medium")
    with left:
        draw(final_chart(shown.experiment, shown.names, theme), f"_final_{shown.key}")
    with right:
        if found:
            draw(difference_chart(found, shown.names[shown.base.key], shown.names, theme), f"_difference_{shown.key}")
        else:
            st.info(_("There is nothing to compare: no other recipe was tested on the same pictures."))
    st.caption(
        _(
            "Small rings are seeds, large signs their means. Whiskers are 95 % intervals: Student's t over three or "
            "more seeds; of a single seed Wilson's over the test pictures, which says nothing of other seeds. "
            "Recipes of one seed share the order of the pictures, the crops and, but for ResNet-50, the weights of "
            "common layers at the start, so that differences are taken seed by seed; p-values are adjusted by Holm's "
            "procedure for all recipes that are compared with the base."
        )
    )
    _draw_accuracy_tables(shown, found)


def _draw_accuracy_tables(shown: Shown, found: Mapping[str, Comparison]) -> None:
    percents = st.column_config.NumberColumn(format="%.2f")
    table = final_table(shown.experiment, shown.names)
    st.dataframe(
        table,
        hide_index=True,
        key=f"_final_table_{shown.key}",
        alt=_("Accuracy by recipe"),
        column_config=dict.fromkeys([*table.columns[2:5], *table.columns[6:8]], percents),
    )
    offer_csv(lambda: final_table(shown.experiment, shown.names), f"accuracy-{shown.key}")
    if found:
        differences = difference_table(found, shown.base, shown.names)
        fine = st.column_config.NumberColumn(format="%.4f")
        st.dataframe(
            differences,
            hide_index=True,
            key=f"_difference_table_{shown.key}",
            alt=_("Differences seed by seed"),
            column_config={
                **dict.fromkeys(differences.columns[3:6], percents),
                **dict.fromkeys(differences.columns[6:], fine),
            },
        )
        offer_csv(lambda: difference_table(found, shown.base, shown.names), f"differences-{shown.key}")


def draw_curves(shown: Shown, theme: Theme) -> None:
    """Loss and accuracy over the epochs."""
    st.header(_("Curves"), divider="green")
    kinds: dict[str, str] = {
        "loss": _("Training loss"),
        "accuracy": _("Training accuracy"),
        "validation": _("Test accuracy"),
    }
    choice = address.one_of(CURVE, list(kinds), "loss")
    choice.prepare()
    chosen = st.segmented_control(
        _("Curve"), list(kinds), format_func=kinds.__getitem__, required=True, key=CURVE, wrap=True
    )
    kind: Curve = choice.keep(chosen or choice.default)  # type: ignore[assignment]
    draw(curve_chart(shown.experiment, kind, shown.names, theme), f"_curves_{shown.key}_{kind}")
    told = _(
        "Bands are 95 % intervals of the mean over three or more seeds (Student's t), epoch by epoch and not for the "
        "whole curve. Training accuracy is of augmented pictures. The test split is measured now and then and decides "
        "nothing: the last epoch is the result."
    )
    if len(shown.experiment.runs) > MOST_CURVES:
        told = sentences(told, _("The first {count} recipes are drawn.").format(count=MOST_CURVES))
    st.caption(told)


def draw_cost(shown: Shown, theme: Theme) -> None:
    """Time and parameters."""
    st.header(_("Cost"), divider="orange")
    chart = cost_chart(shown.experiment, shown.names, theme)
    if chart is not None:
        draw(chart, f"_cost_{shown.key}")
    for runs in shown.experiment.runs:
        ratio = None if runs is shown.base else step_ratio(runs, shown.base)
        if ratio is not None:
            st.markdown(tell_cost(shown.spoken[runs.key], shown.spoken[shown.base.key], ratio))
    table = cost_table(shown.experiment, shown.base, shown.names)
    st.dataframe(table, hide_index=True, key=f"_cost_table_{shown.key}", alt=_("Cost by recipe"))
    offer_csv(lambda: cost_table(shown.experiment, shown.base, shown.names), f"cost-{shown.key}")
    st.caption(
        _(
            "A training's time a step is the median over its epochs of each epoch's median; here is the median of the "
            "seeds, with their range. It was taken while the machine did other work too, so that a ratio is worth more "
            "than a time; ratios are taken seed by seed, and only on one kind of machine with as many threads."
        )
    )
