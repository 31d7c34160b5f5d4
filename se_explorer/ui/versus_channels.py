"""Compare, one block: gates against gates, and the channels that differ most with their maps on both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from se_explorer.analysis import gate_range, top_differences
from se_explorer.engine import BlockTrace
from se_explorer.figures import overlay, pair_sprite, quantile_plot, value_scatter
from se_explorer.language import _, decimal
from se_explorer.ui.blocks import select_channel
from se_explorer.ui.charts import draw
from se_explorer.ui.explore_maps import seen_pixels
from se_explorer.ui.state import View
from se_explorer.ui.tables import offer_csv
from se_explorer.ui.versus import Sides
from se_explorer.ui.versus_blocks import side_columns

__all__ = ["SHOWN", "draw_both_maps", "draw_difference_table", "draw_gates", "draw_most_different"]

SHOWN = 9


def draw_gates(sides: Sides, left: BlockTrace, right: BlockTrace, channel: int) -> None:
    """One point a channel, or, where channels have no counterparts, quantile against quantile."""
    names = sides.names
    across, up = _("gate, left: {name}").format(name=names[0]), _("gate, right: {name}").format(name=names[1])
    ends = gate_range([left.applied, right.applied])
    key = f"_gates_{sides.left.network_key}_{sides.kind}_{left.block.name}"
    if len(left.applied) != len(right.applied):
        title, theme = _("Quantiles of the gates"), sides.left.theme
        figure = quantile_plot(
            left.applied, right.applied, theme, title, x_title=across, y_title=up, limits=ends, say=_
        )
        draw(figure, key)
        st.caption(
            _(
                "{name} has {left} channels on the left and {right} on the right, and no channel has its counterpart. "
                "So the distributions are compared: the gate that a given share of channels stays below, left against "
                "right."
            ).format(name=left.block.name, left=len(left.applied), right=len(right.applied))
        )
        return
    figure = value_scatter(
        left.applied,
        right.applied,
        np.arange(len(left.applied), dtype=np.int32),
        sides.left.theme,
        _("Gates s"),
        marked=top_differences(left.applied, right.applied, SHOWN).tolist(),
        marked_name=_("differ most"),
        selected=channel,
        x_title=across,
        y_title=up,
        limits=ends,
        unit=_("channel"),
        say=_,
    )
    draw(figure, key, select_channel)
    _tell_gates(sides)


def _tell_gates(sides: Sides) -> None:
    text = _("One point a channel: its gate as applied on both sides. A click leads to the nearest channel.")
    if sides.kind == "network":
        text += _(
            " Channels of two networks are matched by number alone. That says something only if one network was "
            "trained on from the other; for networks trained apart, expect no agreement."
        )
    st.caption(text)


def draw_both_maps(sides: Sides, left: BlockTrace, right: BlockTrace, channel: int) -> None:
    """One channel's scaled map over both crops, on one colour scale, and its figures."""
    chosen = np.array([channel])
    limit = max(_limit(left, chosen), _limit(right, chosen))
    columns = st.columns(3)
    for column, (side, view, block) in zip(columns, _both(sides, left, right), strict=False):
        gate = float(block.applied[channel])
        values = block.kept_maps[channel] * gate
        caption = _("{side}: x~ = {gate} u").format(side=side, gate=decimal(gate, 3))
        alt = _("Channel {channel} of {name}, {caption}, from {low} to {high}").format(
            channel=channel,
            name=block.block.name,
            caption=caption,
            low=f"{values.min():.3g}",
            high=f"{values.max():.3g}",
        )
        with column:
            st.image(overlay(seen_pixels(view), values, limit, 0.85), caption, "stretch", alt=alt)
    gates, squeezed = (left.applied[channel], right.applied[channel]), (left.squeeze[channel], right.squeeze[channel])
    with columns[2]:
        against = _("{change} against the left")
        change = against.format(change=f"{gates[1] - gates[0]:+.4f}")
        st.metric(_("Gate on the right"), decimal(float(gates[1]), 4), change, "off")
        change = against.format(change=f"{squeezed[1] - squeezed[0]:+.4g}")
        st.metric(_("z on the right"), f"{squeezed[1]:.4g}", change, "off")
        st.caption(
            _(
                "x~ over the crop that each network saw, both on one colour scale: {low} is blue, {high} orange to "
                "brown, what is near 0 is clear."
            ).format(low=f"{-limit:.3g}", high=f"{limit:.3g}")
        )


def _both(sides: Sides, left: BlockTrace, right: BlockTrace) -> list[tuple[str, View, BlockTrace]]:
    return [(_("On the left"), sides.left, left), (_("On the right"), sides.right, right)]


def _limit(block: BlockTrace, channels: np.ndarray) -> float:
    """The largest absolute value of u and x~ in these channels."""
    extremes = np.maximum(np.abs(block.low), np.abs(block.high)) * np.maximum(1, np.abs(block.applied))
    return float(extremes[channels].max())


def draw_most_different(sides: Sides, left: BlockTrace, right: BlockTrace) -> None:
    """The channels whose gates differ most: u and x~ of both sides on one colour scale."""
    channels = top_differences(left.applied, right.applied, SHOWN)
    if left.applied[channels[0]] == right.applied[channels[0]]:
        st.caption(
            _("No gate of {name} differs between the two sides; below are its first channels.").format(
                name=left.block.name
            )
        )
    limit = max(_limit(left, channels), _limit(right, channels))
    for column, (side, view, block) in zip(st.columns(2), _both(sides, left, right), strict=True):
        before, gates = block.kept_maps[channels], block.applied[channels]
        sprite = pair_sprite(
            before,
            before * gates[:, None, None],
            limit,
            [str(channel) for channel in channels],
            [float(gate) for gate in gates],
            columns=3,
            tile=56,
            theme=view.theme,
            say=_,
        )
        with column:
            alt = _("{side}: {what}").format(side=side, what=sprite.alt)
            st.image(sprite.png, side, "stretch", alt=alt)
    st.caption(
        _(
            "The {count} channels of {name} whose gates differ most, the largest difference first, on both sides in "
            "the same order. Each pair: u on the left, x~ = s u on the right; above it channel and gate. One colour "
            "scale for all, from {low} (blue) over 0 (white) to {high} (orange)."
        ).format(count=len(channels), name=left.block.name, low=f"{-limit:.3g}", high=f"{limit:.3g}")
    )


def _difference_table(left: BlockTrace, right: BlockTrace) -> pd.DataFrame:
    order = top_differences(left.applied, right.applied, len(left.applied))
    return pd.DataFrame(
        {
            _("Channel"): order,
            _("Gate left"): left.applied[order],
            _("Gate right"): right.applied[order],
            _("Right less left"): right.applied[order].astype(np.float64) - left.applied[order],
            _("z left"): left.squeeze[order],
            _("z right"): right.squeeze[order],
        }
    )


def draw_difference_table(sides: Sides, left: BlockTrace, right: BlockTrace) -> None:
    """All channels, the one that differs most first."""
    table = _difference_table(left, right)
    four = st.column_config.NumberColumn(format="%.4f")
    with st.expander(_("All {count} channels of {name} as a table").format(count=len(table), name=left.block.name)):
        columns = {name: four for name in table.columns if name != _("Channel")}
        st.dataframe(table, hide_index=True, column_config=columns, key="_differences")
        offer_csv(
            lambda: _difference_table(left, right),
            "channels",
            lambda: {"Block": left.block.name, **side_columns(sides)},
            label=_("Channels as CSV"),
        )
