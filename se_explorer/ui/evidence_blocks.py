"""Evidence, which blocks: attributions summed over a block's gates, beside what leaving the block out does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import Agreement, GateAttribution, ShapleyBlocks, Sweep, agreement, contributions
from se_explorer.figures import agreement_scatter, number, rank_bars
from se_explorer.language import _, decimal, percent
from se_explorer.ui import address
from se_explorer.ui.ablate_ranking import ROUNDING
from se_explorer.ui.ablate_sweep import about
from se_explorer.ui.blocks import select_block
from se_explorer.ui.charts import draw
from se_explorer.ui.evidence_methods import METHODS, attributed, measured, methods_of, told_mode
from se_explorer.ui.evidence_overlays import tell_completeness
from se_explorer.ui.evidence_work import asked_for, offer
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = [
    "agreement_row",
    "attributed_columns",
    "choose_method",
    "draw_agreements",
    "draw_blocks",
    "noise_of",
    "tell_agreement",
]


def choose_method(view: View) -> str:
    """The way of attributing that is looked at."""
    names = {key: METHODS[key].name for key in methods_of(view)}
    choice = address.one_of("evidence", list(names), "gradient")
    choice.prepare()
    chosen = st.segmented_control(
        _("Attribute by"), list(names), format_func=names.__getitem__, required=True, key="evidence", wrap=True
    )
    method = choice.keep(chosen or "gradient")
    st.caption(METHODS[method].what)
    if not view.engine.network.gate_means:
        st.caption(_("Nobody has measured this network's mean gates, so that no line of gates can begin at them."))
    return method


def noise_of(sweep: Sweep) -> float:
    """What of a contribution is no more than rounding, in logits."""
    return ROUNDING * float(np.abs(sweep.baseline.logits).max())


def tell_agreement(found: Agreement) -> str:
    """The figures of an agreement in a sentence."""
    if not np.isfinite(found.spearman):
        return _("One side is the same for all: there is no rank to compare.")
    interval = ""
    if np.isfinite(found.spearman_low):
        interval = _(" (95 % of resamples: {low} to {high})").format(
            low=number(found.spearman_low), high=number(found.spearman_high)
        )
    return _("Spearman {rho}{interval}, Kendall tau-b {tau} (p = {p}), the same sign at {same} of {signs}.").format(
        rho=number(found.spearman),
        interval=interval,
        tau=number(found.kendall),
        p=f"{found.kendall_p:.2g}",
        same=found.same_sign,
        signs=found.signs,
    )


def _tell_check(found: GateAttribution | ShapleyBlocks) -> None:
    if isinstance(found, ShapleyBlocks):
        errors = found.errors
        st.caption(
            _(
                "{count} random orders; the bars' whiskers are standard errors over them, at most {error}. The values "
                "add up to {total}, the logit of the whole network less that with all blocks bypassed; gap {gap}."
            ).format(
                count=len(found.marginals),
                error=number(float(errors.max())),
                total=number(found.check.total, signed=True),
                gap=number(found.check.gap, signed=True),
            )
        )
    elif found.check is not None:
        st.caption(tell_completeness(found.check, found.steps))
    elif found.drift is not None:
        st.caption(
            _("{steps} steps; the last doubling moved no block by more than {drift} of the largest.").format(
                steps=found.steps, drift=percent(found.drift, 2)
            )
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
            attributed_title=_("{method}, logits").format(method=shown.name),
            real_title=_("taken away if {edit}, logits").format(edit=shown.edit),
            selected=block,
            errors=found.errors[order] if isinstance(found, ShapleyBlocks) else None,
            say=_,
        )
        draw(bars, f"_evidence_bars_{view.network_key}_{method}", select_block)
    with right:
        points = agreement_scatter(
            names,
            values,
            real,
            view.theme,
            x_title=_("{method}, logits").format(method=shown.name),
            y_title=_("taken away by the ablation, logits"),
            selected=block,
            say=_,
        )
        draw(points, f"_evidence_points_{view.network_key}_{method}", select_block)


def draw_blocks(view: View, block: str, method: str, target: int) -> None:
    """Bars with ranks, a scatter, and how well they agree; slow methods wait for a click."""
    shown, label = METHODS[method], view.engine.network.labels[target]
    found = attributed(view, method, "", target)
    if found is None:
        st.info(_("This one takes a while."))
        offer(view, [method], "", target, _("Work out {method}").format(method=shown.within), "blocks")
        return
    sweep = measured(view, "leave-one-out", shown.mode, target)
    names, real, values = list(view.engine.channels), contributions(sweep), found.per_block
    _draw_charts(view, block, method, found, real)
    st.caption(
        _(
            "Left: what {method} gives each block of the logit of {label}. Right: what that logit loses when the block "
            "alone is {edit}. #1 speaks most for the class; each side has a scale of its own. A click leads to the "
            "block."
        ).format(method=shown.within, label=label, edit=shown.edit)
    )
    if len(names) > 1:
        st.markdown(f"**{tell_agreement(agreement(values, real, noise_of(sweep)))}**")
    _tell_check(found)
    offer_csv(
        lambda: pd.DataFrame({"Block": names, **attributed_columns(method, values, METHODS[method].mode, real)}),
        "evidence",
        lambda: about(view, sweep),
        label=_("Blocks as CSV"),
    )


def attributed_columns(method: str, values: np.ndarray, mode: str, real: np.ndarray) -> dict[str, np.ndarray]:
    """An attribution and what the ablation took away, both in logits, for a file alone."""
    return {METHODS[method].name: values, f"Taken away by {told_mode(mode)}": real}


def agreement_row(method: str, reference: str, found: Agreement) -> dict[str, str | float]:
    """One line of a table of agreements."""
    low, high = found.spearman_low, found.spearman_high
    return {
        _("Attribution"): METHODS[method].name,
        _("Ablation"): reference,
        "Spearman": found.spearman,
        _("95 % of resamples"): _("{low} to {high}").format(low=decimal(low, 2), high=decimal(high, 2))
        if np.isfinite(low)
        else "",
        "Kendall tau-b": found.kendall,
        "p": found.kendall_p,
        _("Same sign"): _("{same} of {signs}").format(same=found.same_sign, signs=found.signs),
    }


def _agreement_table(found: list[tuple[str, str, Agreement]]) -> pd.DataFrame:
    """Of attributions, each with the mode of the ablation that it is held against."""
    rows = []
    for method, mode, compared in found:
        told = told_mode(mode)
        reference = _("its own: {mode}").format(mode=told) if mode == METHODS[method].mode else told
        rows.append(agreement_row(method, reference, compared))
    return pd.DataFrame(rows)


def draw_agreements(view: View, target: int) -> None:
    """All attributions that were worked out, each beside the ablation that fits it and beside bypassing."""
    st.header(_("Which attribution can be trusted here"))
    if len(view.engine.blocks) < 2:
        st.caption(_("This network has a single SE block: there is nothing to rank."))
        return
    found: list[tuple[str, str, Agreement]] = []
    missing = []
    for method in methods_of(view):
        if method != "gradient" and not asked_for(view, method, "", target):
            missing.append(method)
            continue
        attribution = attributed(view, method, "", target)
        assert attribution is not None
        for mode in dict.fromkeys((METHODS[method].mode, "off")):
            sweep = measured(view, "leave-one-out", mode, target)
            compared = agreement(attribution.per_block, contributions(sweep), noise_of(sweep))
            found.append((method, mode, compared))
    figures = st.column_config.NumberColumn(format="%.2f")
    columns = {"Spearman": figures, "Kendall tau-b": figures, "p": st.column_config.NumberColumn(format="%.2g")}
    st.dataframe(_agreement_table(found), hide_index=True, column_config=columns, key="_agreements")
    label = view.engine.network.labels[target]
    constants = {"Network": view.network_key, "Picture": view.picture.name, "Class": label}
    offer_csv(lambda: _agreement_table(found), "agreements", lambda: constants)
    st.caption(
        _(
            "{count} blocks, this picture, this class. 1: the ablation ranks the blocks as the attribution does; 0: it "
            "tells nothing. Resampling the blocks says how far a figure hangs on single ones; another picture can "
            "differ more. Blank: the gates that the mean-coloured picture opens."
        ).format(count=len(view.engine.blocks))
    )
    if missing:
        offer(view, missing, "", target, _("Work out the others too"), "others")
