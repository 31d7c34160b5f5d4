"""Ablate, one gate: a slider for a single channel."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import EditPlan, Trace
from se_explorer.language import _, decimal
from se_explorer.ui.blocks import choose_block, choose_channel
from se_explorer.ui.state import View, change_plan

__all__ = ["draw_channel_slider"]


def _set_gate(key: str, plan: EditPlan, block: str, channel: int) -> None:
    change_plan(plan.with_channel(block, channel, round(float(st.session_state[key]), 2)))


def _reset_gate(plan: EditPlan, block: str, channel: int) -> None:
    change_plan(plan.with_channel(block, channel, None))


def draw_channel_slider(view: View, before: Trace, after: Trace) -> None:
    """Choose a block and a channel, and turn that gate."""
    left, right = st.columns(2)
    with left:
        block = choose_block(view)
    with right:
        channel = choose_channel(before.block(block.name))
    measured = float(before.block(block.name).gates[channel])
    applied = float(after.block(block.name).applied[channel])
    edited = channel in dict(view.plan.of_block(block.name).channels)
    key = f"_gate_{block.name}_{channel}"
    st.session_state[key] = min(1.0, max(0.0, round(applied, 2)))
    st.slider(
        _("Gate of channel {channel} in {block}").format(channel=channel, block=block.name),
        0.0,
        1.0,
        step=0.01,
        key=key,
        on_change=_set_gate,
        args=(key, view.plan, block.name, channel),
    )
    by_hand = _("The network itself gives {measured}; applied now: {applied} (set by hand).")
    told = by_hand if edited else _("The network itself gives {measured}; applied now: {applied}.")
    st.caption(told.format(measured=decimal(measured, 4), applied=decimal(applied, 4)))
    st.button(
        _("Give this gate back"),
        disabled=not edited,
        on_click=_reset_gate,
        args=(view.plan, block.name, channel),
        key="_back",
    )
