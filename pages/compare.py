"""Compare: two pictures, two networks or two edit plans side by side."""

import streamlit as st

from se_explorer.analysis import contrast
from se_explorer.language import _
from se_explorer.ui.blocks import choose_block, choose_channel
from se_explorer.ui.caches import trace_of
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import chosen_block
from se_explorer.ui.versus import choose_sides
from se_explorer.ui.versus_answers import draw_answers, draw_logits
from se_explorer.ui.versus_blocks import draw_block_bars, draw_block_table
from se_explorer.ui.versus_channels import (
    draw_both_maps,
    draw_difference_table,
    draw_gates,
    draw_most_different,
)

st.title(_("Compare"))
with shown_errors():
    view = open_view()
    sides = choose_sides(view)
    other = sides.right
    looked_at = chosen_block(view.engine).name
    there = (looked_at,) if looked_at in other.engine.channels else ()
    left = trace_of(view.engine, view.picture, view.plan, (looked_at,), view.donors)
    right = trace_of(other.engine, other.picture, other.plan, there, other.donors)
    draw_answers(sides, left, right)

    found = contrast(left, right)
    bars, gates = st.columns([1, 1], gap="large")
    with bars:
        st.header(_("How far the gates agree"))
        draw_block_bars(sides, found, looked_at)
    with gates:
        st.header(_("Gates against gates"))
        block = left.block(choose_block(view).name)
        channel = choose_channel(block)
        if not there:
            st.info(_("{name} is only on the left: choose a block that both sides have.").format(name=looked_at))
        else:
            draw_gates(sides, block, right.block(looked_at), channel)

    if there and len(block.applied) == len(right.block(looked_at).applied):
        st.header(_("Channel {channel} of {name} on both sides").format(channel=channel, name=looked_at))
        draw_both_maps(sides, block, right.block(looked_at), channel)
        st.header(_("The channels that differ most"))
        draw_most_different(sides, block, right.block(looked_at))
        draw_difference_table(sides, block, right.block(looked_at))

    st.header(_("Logits against logits"))
    draw_logits(sides, left, right)
    st.header(_("Every block in figures"))
    draw_block_table(sides, found)
