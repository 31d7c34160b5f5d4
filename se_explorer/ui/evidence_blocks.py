"""Evidence, which blocks: attributions summed over a block's gates, beside what leaving the block out does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import Agreement, GateAttribution, ShapleyBlocks, Sweep, agreement, contributions
from se_explorer.figures import agreement_scatter, number, rank_bars
from se_explorer.ui import address
from se_explorer.ui.ablate_ranking import ROUNDING
from se_explorer.ui.ablate_sweep import about
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.evidence_methods import METHODS, attributed, measured, methods_of
from se_explorer.ui.evidence_overlays import tell_completeness
from se_explorer.ui.evidence_work import asked_for, offer
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["agreement_row", "choose_method", "draw_agreements", "draw_blocks", "noise_of", "tell_agreement"]


def choose_method(view: View) -> str:
    """The way of attributing that is looked at."""
    choice = address.one_of("evidence", methods_of(view), "gradient")
    choice.prepare()
    chosen = st.segmented_control(
        "Attribute by", methods_of(view), format_func=lambda key: METHODS[key].name, required=True, key="evidence"
    )
    method = choice.keep(chosen or "gradient")
    st.caption(METHODS[method].what)
    if not view.engine.network.gate_means:
        st.caption("Nobody has measured this network's mean gates, so that no line of gates can begin at them.")
    return method


def noise_of(sweep: Sweep) -> float:
    """What of a contribution is no more than rounding, in logits."""
    return ROUNDING * float(np.abs(sweep.baseline.logits).max())


def tell_agreement(found: Agreement) -> str:
    """The figures of an agreement in a sentence."""
    if not np.isfinite(found.spearman):
        return "One side is the same for all: there is no rank to compare."
    interval = ""
    if np.isfinite(found.spearman_low):
        interval = f" (95 % of resamples: {number(found.spearman_low)} to {number(found.spearman_high)})"
    return (
        f"Spearman {number(found.spearman)}{interval}, Kendall tau-b {number(found.kendall)} "
        f"(p = {found.kendall_p:.2g}), the same sign at {found.same_sign} of {found.signs}."
    )


def _tell_check(found: GateAttribution | ShapleyBlocks) -> None:
    if isinstance(found, ShapleyBlocks):
        errors = found.errors
        st.caption(
            f"{len(found.marginals)} random orders; the bars' whiskers are standard errors over them, at most "
            f"{number(float(errors.max()))}. The values add up to {number(found.check.total, signed=True)}, the logit "
            f"of the whole network less that with all blocks bypassed; gap {number(found.check.gap, signed=True)}."
        )
    elif found.check is not None:
        st.caption(tell_completeness(found.check, found.steps))
    elif found.drift is not None:
        st.caption(
            f"{found.steps} steps; the last doubling moved no block by more than {found.drift:.2%} of the largest."
        )


def _draw_charts(view: View, block: str, method: str, found: GateAttribution | ShapleyBlocks, real: np.ndarray) -> None:
    shown, names, values = METHODS[method], list(view.engine.channels), found.per_block
    order = np.argsort(-real, kind="stable")
    left, right = st.columns([3, 2], gap="large")
    with left:
        bars = rank_bars(
            [names[place] for place in order],
            values[order],
            real[order],
            view.theme,
            attributed_title=f"{shown.name}, logits",
            real_title=f"taken away if {shown.edit}, logits",
            selected=block,
            errors=found.errors[order] if isinstance(found, ShapleyBlocks) else None,
        )
        draw(bars, f"_evidence_bars_{view.network_key}_{method}", select_block)
    with right:
        points = agreement_scatter(
            names,
            values,
            real,
            view.theme,
            x_title=f"{shown.name}, logits",
            y_title="taken away by the ablation, logits",
            selected=block,
        )
        draw(points, f"_evidence_points_{view.network_key}_{method}", select_block)


def draw_blocks(view: View, block: str, method: str, target: int) -> None:
    """Bars with ranks, a scatter, and how well they agree; slow methods wait for a click."""
    shown, label = METHODS[method], view.engine.network.labels[target]
    found = attributed(view, method, "", target)
    if found is None:
        st.info("This one takes a while.")
        offer(view, [method], "", target, f"Work out {shown.within}")
        return
    sweep = measured(view, "leave-one-out", shown.mode, target)
    names, real, values = list(view.engine.channels), contributions(sweep), found.per_block
    _draw_charts(view, block, method, found, real)
    st.caption(
        f"Left: what {shown.within} gives each block of the logit of {label}. Right: what that logit loses when "
        f"the block alone is {shown.edit}. #1 speaks most for the class; each side has a scale of its own. A click "
        "leads to the block."
    )
    if len(names) > 1:
        st.markdown(f"**{tell_agreement(agreement(values, real, noise_of(sweep)))}**")
    _tell_check(found)
    _download(view, sweep, names, values, real, method)


def _download(view: View, sweep: Sweep, names: list[str], values: np.ndarray, real: np.ndarray, method: str) -> None:
    table = pd.DataFrame({"Block": names, METHODS[method].name: values, f"Taken away by {METHODS[method].mode}": real})
    csv = about(view, sweep, table)
    st.download_button(
        "Blocks as CSV", csv, "se-explorer-evidence.csv", "text/csv", on_click="ignore", key="_evidence_csv"
    )


def agreement_row(method: str, reference: str, found: Agreement) -> dict[str, str | float]:
    """One line of a table of agreements."""
    low, high = found.spearman_low, found.spearman_high
    return {
        "Attribution": METHODS[method].name,
        "Ablation": reference,
        "Spearman": found.spearman,
        "95 % of resamples": f"{low:.2f} to {high:.2f}" if np.isfinite(low) else "",
        "Kendall tau-b": found.kendall,
        "p": found.kendall_p,
        "Same sign": f"{found.same_sign} of {found.signs}",
    }


def draw_agreements(view: View, target: int) -> None:
    """All attributions that were worked out, each beside the ablation that fits it and beside bypassing."""
    st.subheader("Which attribution can be trusted here")
    if len(view.engine.blocks) < 2:
        st.caption("This network has a single SE block: there is nothing to rank.")
        return
    rows, missing = [], []
    for method in methods_of(view):
        if method != "gradient" and not asked_for(view, method, "", target):
            missing.append(method)
            continue
        found = attributed(view, method, "", target)
        assert found is not None
        for mode in dict.fromkeys((METHODS[method].mode, "off")):
            sweep = measured(view, "leave-one-out", mode, target)
            fits = "its own: " if mode == METHODS[method].mode else ""
            compared = agreement(found.per_block, contributions(sweep), noise_of(sweep))
            rows.append(agreement_row(method, f"{fits}{mode}", compared))
    figures = st.column_config.NumberColumn(format="%.2f")
    columns = {"Spearman": figures, "Kendall tau-b": figures, "p": st.column_config.NumberColumn(format="%.2g")}
    table = pd.DataFrame(rows)
    st.dataframe(table, hide_index=True, column_config=columns, key="_agreements")
    label = view.engine.network.labels[target]
    offer_csv(table, "agreements", {"Network": view.network_key, "Picture": view.picture.name, "Class": label})
    st.caption(
        f"{len(view.engine.blocks)} blocks, this picture, this class. 1: the ablation ranks the blocks as the "
        "attribution does; 0: it tells nothing. Resampling the blocks says how far a figure hangs on single ones; "
        "another picture can differ more. Blank: the gates that the mean-coloured picture opens."
    )
    if missing:
        offer(view, missing, "", target, "Work out the others too")
