"""Explore, one block: its squeeze, hidden units and gates, and how many of them are at an end of their range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import streamlit as st

from se_explorer.analysis import GateStates, gate_states
from se_explorer.engine import Block, BlockTrace
from se_explorer.figures import channel_bars, gate_limits, hidden_bars
from se_explorer.language import _, whole
from se_explorer.report.words import gate_marks, gate_word, of_the_map
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
SORTINGS: tuple[Sorting, ...] = ("channel", "gate", "z", "energy")
UNIT = "_hidden_unit"


def _sorting_names() -> dict[Sorting, str]:
    return {
        "channel": _("Channel number"),
        "gate": _("Gate"),
        "z": _("Squeeze z"),
        "energy": _("Energy removed"),
    }


def choose_sorting() -> Sorting:
    """By what the channels are sorted."""
    choice = address.one_of("sort", SORTINGS, "gate")
    choice.prepare()
    chosen: Sorting = st.selectbox(
        _("Sort channels by"), SORTINGS, format_func=_sorting_names().__getitem__, key="sort"
    )
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
    hidden = _("one layer only")
    if facts.hidden_units:
        hidden = _("{count} hidden units (r = {ratio})").format(count=facts.hidden_units, ratio=f"{facts.reduction:g}")
    st.caption(
        _(
            "{name}: {channels} channels of {height} x {width}, {hidden}, {gate} gate, {parameters} parameters, "
            "module {path}"
        ).format(
            name=block.name,
            channels=facts.channels,
            height=block.height,
            width=block.width,
            hidden=hidden,
            gate=gate_word(facts.gate),
            parameters=whole(facts.parameters),
            path=f"`{block.path}`",
        )
    )


def _tell_states(view: View, trace: BlockTrace, found: GateStates) -> None:
    count = len(trace.gates)
    parts = [
        _("**{open}** of {count} gates saturated open (at least 0.99)").format(open=len(found.open), count=count),
        _("**{shut}** saturated shut (at most 0.01)").format(shut=len(found.shut)),
    ]
    if found.dead is not None:
        told = _("**{dead}** dead (standard deviation under 0.01 over the training split)")
        parts.append(told.format(dead=len(found.dead)))
    if len(trace.hidden):
        told = _("**{silent}** of {count} hidden units silent")
        parts.append(told.format(silent=len(found.silent), count=len(trace.hidden)))
    st.markdown(_("{parts}.").format(parts=_("; ").join(parts)))
    if (trace.applied != trace.gates).any():
        mode = view.plan.of_block(trace.block.name).mode
        edit = _("single channels") if mode is None else f"`{mode}`"
        st.info(_("This block is edited: the gates shown are those applied ({mode}).").format(mode=edit))


def draw_block(view: View, trace: BlockTrace, sorting: Sorting, channel: int) -> None:
    """The three charts of the block."""
    name = trace.block.name
    found = gate_states(trace, view.engine.network.gate_deviations.get(name))
    _tell_states(view, trace, found)
    marks = gate_marks(found)
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
        "z": (trace.squeeze, _("Squeeze z"), of_the_map(trace.block.facts.squeeze)),
        "s": (trace.applied, _("Gates s"), _("gate")),
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
        x_title=_("channels, sorted by {value}").format(value=_sorting_names()[sorting].lower()),
        limits=gate_limits(values) if role == "s" else None,
        unit=_("channel"),
        say=_,
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
        st.info(_("This block has a single layer: its gates come straight from z, there are no hidden units."))
        return
    figure = hidden_bars(
        trace.hidden,
        np.arange(len(trace.hidden)),
        chosen_unit(trace),
        view.theme,
        _("Hidden units"),
        _("activation"),
        x_title=_("hidden units, by number"),
        say=_,
    )
    draw(figure, f"_hidden_{view.network_key}_{trace.block.name}", select_unit)
