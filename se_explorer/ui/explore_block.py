"""Explore, one block: its squeeze, hidden units and gates, and how many of them are at an end of their range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import streamlit as st

from se_explorer.analysis import GateStates, gate_states
from se_explorer.engine import Block, BlockTrace
from se_explorer.figures import channel_bars, hidden_bars
from se_explorer.ui import address
from se_explorer.ui.blocks import select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.state import View

__all__ = [
    "Sorting",
    "channel_order",
    "choose_sorting",
    "chosen_unit",
    "describe_block",
    "draw_block",
    "select_unit",
]

Sorting = Literal["channel", "gate", "z", "energy"]
SORTINGS: dict[Sorting, str] = {
    "channel": "Channel number",
    "gate": "Gate",
    "z": "Squeeze z",
    "energy": "Energy removed",
}
UNIT = "_hidden_unit"


def choose_sorting() -> Sorting:
    """By what the channels are sorted."""
    choice = address.one_of("sort", list(SORTINGS), "gate")
    choice.prepare()
    chosen: Sorting = st.selectbox("Sort channels by", list(SORTINGS), format_func=SORTINGS.__getitem__, key="sort")
    choice.keep(chosen)
    return chosen


def channel_order(trace: BlockTrace, sorting: Sorting) -> np.ndarray:
    """Channels in the order in which they are shown; the largest first, except by number."""
    if sorting == "channel":
        return np.arange(len(trace.gates))
    values = {"gate": trace.applied, "z": trace.squeeze, "energy": trace.energy_removed}[sorting]
    return np.argsort(-values, kind="stable")


def describe_block(block: Block) -> None:
    """The block in one line."""
    facts = block.facts
    hidden = f"{facts.hidden_units} hidden units (r = {facts.reduction:g})" if facts.hidden_units else "one layer only"
    st.caption(
        f"{block.name}: {facts.channels} channels of {block.height} x {block.width}, {hidden}, {facts.gate} gate, "
        f"{facts.parameters:,} parameters, module `{block.path}`"
    )


def _tell_states(view: View, trace: BlockTrace, found: GateStates) -> None:
    count = len(trace.gates)
    parts = [
        f"**{len(found.open)}** of {count} gates saturated open (at least 0.99)",
        f"**{len(found.shut)}** saturated shut (at most 0.01)",
    ]
    if found.dead is not None:
        parts.append(f"**{len(found.dead)}** dead (standard deviation under 0.01 over the training split)")
    if len(trace.hidden):
        parts.append(f"**{len(found.silent)}** of {len(trace.hidden)} hidden units silent")
    st.markdown("; ".join(parts) + ".")
    if (trace.applied != trace.gates).any():
        mode = view.plan.of_block(trace.block.name).mode or "single channels"
        st.info(f"This block is edited: the gates shown are those applied ({mode}).")


def draw_block(view: View, trace: BlockTrace, sorting: Sorting, channel: int) -> None:
    """The three charts of the block."""
    name = trace.block.name
    found = gate_states(trace, view.engine.network.gate_deviations.get(name))
    _tell_states(view, trace, found)
    marks = {"saturated open": found.open, "saturated shut": found.shut, "dead": found.dead or ()}
    order = channel_order(trace, sorting)
    left, middle, right = st.columns(3)
    with left:
        _draw_channels(view, trace, "z", sorting, order, channel)
    with middle:
        _draw_hidden(view, trace)
    with right:
        _draw_channels(view, trace, "s", sorting, order, channel, marks)


def _draw_channels(
    view: View,
    trace: BlockTrace,
    role: Literal["z", "s"],
    sorting: Sorting,
    order: np.ndarray,
    channel: int,
    marks: Mapping[str, Sequence[int]] | None = None,
) -> None:
    values, title, unit = {
        "z": (trace.squeeze, "Squeeze z", f"{trace.block.facts.squeeze} of the map"),
        "s": (trace.applied, "Gates s", "gate"),
    }[role]
    figure = channel_bars(
        values,
        order,
        role,
        channel,
        {name: np.array(found, int) for name, found in (marks or {}).items()},
        view.theme,
        title,
        unit,
        x_title=f"channels, sorted by {SORTINGS[sorting].lower()}",
        limits=(0, 1) if role == "s" and values.max() <= 1 else None,
    )
    draw(figure, f"_{role}_{view.network_key}_{trace.block.name}_{sorting}", select_channel)


def select_unit(unit: Any) -> None:
    st.session_state[UNIT] = int(unit)


def chosen_unit(trace: BlockTrace) -> int | None:
    """The hidden unit that is looked at, if one was chosen and the block has it."""
    unit = st.session_state.get(UNIT)
    return unit if isinstance(unit, int) and unit < len(trace.hidden) else None


def _draw_hidden(view: View, trace: BlockTrace) -> None:
    if not len(trace.hidden):
        st.info("This block has a single layer: its gates come straight from z, there are no hidden units.")
        return
    figure = hidden_bars(
        trace.hidden,
        np.arange(len(trace.hidden)),
        chosen_unit(trace),
        view.theme,
        "Hidden units",
        "activation",
        x_title="hidden units, by number",
    )
    draw(figure, f"_hidden_{view.network_key}_{trace.block.name}", select_unit)
