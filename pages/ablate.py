"""Ablate: switch blocks off, turn gates, and see what the answer does."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.ablate_channel import draw_channel_slider
from se_explorer.ui.ablate_data import draw_data
from se_explorer.ui.ablate_effect import choose_target, draw_answers, draw_effect
from se_explorer.ui.ablate_history import draw_history, remember
from se_explorer.ui.ablate_pairs import draw_pairs
from se_explorer.ui.ablate_ranking import draw_ranking
from se_explorer.ui.ablate_toggles import choose_mode, draw_toggles
from se_explorer.ui.blocks import block_strip
from se_explorer.ui.caches import trace_of
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.header import baseline, draw_picture
from se_explorer.ui.sidebar import open_view
from se_explorer.ui.state import chosen_block

st.title(_("Ablate"))
with shown_errors():
    view = open_view()
    st.caption(
        _(
            "An intervention on a trained network: the layers after a block were trained with it. This is not the "
            "paper's retrained ablation, which trains a network anew without the block."
        )
    )
    before = baseline(view)
    after = trace_of(view.engine, view.picture, view.plan, (), view.donors)
    switches, answers = st.columns([1, 1], gap="large")
    with switches:
        mode = choose_mode(view)
        draw_toggles(view, mode)
        draw_answers(view, before, after)
    with answers:
        left, right = st.columns([2, 3])
        with left:
            draw_picture(view)
        with right:
            target = choose_target(before)
            effect = draw_effect(before, after, target)
        ranking = st.container()
    over_data = st.container()
    remember(view, effect)

    st.header(_("Gates as applied"))
    block_strip(view, after, chosen_block(view.engine).name)
    st.header(_("One channel's gate"))
    draw_channel_slider(view, before, after)
    pairs = st.container()
    draw_history()

    # Last, so that all else stands while they are worked out.
    with ranking:
        sweep = draw_ranking(view, mode, target)
    with over_data:
        draw_data(view, mode, sweep)
    with pairs:
        draw_pairs(view, mode, target)
