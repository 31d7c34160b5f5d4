"""What a channel looks for, in this picture: the part of it that drives the channel's squeeze."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis import SqueezeParts, squeeze_parts
from se_explorer.engine import BlockTrace
from se_explorer.errors import TraceError
from se_explorer.figures import colour_scale_png, number, overlay
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.state import View

__all__ = ["draw_squeeze", "tell_parts"]

STRENGTH = 0.85  # opacity at the ends of the scale


def _tell_cancelled(parts: SqueezeParts, tenth: str) -> str:
    rises, falls = float(parts.parts[parts.parts > 0].sum()), float(parts.parts[parts.parts < 0].sum())
    return (
        f"z = {number(parts.z)} is what is left of parts that nearly cancel, {number(rises, signed=True)} and "
        f"{number(falls, signed=True)}: a share of it would mean nothing. The brightest tenth of positions ({tenth}) "
        f"adds {number(parts.brightest, signed=True)}."
    )


def tell_parts(parts: SqueezeParts, squeeze: str) -> str:
    """Where z comes from, in sentences."""
    tenth, z = f"{parts.tenth} of {parts.positions}", number(parts.z)
    if squeeze == "max":
        return f"This block squeezes by the maximum: z = {z} is the brightest position alone, all others add nothing."
    if parts.cancels:
        return _tell_cancelled(parts, tenth)
    share, even = parts.brightest / parts.z, parts.tenth / parts.positions
    if parts.z < 0:
        told = (
            f"z = {z} is negative: **{parts.darkest / parts.z:.0%} of it comes from the darkest tenth of positions** "
        )
        told += f"({tenth}); where all were equally dark it would be {even:.0%}. "
        if parts.brightest < 0:
            return f"{told}The brightest tenth is negative too and gives {share:.0%}."
        return (
            f"{told}The brightest tenth speaks against it: {number(parts.brightest, signed=True)}, {-share:.0%} of z."
        )
    told = f"**{share:.0%} of z = {z} comes from the brightest tenth of positions** ({tenth})"
    told += f"; where all were equally bright it would be {even:.0%}."
    lowered = -float(parts.parts[parts.parts < 0].sum()) / parts.z
    if lowered >= 0.005:
        told += f" Positions below 0 take {lowered:.0%} of z away."
    if squeeze == "average + max":
        told += " Half of this block's z is the average, half the maximum, which is one position's."
    return told


def draw_squeeze(view: View, block: BlockTrace, channel: int) -> None:
    """What each position adds to z, over the seen crop, with its scale."""
    name, facts = block.block.name, block.block.facts
    try:
        parts = squeeze_parts(block, channel)
    except TraceError as error:
        st.info(f"Where z comes from cannot be shown: it takes {error.expected}. {error.remedy}")
        return
    shown = parts.parts if parts.cancels else 100 * parts.parts / abs(parts.z)
    unit = "in units of z" if parts.cancels else "in percent of z's size"
    limit = float(np.abs(shown).max())
    title = f"What each position adds to z of channel {channel}"
    picture, words = st.columns([1, 2], gap="large")
    with picture:
        told = f"{title} of {name}, {unit}, from {number(float(shown.min()))} to {number(float(shown.max()))}"
        st.image(overlay(seen_pixels(view), shown, limit, STRENGTH), title, "stretch", alt=told)
        st.image(colour_scale_png(limit, view.theme, 300), unit, alt=f"Colour scale {unit}, ±{limit:.3g}")
    with words:
        st.markdown(tell_parts(parts, facts.squeeze))
        height, width = parts.parts.shape
        edited = " The run is that with the plan at hand." if view.plan else ""
        how = "u / (H W), since z is the mean of u (equation 2)" if facts.squeeze == "average" else "its part of z"
        st.caption(
            f"Each of the {height} x {width} positions of the map adds {how}; together they are z. Orange raises z, "
            "blue lowers it, grey is the picture itself; the map is smoothed to the picture's size. A position has "
            f"seen more of the picture than the square it lies on, so that edges mean little.{edited}"
        )
