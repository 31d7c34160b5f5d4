"""Classes: what gates do over a labelled data set, class by class."""

import streamlit as st

from se_explorer.language import _
from se_explorer.ui.blocks import choose_block, choose_channel
from se_explorer.ui.classes_claims import draw_claims
from se_explorer.ui.classes_depth import draw_nearest, draw_specificity
from se_explorer.ui.classes_gates import choose_classes, choose_picking, draw_every_block, draw_lines, draw_spread
from se_explorer.ui.errors import shown_errors
from se_explorer.ui.header import baseline
from se_explorer.ui.profile_choice import choose_profile
from se_explorer.ui.sidebar import open_view

st.title(_("Classes"))
with shown_errors():
    view = open_view()
    profile = choose_profile(view)
    if profile is not None:
        trace = baseline(view)
        first, second, third, fourth = st.columns([5, 4, 2, 3], vertical_alignment="bottom")
        with first:
            classes = choose_classes(profile)
        with second:
            picking = choose_picking()
        with third:
            name = choose_block(view).name
        with fourth:
            channel = choose_channel(trace.block(name))

        st.header(_("Mean gates by class"))
        draw_lines(view, profile, name, channel, classes, picking)
        draw_every_block(view, profile, name, classes, picking)

        st.header(_("Spread within a class"))
        draw_spread(view, profile, name, channel, classes, picking)

        st.header(_("How class-specific each block is"))
        draw_specificity(view, profile, name)

        st.header(_("Nearest class by gates"))
        if view.plan:
            st.info(
                _("The profile is of the unedited network, and so are the gates here: the plan at hand is not in it.")
            )
        draw_nearest(view, profile, trace, name)

        st.header(_("The paper's claims, tested on this network"))
        draw_claims(view, profile)
