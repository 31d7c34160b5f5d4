"""Evidence, which gates of the block at hand: attributions of its channels, beside what editing each alone does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import GateAttribution, agreement, contributions
from se_explorer.engine import BlockTrace
from se_explorer.figures import agreement_scatter, channel_bars, number
from se_explorer.language import _
from se_explorer.ui.ablate_sweep import about, tell_cost
from se_explorer.ui.blocks import choose_channel, select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.evidence_blocks import attributed_columns, noise_of, tell_agreement
from se_explorer.ui.evidence_methods import METHODS, attributed, measured, told_mode
from se_explorer.ui.evidence_overlays import tell_completeness
from se_explorer.ui.evidence_work import asked_for, offer
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv

__all__ = ["draw_channels"]


def _mode(view: View, method: str) -> str:
    """The ablation of single gates that a method is held against."""
    mode = METHODS[method].channel_mode
    return "zero" if mode == "mean" and not view.engine.network.gate_means else mode


def draw_channels(view: View, trace: BlockTrace, method: str, target: int) -> None:
    """The strongest gates at once; the ablation of every gate when somebody asks for it."""
    block = trace.block.name
    st.header(_("Which gates of {block}").format(block=block))
    if not METHODS[method].channel_mode:
        st.caption(_("Shapley values are of whole blocks. Choose another way of attributing to see single gates."))
        return
    channel = choose_channel(trace)
    alone = block if method == "integrated" else ""
    if method == "conductance" and not asked_for(view, method, "", target):
        st.caption(_("Once conductance is worked out, it stands here gate by gate."))
        return
    found = attributed(view, method, alone, target)
    if found is None:
        label = _("{method} of {block}'s gates").format(method=METHODS[method].name, block=block)
        offer(view, [method], alone, target, label, "channels")
        return
    assert isinstance(found, GateAttribution)
    values = found.values[block]
    _draw_bars(view, block, method, values, channel)
    if method == "integrated" and found.check is not None:
        told = _("Of {block} alone, later gates answering. {completeness}")
        st.caption(told.format(block=block, completeness=tell_completeness(found.check, found.steps)))
    _draw_ablation(view, block, method, values, channel, target)


def _draw_bars(view: View, block: str, method: str, values: np.ndarray, channel: int) -> None:
    figure = channel_bars(
        values,
        np.argsort(-values, kind="stable"),
        "s",
        channel,
        {},
        view.theme,
        y_title=_("{method}, logits").format(method=METHODS[method].name),
        x_title=_("channels, from the one that speaks most for the class to the one that speaks most against it"),
        unit=_("channel"),
        say=_,
    )
    draw(figure, f"_evidence_channels_{view.network_key}_{block}_{method}", select_channel)
    st.caption(
        _("{method} of channel {channel}: {value} logits; all {count} channels together: {sum}.").format(
            method=METHODS[method].name,
            channel=channel,
            value=number(float(values[channel]), signed=True),
            count=len(values),
            sum=number(float(values.sum()), signed=True),
        )
    )


def _draw_ablation(view: View, block: str, method: str, values: np.ndarray, channel: int, target: int) -> None:
    mode = _mode(view, method)
    asked = f"channels {mode}"
    if not asked_for(view, asked, block, target):
        st.caption(
            _("What does the network really do when each of the {count} gates is edited alone?").format(
                count=len(values)
            )
        )
        offer(view, [asked], block, target, _("Edit each gate alone ({mode})").format(mode=told_mode(mode)), "gates")
        return
    sweep = measured(view, f"channels:{block}", mode, target)
    real = contributions(sweep)
    names = [str(place) for place in range(len(values))]
    points = agreement_scatter(
        names,
        values,
        real,
        view.theme,
        x_title=_("{method}, logits").format(method=METHODS[method].name),
        y_title=_("taken away if the gate alone is edited ({mode}), logits").format(mode=told_mode(mode)),
        selected=str(channel),
        say=_,
    )
    draw(points, f"_evidence_channel_points_{view.network_key}_{block}_{method}", select_channel)
    st.markdown(f"**{tell_agreement(agreement(values, real, noise_of(sweep)))}**")
    near = _(" The nearest that a sweep offers: its line begins at other gates.") if method == "conductance" else ""
    st.caption(_("One point a channel. {cost}{near}").format(cost=tell_cost(view, sweep), near=near))
    offer_csv(
        lambda: pd.DataFrame({"Channel": names, **attributed_columns(method, values, mode, real)}),
        "gates",
        lambda: about(view, sweep),
        label=_("Gates as CSV"),
    )
