"""Explore, why this gate: the exact sum behind its pre-activation, and behind one hidden unit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from se_explorer.analysis import Circuit, gate_circuit, hidden_circuit
from se_explorer.engine import BlockTrace
from se_explorer.language import _, decimal
from se_explorer.report import circuit_chart
from se_explorer.report.words import gate_word
from se_explorer.ui.blocks import select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.explore_block import chosen_unit, select_unit
from se_explorer.ui.state import View

__all__ = ["draw_why"]

NUMBER = "_hidden_unit_number"


def _draw_circuit(circuit: Circuit, title: str, key: str, view: View, choose: Any) -> None:
    draw(circuit_chart(circuit, view.theme, title, _), key, choose)


def draw_why(view: View, block: BlockTrace, channel: int) -> None:
    """Two waterfalls that add up: hidden units to the gate, squeezed channels to one hidden unit."""
    found = view.engine.found(block.block.name)
    layers = found.adapter.layers(found.module)
    circuit = gate_circuit(block, layers, channel)
    facts = block.block.facts
    st.markdown(
        _(
            "Gate {channel} of {block} is **{gate}**, the {function} of **{preactivation}**, and that is this sum, "
            "nothing left out:"
        ).format(
            channel=channel,
            block=block.block.name,
            gate=decimal(block.gates[channel], 4),
            function=gate_word(facts.gate),
            preactivation=decimal(block.preactivation[channel], 4),
        )
    )
    left, right = st.columns(2)
    with left:
        title = _("Pre-activation of gate {channel}").format(channel=channel)
        choose = select_unit if circuit.source == "hidden" else select_channel
        _draw_circuit(circuit, title, f"_why_{block.block.name}_{channel}", view, choose)
    if circuit.source != "hidden":
        return
    with right:
        _draw_unit(view, block, layers, circuit)


def _take_number() -> None:
    select_unit(st.session_state[NUMBER])


def _draw_unit(view: View, block: BlockTrace, layers: Any, circuit: Circuit) -> None:
    unit = chosen_unit(block)
    unit = circuit.terms[0].index if unit is None else unit
    st.session_state[NUMBER] = unit  # whether it was clicked or typed
    st.number_input(_("Hidden unit"), 0, len(block.hidden) - 1, key=NUMBER, on_change=_take_number)
    inner = hidden_circuit(block, layers, unit)
    title = _("Into hidden unit {unit}").format(unit=unit)
    _draw_circuit(inner, title, f"_unit_{block.block.name}_{unit}", view, select_channel)
    st.caption(
        _(
            "Hidden unit {unit}: the {function} of {sum} is {value}. Click a hidden unit on the left, or give its "
            "number, to see its own sum."
        ).format(
            unit=unit,
            function=block.block.facts.activation,
            sum=decimal(inner.total, 4),
            value=decimal(block.hidden[unit], 4),
        )
    )
