"""The sections of a report that tell of one block: its squeeze, hidden units and gates, why a gate opened, its maps."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from se_explorer.analysis import Circuit, GateStates, gate_circuit, gate_states, hidden_circuit
from se_explorer.figures import channel_bars, colour_scale_png, hidden_bars, overlay, pair_sprite
from se_explorer.report.charts import circuit_chart, map_limits
from se_explorer.report.parts import Chart, Image, Part, Section, Table, Text
from se_explorer.report.present import Present
from se_explorer.report.sections import seen_pixels

__all__ = ["block", "maps", "why"]

SPRITE = 24  # pairs of maps
COLUMNS = 6


def _states(state: Present) -> GateStates:
    return gate_states(state.block, state.engine.network.gate_deviations.get(state.block.block.name))


def _told(state: Present, found: GateStates) -> str:
    trace, facts = state.block, state.block.block.facts
    dead = "" if found.dead is None else f", {len(found.dead)} dead (standard deviation under 0.01 over training data)"
    hidden = f" {len(found.silent)} of {len(trace.hidden)} hidden units are silent." if len(trace.hidden) else ""
    return (
        f"{trace.block.name} is module {trace.block.path}: {facts.channels} channels of {trace.block.height} x "
        f"{trace.block.width}, {facts.gate} gate. Of its gates {len(found.open)} are saturated open (at least 0.99), "
        f"{len(found.shut)} saturated shut (at most 0.01){dead}.{hidden}"
    )


def _bars(state: Present, role: Literal["z", "s"], found: GateStates) -> Chart:
    trace = state.block
    values, title, unit = {
        "z": (trace.squeeze, "Squeeze z", f"{trace.block.facts.squeeze} of the map"),
        "s": (trace.applied, "Gates s, as applied", "gate"),
    }[role]
    marks = (
        {"saturated open": found.open, "saturated shut": found.shut, "dead": found.dead or ()} if role == "s" else {}
    )
    order = np.argsort(-trace.applied, kind="stable")
    limits = (0.0, 1.0) if role == "s" and values.max() <= 1 else None
    x_title = "channels, sorted by gate"
    figure = channel_bars(
        values, order, role, state.channel, marks, "light", title, unit, x_title=x_title, limits=limits
    )
    return Chart(figure, f"{role}-{trace.block.name}")


def block(state: Present) -> Section:
    """The block's squeeze, hidden units and gates."""
    trace, found = state.block, _states(state)
    parts: list[Part] = [Text(_told(state, found)), _bars(state, "z", found)]
    if len(trace.hidden):
        order, x_title = np.arange(len(trace.hidden)), "hidden units, by number"
        title = "Hidden units"
        figure = hidden_bars(trace.hidden, order, None, "light", title, "activation", x_title=x_title)
        parts.append(Chart(figure, f"hidden-{trace.block.name}"))
    parts.append(_bars(state, "s", found))
    columns = {
        "Channel": np.arange(len(trace.gates)),
        "Squeeze z": trace.squeeze,
        "Pre-activation": trace.preactivation,
        "Gate s": trace.gates,
        "Gate as applied": trace.applied,
        "Mean square of u": trace.energy,
        "Mean square removed": trace.energy_removed,
        "Least u": trace.low,
        "Largest u": trace.high,
    }
    told = f"Every channel of {trace.block.name}"
    parts.append(Table(pd.DataFrame(columns), f"channels-{trace.block.name}", told, folded=True))
    if len(trace.hidden):
        units = pd.DataFrame({"Hidden unit": np.arange(len(trace.hidden)), "Activation": trace.hidden})
        told = f"Hidden units of {trace.block.name}"
        parts.append(Table(units, f"hidden-{trace.block.name}", told, folded=True))
    return Section(f"Block {trace.block.name}", parts)


def _terms(circuit: Circuit) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Hidden unit" if circuit.source == "hidden" else "Channel": [term.index for term in circuit.terms],
            "Weight": [term.weight for term in circuit.terms],
            "Value": [term.value for term in circuit.terms],
            "Contribution": [term.contribution for term in circuit.terms],
        }
    )


def _circuit(circuit: Circuit, title: str, name: str) -> list[Part]:
    bias = f"; the bias adds {circuit.bias!r}" if circuit.bias else ""
    told = f"{title}: every term; the sum is {circuit.total!r}{bias}"
    figure = circuit_chart(circuit, "light", title)
    return [Chart(figure, name), Table(_terms(circuit), name, told, folded=True)]


def why(state: Present) -> Section:
    """The exact sums behind the chosen gate and behind the hidden unit that adds most to it."""
    trace, channel = state.block, state.channel
    found = state.engine.found(trace.block.name)
    layers = found.adapter.layers(found.module)
    circuit = gate_circuit(trace, layers, channel)
    told = (
        f"Gate {channel} of {trace.block.name} is {trace.gates[channel]:.6f}, the {trace.block.facts.gate} of "
        f"{trace.preactivation[channel]:.6f}, and that is this sum, nothing left out."
    )
    parts: list[Part] = [Text(told), *_circuit(circuit, f"Pre-activation of gate {channel}", f"why-gate-{channel}")]
    if circuit.source == "hidden":
        unit = circuit.terms[0].index
        inner = hidden_circuit(trace, layers, unit)
        parts += _circuit(inner, f"Into hidden unit {unit}", f"why-unit-{unit}")
    return Section(f"Why gate {channel} of {trace.block.name} opened", parts)


def maps(state: Present) -> Section:
    """The chosen channel over the picture, and the channels of the largest gates, before and after."""
    trace, channel = state.block, state.channel
    name, seen = trace.block.name, seen_pixels(state)
    limit = float(map_limits((trace,), trace, np.array([channel]), False)[0])
    gate, u = float(trace.applied[channel]), trace.kept_maps[channel]
    parts: list[Part] = [
        Text(
            f"One colour scale for all maps of {name}, from {-limit:.4g} to {limit:.4g}: blue is negative, white zero, "
            "orange positive."
        )
    ]
    for title, values, file in (("u", u, "u"), (f"x~ = {gate:.4f} u", u * gate, "x")):
        extent = f"values {values.min():.4g} to {values.max():.4g}"
        told = f"Channel {channel} of {name}, {title}, over what the network saw; {extent}"
        parts.append(Image(overlay(seen, values, limit, 0.85), f"{file}-{name}-{channel}", told, told))
    shown = np.argsort(-trace.applied, kind="stable")[:SPRITE]
    before, gates = trace.kept_maps[shown], trace.applied[shown]
    sprite = pair_sprite(
        before,
        before * gates[:, None, None],
        map_limits((trace,), trace, shown, False),
        [str(number) for number in shown],
        [float(value) for value in gates],
        columns=COLUMNS,
        tile=48,
        theme="light",
    )
    caption = "Each pair: u on the left, x~ = s u on the right; above it the channel and its gate. The largest gates."
    parts.append(Image(sprite.png, f"maps-{name}", sprite.alt, caption))
    scale = f"Colour scale from {-limit:.4g} to {limit:.4g}"
    parts.append(Image(colour_scale_png(limit, "light", 360), "colour-scale", scale))
    return Section("Feature maps before and after the gates", parts)
