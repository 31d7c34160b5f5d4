"""What a channel looks for, in this picture: the part of it that drives the channel's squeeze."""

from __future__ import annotations

import numpy as np
import streamlit as st

from se_explorer.analysis import SqueezeParts, squeeze_parts
from se_explorer.engine import BlockTrace
from se_explorer.errors import TraceError
from se_explorer.figures import colour_scale_png, number, overlay
from se_explorer.language import _, percent, sentences
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.state import View

__all__ = ["draw_squeeze", "tell_parts"]

STRENGTH = 0.85  # opacity at the ends of the scale


def _tell_cancelled(parts: SqueezeParts, tenth: str) -> str:
    rises, falls = float(parts.parts[parts.parts > 0].sum()), float(parts.parts[parts.parts < 0].sum())
    return _(
        "z = {z} is what is left of parts that nearly cancel, {rises} and {falls}: a share of it would mean nothing. "
        "The brightest tenth of positions ({tenth}) adds {brightest}."
    ).format(
        z=number(parts.z),
        rises=number(rises, signed=True),
        falls=number(falls, signed=True),
        tenth=tenth,
        brightest=number(parts.brightest, signed=True),
    )


def _tell_negative(parts: SqueezeParts, tenth: str) -> str:
    share = parts.brightest / parts.z
    told = _(
        "z = {z} is negative: **{share} of it comes from the darkest tenth of positions** ({tenth}); where all were "
        "equally dark it would be {even}."
    ).format(
        z=number(parts.z),
        share=percent(parts.darkest / parts.z, 0),
        tenth=tenth,
        even=percent(parts.tenth / parts.positions, 0),
    )
    if parts.brightest < 0:
        then = _("The brightest tenth is negative too and gives {share}.").format(share=percent(share, 0))
    else:
        then = _("The brightest tenth speaks against it: {brightest}, {share} of z.").format(
            brightest=number(parts.brightest, signed=True), share=percent(-share, 0)
        )
    return sentences(told, then)


def tell_parts(parts: SqueezeParts, squeeze: str) -> str:
    """Where z comes from, in sentences."""
    z, tenth = number(parts.z), _("{tenth} of {positions}").format(tenth=parts.tenth, positions=parts.positions)
    if squeeze == "max":
        return _(
            "This block squeezes by the maximum: z = {z} is the brightest position alone, all others add nothing."
        ).format(z=z)
    if parts.cancels:
        return _tell_cancelled(parts, tenth)
    if parts.z < 0:
        return _tell_negative(parts, tenth)
    told = [
        _(
            "**{share} of z = {z} comes from the brightest tenth of positions** ({tenth}); where all were equally "
            "bright it would be {even}."
        ).format(
            share=percent(parts.brightest / parts.z, 0),
            z=z,
            tenth=tenth,
            even=percent(parts.tenth / parts.positions, 0),
        )
    ]
    lowered = -float(parts.parts[parts.parts < 0].sum()) / parts.z
    if lowered >= 0.005:
        told.append(_("Positions below 0 take {share} of z away.").format(share=percent(lowered, 0)))
    if squeeze == "average + max":
        told.append(_("Half of this block's z is the average, half the maximum, which is one position's."))
    return sentences(*told)


def draw_squeeze(view: View, block: BlockTrace, channel: int) -> None:
    """What each position adds to z, over the seen crop, with its scale."""
    name, facts = block.block.name, block.block.facts
    try:
        parts = squeeze_parts(block, channel)
    except TraceError as error:
        told = _("Where z comes from cannot be shown: it takes {expected}.").format(expected=error.expected)
        st.info(sentences(told, error.remedy))
        return
    shown = parts.parts if parts.cancels else 100 * parts.parts / abs(parts.z)
    unit = _("in units of z") if parts.cancels else _("in percent of z's size")
    limit = float(np.abs(shown).max())
    title = _("What each position adds to z of channel {channel}").format(channel=channel)
    picture, words = st.columns([1, 2], gap="large")
    with picture:
        told = _("What each position adds to z of channel {channel} of {block}, {unit}, from {low} to {high}").format(
            channel=channel, block=name, unit=unit, low=number(float(shown.min())), high=number(float(shown.max()))
        )
        st.image(overlay(seen_pixels(view), shown, limit, STRENGTH), title, "stretch", alt=told)
        scale = _("Colour scale {unit}, ±{limit}").format(unit=unit, limit=number(limit))
        st.image(colour_scale_png(limit, view.theme, 300), unit, alt=scale)
    with words:
        st.markdown(tell_parts(parts, facts.squeeze))
        st.caption(_explained(parts, facts.squeeze, bool(view.plan)))


def _explained(parts: SqueezeParts, squeeze: str, edited: bool) -> str:
    """How the picture is to be read."""
    height, width = parts.parts.shape
    how = _("u / (H W), since z is the mean of u (equation 2)") if squeeze == "average" else _("its part of z")
    return sentences(
        _("Each of the {height} x {width} positions of the map adds {part}; together they are z.").format(
            height=height, width=width, part=how
        ),
        _(
            "Orange raises z, blue lowers it, grey is the picture itself; the map is smoothed to the picture's size. A "
            "position has seen more of the picture than the square it lies on, so that edges mean little."
        ),
        _("The run is that with the plan at hand.") if edited else "",
    )
