"""Gate atlas: the whole network's gates in one picture, and each block's distribution in figures."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.atlas import choose_atlas_order, choose_shown, draw_atlas
from se_explorer.ui.atlas_channel import draw_atlas_channel
from se_explorer.ui.atlas_shapes import draw_shape_bars, draw_shape_table, shapes_of
from se_explorer.ui.blocks import choose_block, choose_channel
from se_explorer.ui.caches import trace_of
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import chosen_block

st.title(_("Gate atlas"))
with shown_errors():
    view = open_view()
    looked_at = chosen_block(view.engine).name
    trace = trace_of(view.engine, view.picture, view.plan, (looked_at,), view.donors)
    first, second, third, fourth = st.columns(4)
    with first:
        shown = choose_shown()
    with second:
        order = choose_atlas_order()
    with third:
        name = choose_block(view).name
    with fourth:
        channel = choose_channel(trace.block(name))
    rows, limits = shapes_of(view, trace)

    atlas, bars = st.columns([3, 2], gap="large")
    with atlas:
        st.header(_("Every gate of the network"))
        draw_atlas(view, trace, shown, order, name, channel)
    with bars:
        st.header(_("Block by block"))
        draw_shape_bars(view, rows, name)

    st.header(_("Channel {channel} of {name}").format(channel=channel, name=name))
    draw_atlas_channel(view, trace, trace.block(name), channel)

    st.header(_("Every block in figures"))
    draw_shape_table(view, rows, limits)
