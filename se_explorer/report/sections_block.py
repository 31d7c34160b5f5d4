"""The sections of a report that tell of one block: its squeeze, hidden units and gates, why a gate opened, its maps."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from se_explorer.analysis import Circuit, GateStates, gate_circuit, gate_states, hidden_circuit
from se_explorer.engine import BlockTrace
from se_explorer.figures import channel_bars, colour_scale_png, gate_limits, hidden_bars, overlay, pair_sprite
from se_explorer.language import _, decimal
from se_explorer.report.charts import circuit_chart, map_limits
from se_explorer.report.parts import Chart, Image, Part, Section, Table, Text
from se_explorer.report.present import Present
from se_explorer.report.sections import seen_pixels
from se_explorer.report.words import gate_marks, gate_word, of_the_map

__all__ = ["block", "maps", "why"]

SPRITE = 24  # pairs of maps
COLUMNS = 6


def _states(state: Present) -> GateStates:
    return gate_states(state.block, state.engine.network.gate_deviations.get(state.block.block.name))


def _told(state: Present, found: GateStates) -> str:
    trace, facts = state.block, state.block.block.facts
    dead = hidden = ""
    if found.dead is not None:
        dead = _(", {count} dead (standard deviation under 0.01 over training data)").format(count=len(found.dead))
    if len(trace.hidden):
        hidden = _(" {silent} of {count} hidden units are silent.").format(
            silent=len(found.silent), count=len(trace.hidden)
        )
    return _(
        "{name} is module {path}: {channels} channels of {height} x {width}, {gate} gate. Of its gates {open} are "
        "saturated open (at least 0.99), {shut} saturated shut (at most 0.01){dead}.{hidden}"
    ).format(
        name=trace.block.name,
        path=trace.block.path,
        channels=facts.channels,
        height=trace.block.height,
        width=trace.block.width,
        gate=gate_word(facts.gate),
        open=len(found.open),
        shut=len(found.shut),
        dead=dead,
        hidden=hidden,
    )


def _bars(state: Present, role: Literal["z", "s"], found: GateStates) -> Chart:
    trace = state.block
    values, title, unit = {
        "z": (trace.squeeze, _("Squeeze z"), of_the_map(trace.block.facts.squeeze)),
        "s": (trace.applied, _("Gates s, as applied"), _("gate")),
    }[role]
    marks = gate_marks(found) if role == "s" else {}
    order = np.argsort(-trace.applied, kind="stable")
    limits = gate_limits(values) if role == "s" else None
    x_title = _("channels, sorted by gate")
    figure = channel_bars(
        values, order, role, state.channel, marks, "light", title, unit,
        x_title=x_title, limits=limits, unit=_("channel"), say=_,
    )  # fmt: skip
    return Chart(figure, f"{role}-{trace.block.name}")


def _channel_table(trace: BlockTrace) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Channel"): np.arange(len(trace.gates)),
            _("Squeeze z"): trace.squeeze,
            _("Pre-activation"): trace.preactivation,
            _("Gate s"): trace.gates,
            _("Gate as applied"): trace.applied,
            _("Mean square of u"): trace.energy,
            _("Mean square removed"): trace.energy_removed,
            _("Least u"): trace.low,
            _("Largest u"): trace.high,
        }
    )


def _hidden_table(trace: BlockTrace) -> pd.DataFrame:
    return pd.DataFrame({_("Hidden unit"): np.arange(len(trace.hidden)), _("Activation"): trace.hidden})


def block(state: Present) -> Section:
    """The block's squeeze, hidden units and gates."""
    trace, found = state.block, _states(state)
    parts: list[Part] = [Text(_told(state, found)), _bars(state, "z", found)]
    if len(trace.hidden):
        order, x_title = np.arange(len(trace.hidden)), _("hidden units, by number")
        title = _("Hidden units")
        figure = hidden_bars(trace.hidden, order, None, "light", title, _("activation"), x_title=x_title, say=_)
        parts.append(Chart(figure, f"hidden-{trace.block.name}"))
    parts.append(_bars(state, "s", found))
    told = _("Every channel of {name}").format(name=trace.block.name)
    parts.append(Table(lambda: _channel_table(trace), f"channels-{trace.block.name}", told, folded=True))
    if len(trace.hidden):
        told = _("Hidden units of {name}").format(name=trace.block.name)
        parts.append(Table(lambda: _hidden_table(trace), f"hidden-{trace.block.name}", told, folded=True))
    return Section(_("Block {name}").format(name=trace.block.name), parts)


def _terms(circuit: Circuit) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Hidden unit") if circuit.source == "hidden" else _("Channel"): [term.index for term in circuit.terms],
            _("Weight"): [term.weight for term in circuit.terms],
            _("Value"): [term.value for term in circuit.terms],
            _("Contribution"): [term.contribution for term in circuit.terms],
        }
    )


def _circuit(circuit: Circuit, title: str, name: str) -> list[Part]:
    told = _("{title}: every term; the sum is {total}")
    if circuit.bias:
        told = _("{title}: every term; the sum is {total}; the bias adds {bias}")
    told = told.format(title=title, total=repr(circuit.total), bias=repr(circuit.bias))
    figure = circuit_chart(circuit, "light", title, _)
    return [Chart(figure, name), Table(lambda: _terms(circuit), name, told, folded=True)]


def why(state: Present) -> Section:
    """The exact sums behind the chosen gate and behind the hidden unit that adds most to it."""
    trace, channel = state.block, state.channel
    found = state.engine.found(trace.block.name)
    layers = found.adapter.layers(found.module)
    circuit = gate_circuit(trace, layers, channel)
    told = _(
        "Gate {channel} of {name} is {gate}, the {function} of {sum}, and that is this sum, nothing left out."
    ).format(
        channel=channel,
        name=trace.block.name,
        gate=decimal(float(trace.gates[channel]), 6),
        function=gate_word(trace.block.facts.gate),
        sum=decimal(float(trace.preactivation[channel]), 6),
    )
    title = _("Pre-activation of gate {channel}").format(channel=channel)
    parts: list[Part] = [Text(told), *_circuit(circuit, title, f"why-gate-{channel}")]
    if circuit.source == "hidden":
        unit = circuit.terms[0].index
        inner = hidden_circuit(trace, layers, unit)
        parts += _circuit(inner, _("Into hidden unit {unit}").format(unit=unit), f"why-unit-{unit}")
    return Section(_("Why gate {channel} of {name} opened").format(channel=channel, name=trace.block.name), parts)


def maps(state: Present) -> Section:
    """The chosen channel over the picture, and the channels of the largest gates, before and after."""
    trace, channel = state.block, state.channel
    name, seen = trace.block.name, seen_pixels(state)
    limit = float(map_limits((trace,), trace, np.array([channel]), False)[0])
    gate, u = float(trace.applied[channel]), trace.kept_maps[channel]
    ends = {"low": f"{-limit:.4g}", "high": f"{limit:.4g}"}
    told = _(
        "One colour scale for all maps of {name}, from {low} to {high}: blue is negative, white zero, orange positive."
    )
    parts: list[Part] = [Text(told.format(name=name, **ends))]
    for title, values, file in (("u", u, "u"), (f"x~ = {decimal(gate, 4)} u", u * gate, "x")):
        told = _("Channel {channel} of {name}, {title}, over what the network saw; values {low} to {high}").format(
            channel=channel, name=name, title=title, low=f"{values.min():.4g}", high=f"{values.max():.4g}"
        )
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
        say=_,
    )
    caption = _(
        "Each pair: u on the left, x~ = s u on the right; above it the channel and its gate. The largest gates."
    )
    parts.append(Image(sprite.png, f"maps-{name}", sprite.alt, caption))
    scale = _("Colour scale from {low} to {high}").format(**ends)
    parts.append(Image(colour_scale_png(limit, "light", 360), "colour-scale", scale))
    return Section(_("Feature maps before and after the gates"), parts)
