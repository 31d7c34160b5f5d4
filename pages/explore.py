"""Explore: a picture in, gates and maps out."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.blocks import block_strip, choose_block, choose_channel
from se_explorer.ui.caches import trace_of
from se_explorer.ui.channel import draw_channel_looks_for
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.explore_block import channel_order, choose_sorting, describe_block, draw_block
from se_explorer.ui.explore_maps import choose_scale, draw_channel, draw_maps
from se_explorer.ui.explore_why import draw_why
from se_explorer.ui.header import draw_answer
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import chosen_block

st.title(_("Explore"))
with shown_errors():
    view = open_view()
    looked_at = chosen_block(view.engine).name
    trace = trace_of(view.engine, view.picture, view.plan, (looked_at,), view.donors)
    draw_answer(view, trace)

    st.header(_("All SE blocks"))
    block_strip(view, trace, looked_at)
    left, middle, right = st.columns(3)
    with left:
        block = choose_block(view)
    with middle:
        sorting = choose_sorting()
    block_trace = trace.block(block.name)
    with right:
        channel = choose_channel(block_trace)
    describe_block(block)
    draw_block(view, block_trace, sorting, channel)

    st.header(_("Why gate {channel} of {block} opened").format(channel=channel, block=block.name))
    draw_why(view, block_trace, channel)

    st.header(_("What channel {channel} of {block} looks for").format(channel=channel, block=block.name))
    draw_channel_looks_for(view, block_trace, channel)

    st.header(_("Feature maps before and after the gates"))
    scale = choose_scale()
    draw_channel(view, trace, block_trace, channel, scale)
    draw_maps(view, trace, block_trace, channel_order(block_trace, sorting), scale)
