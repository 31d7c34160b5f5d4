"""Explore, the feature maps: the grid before and after the gates, and one channel in full over the picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
import streamlit as st

from se_explorer.engine import BlockTrace, Trace
from se_explorer.figures import colour_scale_png, number, overlay, pair_sprite
from se_explorer.language import _, decimal
from se_explorer.report import map_limits
from se_explorer.ui import address
from se_explorer.ui.state import View

__all__ = ["choose_scale", "draw_channel", "draw_maps", "seen_pixels"]

Scale = Literal["pair", "block", "network"]
SCALES: tuple[Scale, ...] = ("pair", "block", "network")
SPRITES = 3
PAIRS_ACROSS = 3
MOST = 90


def seen_pixels(view: View) -> np.ndarray:
    """The crop that the network saw, uint8 (size, size, 3)."""
    seen = view.engine.network.preprocessing.see(view.picture.tensor)
    return seen.permute(1, 2, 0).contiguous().numpy()


def choose_scale() -> Scale:
    """What the colours are scaled to. A scale for each single map would hide what the gate did."""
    choice = address.one_of("scale", SCALES, "block")
    choice.prepare()
    names: dict[Scale, str] = {"pair": _("this pair"), "block": _("this block"), "network": _("the network")}
    chosen = st.segmented_control(
        _("One colour scale for"), SCALES, format_func=names.__getitem__, required=True, key="scale", wrap=True
    )
    scale: Scale = chosen or "block"
    choice.keep(scale)
    return scale


def limits(trace: Trace, block: BlockTrace, scale: Scale, channels: np.ndarray) -> np.ndarray:
    """The value at the end of the colour scale, for each of the channels."""
    return map_limits((block,) if scale == "block" else trace.blocks, block, channels, scale == "pair")


def draw_maps(view: View, trace: Trace, block: BlockTrace, order: np.ndarray, scale: Scale) -> None:
    """The first channels of the order, each before and after its gate."""
    most = min(MOST, len(order))
    choice = address.whole("shown", 1, most, min(36, most))
    choice.prepare()
    count = choice.keep(st.slider(_("Channels shown"), 1, most, key="shown"))
    shown = order[:count]
    st.caption(
        _(
            "Each pair: u on the left, x~ = s u on the right, with one colour scale; above it the channel and its "
            "gate. Blue is negative, white is zero, orange is positive."
        )
    )
    per_sprite = -(-len(shown) // SPRITES)
    for place, column in enumerate(st.columns(SPRITES)):
        part = shown[place * per_sprite : (place + 1) * per_sprite]
        if len(part):
            _draw_sprite(view, trace, block, part, scale, column)
    if scale != "pair":
        limit = float(limits(trace, block, scale, shown[:1])[0])
        told = _("Colour scale from {low} to {high}").format(low=number(-limit), high=number(limit))
        st.image(colour_scale_png(limit, view.theme, 360), alt=told)


def _draw_sprite(view: View, trace: Trace, block: BlockTrace, part: np.ndarray, scale: Scale, column: object) -> None:
    before = block.kept_maps[part]
    gates = block.applied[part]
    sprite = pair_sprite(
        before,
        before * gates[:, None, None],
        limits(trace, block, scale, part),
        [str(channel) for channel in part],
        [float(gate) for gate in gates],
        columns=PAIRS_ACROSS,
        tile=56,
        theme=view.theme,
        say=_,
    )
    with column:  # type: ignore[attr-defined]
        st.image(sprite.png, width="stretch", alt=sprite.alt)


def draw_channel(view: View, trace: Trace, block: BlockTrace, channel: int, scale: Scale) -> None:
    """One channel over the picture that the network saw, before and after."""
    seen = seen_pixels(view)
    limit = float(limits(trace, block, scale, np.array([channel]))[0])
    gate = float(block.applied[channel])
    u = block.kept_maps[channel]
    after = _("After: x~ = {gate} u").format(gate=decimal(gate, 3))
    columns = st.columns(3)
    with columns[0]:
        st.image(
            seen,
            _("What the network saw"),
            "stretch",
            output_format="PNG",
            alt=_("The crop of {picture} that the network saw").format(picture=view.picture.name),
        )
    for column, (title, values) in zip(columns[1:], ((_("Before: u"), u), (after, u * gate)), strict=True):
        with column:
            alt = _("Channel {channel} of {block}, {title}, values {low} to {high}").format(
                channel=channel,
                block=block.block.name,
                title=title,
                low=number(float(values.min())),
                high=number(float(values.max())),
            )
            st.image(overlay(seen, values, limit, 0.85), caption=title, width="stretch", alt=alt)
    _tell_channel(block, channel)


def _tell_channel(block: BlockTrace, channel: int) -> None:
    """The channel's numbers; of an edited gate also what it would be."""
    gate, own = float(block.applied[channel]), float(block.gates[channel])
    told = (
        _("Channel {channel}: z = {z}, s = {s}, energy of u {energy}, removed by the gate {removed}.")
        if own == gate
        else _(
            "Channel {channel}: z = {z}, s = {s} (edited; the block's own is {own}), energy of u {energy}, removed by "
            "the gate {removed}."
        )
    )
    st.caption(
        told.format(
            channel=channel,
            z=number(block.squeeze[channel], digits=4),
            s=decimal(gate, 4),
            own=decimal(own, 4),
            energy=number(block.energy[channel], digits=4),
            removed=number(block.energy_removed[channel], digits=4),
        )
    )
