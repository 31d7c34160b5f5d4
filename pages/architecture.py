"""Architecture: what the network is made of, where SE sits in it, and what that costs."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.architecture import architecture, draw_stages, draw_totals
from se_explorer.ui.architecture_block import draw_block_facts, draw_blocks, draw_place
from se_explorer.ui.architecture_counts import draw_counts
from se_explorer.ui.architecture_equation5 import draw_equation5
from se_explorer.ui.blocks import choose_block
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.sidebar import open_view

st.title(_("Architecture"))
with shown_errors():
    view = open_view()
    found = architecture(view)
    draw_totals(view, found)

    left, right = st.columns([1, 1], gap="large")
    with left:
        st.header(_("Stage by stage"))
        draw_stages(view, found)
    with right:
        st.header(_("Where SE sits in its unit"))
        block = found.block(choose_block(view).name)
        draw_place(view, block)
        draw_block_facts(found, block)

    st.header(_("Every SE block"))
    draw_blocks(found)

    st.header(_("Equation 5 and the count"))
    draw_equation5(view, found)

    st.header(_("How multiply-adds are counted"))
    draw_counts(found)
