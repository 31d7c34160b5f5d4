"""Evidence: what an answer rests on, and whether ablation bears it out."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.ablate_effect import choose_target
from se_explorer.ui.blocks import choose_block
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.evidence_blocks import choose_method, draw_agreements, draw_blocks
from se_explorer.ui.evidence_channels import draw_channels
from se_explorer.ui.evidence_overlays import draw_overlays
from se_explorer.ui.header import baseline
from se_explorer.ui.sidebar import open_view

st.title(_("Evidence"))
with shown_errors():
    view = open_view()
    st.caption(
        _(
            "What speaks for the class that is watched: in the picture, in the blocks, in single gates. Attributions "
            "are computed, not observed; beside each stands what the network really does when blocks or gates are "
            "edited."
        )
    )
    if view.plan:
        st.info(_("All evidence here is of the unedited network: the plan at hand is not in it."))
    before = baseline(view)
    left, right = st.columns(2)
    with left:
        target = choose_target(before)
    with right:
        block = choose_block(view)
    draw_overlays(view, block.name, target)

    st.header(_("Which blocks"))
    method = choose_method(view)
    draw_blocks(view, block.name, method, target)
    draw_channels(view, before.block(block.name), method, target)
    draw_agreements(view, target)
