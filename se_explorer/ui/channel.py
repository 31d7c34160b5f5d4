"""Explore, what a channel looks for: in this picture, and over the data of a profile."""

from __future__ import annotations

import streamlit as st

from se_explorer.engine import BlockTrace
from se_explorer.errors import ProfileError
from se_explorer.language import _
from se_explorer.ui.channel_pictures import draw_extremes
from se_explorer.ui.channel_squeeze import draw_squeeze
from se_explorer.ui.errors import show_error
from se_explorer.ui.profile_choice import profile_at_hand
from se_explorer.ui.state import View

__all__ = ["draw_channel_looks_for"]


def draw_channel_looks_for(view: View, block: BlockTrace, channel: int) -> None:
    """The part of this picture that drives the squeeze; the pictures that open the gate most and least.

    Args:
        block: of a run that kept the block's maps.
    """
    draw_squeeze(view, block, channel)
    try:
        profile = profile_at_hand(view)
    except ProfileError as error:  # the rest of the page needs no profile
        show_error(error)
        return
    if profile is None:
        st.caption(_("There is no profile of this network here, so that no other pictures can be named."))
    else:
        draw_extremes(view, profile, block.block.name, channel, float(block.gates[channel]))
    told = _("Classes: the profile, and how to bring another")
    st.page_link("pages/classes.py", label=told, icon=":material/category:")
