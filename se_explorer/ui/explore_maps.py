"""Explore, the feature maps: the grid before and after the gates, and one channel in full over the picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
import streamlit as st

from se_explorer.engine import BlockTrace, Trace
from se_explorer.figures import colour_scale_png, overlay, pair_sprite
from se_explorer.report import map_limits
from se_explorer.ui import address
from se_explorer.ui.state import View

__all__ = ["choose_scale", "draw_channel", "draw_maps", "seen_pixels"]

Scale = Literal["pair", "block", "network"]
SCALES: dict[Scale, str] = {"pair": "this pair", "block": "this block", "network": "the network"}
SPRITES = 3
PAIRS_ACROSS = 3
MOST = 90


def seen_pixels(view: View) -> np.ndarray:
    """The crop that the network saw, uint8 (size, size, 3)."""
    seen = view.engine.network.preprocessing.see(view.picture.tensor)
    return seen.permute(1, 2, 0).contiguous().numpy()


def choose_scale() -> Scale:
    """What the colours are scaled to. A scale for each single map would hide what the gate did."""
    choice = address.one_of("scale", list(SCALES), "block")
    choice.prepare()
    chosen = st.segmented_control(
        "One colour scale for", list(SCALES), format_func=SCALES.__getitem__, required=True, key="scale"
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
    count = choice.keep(st.slider("Channels shown", 1, most, key="shown"))
    shown = order[:count]
    st.caption(
        "Each pair: u on the left, x~ = s u on the right, with one colour scale; above it the channel and its gate. "
        "Blue is negative, white is zero, orange is positive."
    )
    per_sprite = -(-len(shown) // SPRITES)
    for place, column in enumerate(st.columns(SPRITES)):
        part = shown[place * per_sprite : (place + 1) * per_sprite]
        if len(part):
            _draw_sprite(view, trace, block, part, scale, column)
    if scale != "pair":
        limit = float(limits(trace, block, scale, shown[:1])[0])
        st.image(colour_scale_png(limit, view.theme, 360), alt=f"Colour scale from {-limit:.3g} to {limit:.3g}")


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
    )
    with column:  # type: ignore[attr-defined]
        st.image(sprite.png, width="stretch", alt=sprite.alt)


def draw_channel(view: View, trace: Trace, block: BlockTrace, channel: int, scale: Scale) -> None:
    """One channel over the picture that the network saw, before and after."""
    seen = seen_pixels(view)
    limit = float(limits(trace, block, scale, np.array([channel]))[0])
    gate = float(block.applied[channel])
    u = block.kept_maps[channel]
    values = (("Before: u", u), (f"After: x~ = {gate:.3f} u", u * gate))
    columns = st.columns(3)
    with columns[0]:
        st.image(
            seen,
            "What the network saw",
            "stretch",
            output_format="PNG",
            alt=f"The crop of {view.picture.name} that the network saw",
        )
    for column, (title, values_shown) in zip(columns[1:], values, strict=True):
        with column:
            extent = f"{values_shown.min():.3g} to {values_shown.max():.3g}"
            alt = f"Channel {channel} of {block.block.name}, {title}, values {extent}"
            st.image(overlay(seen, values_shown, limit, 0.85), caption=title, width="stretch", alt=alt)
    st.caption(
        f"Channel {channel}: z = {block.squeeze[channel]:.4g}, s = {block.gates[channel]:.4f}, "
        f"energy of u {block.energy[channel]:.4g}, removed by the gate {block.energy_removed[channel]:.4g}."
    )
